//! The room's face: every operation on one screen, and what the handlers share.
//!
//! A handler reads input as types, names the caller by type, calls one use case, and shows what it
//! returned. `problems.rs` is the only file that knows a status code for a refusal.

mod asks;
mod commission;
mod commission_views;
mod decisions;
mod files;
mod holidays;
mod own_views;
mod payout;
mod people;
mod problems;
mod profile;
mod public;
mod seat;
mod shops;

use axum::extract::FromRef;
use lambda::{Surroundings, Unready};
use web::{Door, PictureAt, Routes};

use crate::app::App;

pub(crate) use asks::asks;

#[derive(Clone, FromRef)]
pub(crate) struct Api {
    app: App,
    door: Door,
}

pub(crate) fn open(app: App, around: &Surroundings) -> Result<Api, Unready> {
    Ok(Api { app, door: around.door("merchants")? })
}

pub(crate) fn routes() -> Routes<Api> {
    Routes::of(
        "merchants",
        "Shops: who they are, who works there, what the market takes, where their money goes.",
    )
    // Public.
    .tag("public")
    .public("/merchants/shops/{merchant}", 5, public::get_shop)
    .public("/merchants/addresses/{slug}", 5, public::get_shop_by_slug)
    .public("/merchants/shops/{merchant}/logo", PictureAt::KEPT, public::get_logo)
    .public("/merchants/shops/{merchant}/policies/{policy}", 60, public::get_policy)
    .public("/merchants/shops/{merchant}/holidays", 60, holidays::list_holidays)
    // For signed-in people.
    .tag("account")
    .post("/merchants/shops", shops::open_shop)
    .get("/merchants/mine", shops::list_my_shops)
    .post("/merchants/invitations/accept", people::accept_invitation)
    // For the people of a shop: the shop itself.
    .tag("merchant")
    .get("/merchants/{merchant}", shops::get_own_shop)
    .post("/merchants/{merchant}/describe", profile::describe_shop)
    .post("/merchants/{merchant}/translations/remove", profile::remove_translation)
    .post("/merchants/{merchant}/language", profile::set_language)
    .post("/merchants/{merchant}/address", profile::change_slug)
    .post("/merchants/{merchant}/legal", profile::identify_shop)
    .post("/merchants/{merchant}/contact", profile::set_contact)
    .post("/merchants/{merchant}/time-zone", profile::set_time_zone)
    .post("/merchants/{merchant}/policies/{policy}", profile::write_policy)
    .post("/merchants/{merchant}/policies/{policy}/remove", profile::remove_policy)
    .post("/merchants/{merchant}/logo", files::request_logo_upload)
    .post("/merchants/{merchant}/logo/remove", files::remove_logo)
    .post("/merchants/{merchant}/documents", files::request_document_upload)
    .get("/merchants/{merchant}/documents/{document}", files::get_document)
    .post("/merchants/{merchant}/documents/{document}/remove", files::remove_document)
    .post("/merchants/{merchant}/submit", shops::submit_shop)
    .post("/merchants/{merchant}/withdraw", shops::withdraw_shop)
    .post("/merchants/{merchant}/close", shops::close_shop)
    // Its people, its money, its days.
    .get("/merchants/{merchant}/members", people::list_members)
    .post("/merchants/{merchant}/members/{account}/role", people::change_member_role)
    .post("/merchants/{merchant}/members/{account}/remove", people::remove_member)
    .post("/merchants/{merchant}/leave", people::leave_shop)
    .get("/merchants/{merchant}/invitations", people::list_invitations)
    .post("/merchants/{merchant}/invitations", people::invite_member)
    .post("/merchants/{merchant}/invitations/{invitation}/revoke", people::revoke_invitation)
    .get("/merchants/{merchant}/payout", payout::get_payout_account)
    .post("/merchants/{merchant}/payout", payout::set_payout_account)
    .post("/merchants/{merchant}/payout/verify", payout::request_payout_verification)
    .get("/merchants/{merchant}/holidays", holidays::list_own_holidays)
    .post("/merchants/{merchant}/holidays", holidays::add_holiday)
    .post("/merchants/{merchant}/holidays/{holiday}/remove", holidays::remove_holiday)
    .get("/merchants/{merchant}/commission/rules", commission::list_own_rules)
    .get("/merchants/{merchant}/commission/market-rules", commission::list_market_rules)
    .post("/merchants/{merchant}/commission/preview", commission::preview_commission)
    // For the people who run the market.
    .tag("admin")
    .get("/merchants/admin/shops", decisions::list_shops)
    .get("/merchants/admin/shops/{merchant}", decisions::inspect_shop)
    .get("/merchants/admin/shops/{merchant}/documents/{document}", decisions::inspect_document)
    .post("/merchants/admin/shops/{merchant}/approve", decisions::approve_shop)
    .post("/merchants/admin/shops/{merchant}/reject", decisions::reject_shop)
    .post("/merchants/admin/shops/{merchant}/restrict", decisions::restrict_shop)
    .post("/merchants/admin/shops/{merchant}/reinstate", decisions::reinstate_shop)
    .post("/merchants/admin/shops/{merchant}/shut-down", decisions::shut_down_shop)
    .post("/merchants/admin/shops/{merchant}/owners", decisions::appoint_owner)
    .post("/merchants/admin/shops/{merchant}/payout/verified", payout::verify_payout_account)
    .post("/merchants/admin/shops/{merchant}/payout/failed", payout::fail_payout_account)
    .get("/merchants/admin/commission/rules", commission::list_rules)
    .post("/merchants/admin/commission/rules", commission::add_rule)
    .post("/merchants/admin/commission/rules/{rule}/end", commission::end_rule)
}
