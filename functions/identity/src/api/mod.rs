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
mod shop_keys;
mod views;

use axum::Router;
use axum::extract::FromRef;
use dynamo::Table;
use lambda::{Surroundings, Unready};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Door;

use crate::app::App;
use crate::authority::OwnWord;

pub(crate) use asks::asks;

/// Everything that the handlers need.
#[derive(Clone, FromRef)]
pub struct Api {
    app: App,
    door: Door,
}

impl Api {
    /// The room's face on this host. The door remembers in the very table that the use cases write
    /// to, and believes what they say.
    pub fn open(app: App, around: &Surroundings, table: Table) -> Result<Api, Unready> {
        let door = around.door_believing("identity", OwnWord(app.clone()))?;
        Ok(Api { app, door: Door { table, ..door } })
    }
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(web::document(
        "identity",
        "Who somebody is: accounts, sign-ins, the keys of programs, and the word that other rooms believe.",
    ))
    // For everybody.
    .routes(routes!(letters::register_account))
    .routes(routes!(letters::confirm_email))
    .routes(routes!(letters::forgot_password))
    .routes(routes!(letters::reset_password))
    .routes(routes!(sessions::refresh_session))
    .routes(routes!(asks::read_jwks))
    // For whoever has signed in; the first is for everybody.
    .routes(routes!(sessions::sign_in, sessions::list_sessions))
    .routes(routes!(sessions::end_session))
    .routes(routes!(sessions::end_other_sessions))
    .routes(routes!(me::read_me))
    .routes(routes!(me::change_name))
    .routes(routes!(me::change_locale))
    .routes(routes!(me::change_password))
    .routes(routes!(me::change_email))
    .routes(routes!(me::request_confirmation))
    .routes(routes!(me::close_account))
    .routes(routes!(me::list_events))
    .routes(routes!(keys::list_api_keys, keys::create_api_key))
    .routes(routes!(keys::rotate_api_key))
    .routes(routes!(keys::revoke_api_key))
    // For the people of a merchant.
    .routes(routes!(shop_keys::list_shop_api_keys, shop_keys::create_shop_api_key))
    .routes(routes!(shop_keys::rotate_shop_api_key))
    .routes(routes!(shop_keys::revoke_shop_api_key))
    // For the people who run the market.
    .routes(routes!(admin::find_account))
    .routes(routes!(admin::read_account))
    .routes(routes!(admin::grant_role))
    .routes(routes!(admin::revoke_role))
    .routes(routes!(admin::set_tier))
    .routes(routes!(admin::set_shop_tier))
    .routes(routes!(admin::sign_out_account))
}

/// The router of the room and what it says of itself.
pub fn router(api: Api) -> (Router, OpenApi) {
    let door = api.door.clone();
    let (router, document) = routes().with_state(api).split_for_parts();
    (web::serve(router, door), document)
}

/// What the room says of itself.
pub fn openapi() -> OpenApi {
    web::published(routes().into_openapi())
}
