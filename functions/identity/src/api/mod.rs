//! The room's face: every operation on one screen, and what the handlers share.
//!
//! A handler reads input as types, names the caller by type, calls one use case, and shows what it
//! returned. `problems.rs` is the only file that knows a status code for a refusal.

mod admin;
mod asks;
mod come;
mod keys;
mod letters;
mod me;
mod problems;
mod sessions;
mod views;

use axum::extract::FromRef;
use lambda::{Surroundings, Unready};
use web::{Door, Routes};

use crate::app::App;
use crate::authority::OwnWord;

pub(crate) use asks::asks;

#[derive(Clone, FromRef)]
pub(crate) struct Api {
    app: App,
    door: Door,
}

pub(crate) fn open(app: App, around: &Surroundings) -> Result<Api, Unready> {
    Ok(Api { door: around.door_believing("identity", OwnWord(app.clone()))?, app })
}

pub(crate) fn routes() -> Routes<Api> {
    Routes::of(
        "identity",
        "Who somebody is: accounts, sign-ins, the keys of programs, and the word that other rooms believe.",
    )
    // Without a session.
    .tag("public")
    .post("/identity/accounts", letters::register_account)
    .post("/identity/email/confirm", letters::confirm_email)
    .post("/identity/password/forgot", letters::forgot_password)
    .post("/identity/password/reset", letters::reset_password)
    .post("/identity/sessions/refresh", sessions::refresh_session)
    // A new key is known an hour before it signs, and no cache keeps the set for longer than ten minutes.
    .public("/identity/.well-known/jwks.json", 300, asks::read_jwks)
    .post("/identity/sessions", sessions::sign_in)
    // For who has signed in.
    .tag("account")
    .get("/identity/sessions", sessions::list_sessions)
    .delete("/identity/sessions/{session}", sessions::end_session)
    .post("/identity/sessions/end-others", sessions::end_other_sessions)
    .get("/identity/me", me::read_me)
    .put("/identity/me/name", me::change_name)
    .put("/identity/me/locale", me::change_locale)
    .post("/identity/password/change", me::change_password)
    .post("/identity/email/change", me::change_email)
    .post("/identity/email/confirmation", me::request_confirmation)
    .post("/identity/me/close", me::close_account)
    .get("/identity/events", me::list_events)
    .get("/identity/api-keys", keys::list_api_keys)
    .post("/identity/api-keys", keys::create_api_key)
    .post("/identity/api-keys/{key}/rotate", keys::rotate_api_key)
    .delete("/identity/api-keys/{key}", keys::revoke_api_key)
    // For the people of a merchant.
    .tag("merchant")
    .get("/identity/merchants/{merchant}/api-keys", keys::list_shop_api_keys)
    .post("/identity/merchants/{merchant}/api-keys", keys::create_shop_api_key)
    .post("/identity/merchants/{merchant}/api-keys/{key}/rotate", keys::rotate_shop_api_key)
    .delete("/identity/merchants/{merchant}/api-keys/{key}", keys::revoke_shop_api_key)
    // For the people who run the market.
    .tag("admin")
    .post("/identity/admin/accounts/find", admin::find_account)
    .get("/identity/admin/accounts/{account}", admin::read_account)
    .post("/identity/admin/accounts/{account}/grant-role", admin::grant_role)
    .post("/identity/admin/accounts/{account}/revoke-role", admin::revoke_role)
    .post("/identity/admin/accounts/{account}/tier", admin::set_tier)
    .post("/identity/admin/merchants/{merchant}/tier", admin::set_shop_tier)
    .post("/identity/admin/accounts/{account}/sign-out", admin::sign_out_account)
}
