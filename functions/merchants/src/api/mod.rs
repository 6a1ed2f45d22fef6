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

use axum::Router;
use axum::extract::FromRef;
use dynamo::Table;
use lambda::{Surroundings, Unready};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Door;

use crate::app::App;

pub(crate) use asks::asks;

/// Everything that the handlers need.
#[derive(Clone, FromRef)]
pub(crate) struct Api {
    app: App,
    door: Door,
}

impl Api {
    /// The room's face on this host. The door remembers in the very table that the use cases write to.
    pub(crate) fn open(app: App, around: &Surroundings, table: Table) -> Result<Api, Unready> {
        let door = Door { table, ..around.door("merchants")? };
        Ok(Api { app, door })
    }
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(web::document(
        "merchants",
        "Shops: who they are, who works there, what the market takes, where their money goes.",
    ))
    // For everybody.
    .routes(routes!(public::get_shop))
    .routes(routes!(public::get_shop_by_slug))
    .routes(routes!(public::get_logo))
    .routes(routes!(public::get_policy))
    .routes(routes!(holidays::list_holidays))
    // For whoever is signed in.
    .routes(routes!(shops::open_shop))
    .routes(routes!(shops::list_my_shops))
    .routes(routes!(people::accept_invitation))
    // For the people of a shop: the shop itself.
    .routes(routes!(shops::get_own_shop))
    .routes(routes!(profile::describe_shop))
    .routes(routes!(profile::remove_translation))
    .routes(routes!(profile::set_language))
    .routes(routes!(profile::change_slug))
    .routes(routes!(profile::identify_shop))
    .routes(routes!(profile::set_contact))
    .routes(routes!(profile::set_time_zone))
    .routes(routes!(profile::write_policy))
    .routes(routes!(profile::remove_policy))
    .routes(routes!(files::request_logo_upload))
    .routes(routes!(files::remove_logo))
    .routes(routes!(files::request_document_upload))
    .routes(routes!(files::get_document))
    .routes(routes!(files::remove_document))
    .routes(routes!(shops::submit_shop))
    .routes(routes!(shops::withdraw_shop))
    .routes(routes!(shops::close_shop))
    // Its people, its money, its days.
    .routes(routes!(people::list_members))
    .routes(routes!(people::change_member_role))
    .routes(routes!(people::remove_member))
    .routes(routes!(people::leave_shop))
    .routes(routes!(people::list_invitations, people::invite_member))
    .routes(routes!(people::revoke_invitation))
    .routes(routes!(payout::get_payout_account, payout::set_payout_account))
    .routes(routes!(payout::request_payout_verification))
    .routes(routes!(holidays::list_own_holidays, holidays::add_holiday))
    .routes(routes!(holidays::remove_holiday))
    .routes(routes!(commission::list_own_rules))
    .routes(routes!(commission::list_market_rules))
    .routes(routes!(commission::preview_commission))
    // For the people who run the market.
    .routes(routes!(decisions::list_shops))
    .routes(routes!(decisions::inspect_shop))
    .routes(routes!(decisions::inspect_document))
    .routes(routes!(decisions::approve_shop))
    .routes(routes!(decisions::reject_shop))
    .routes(routes!(decisions::restrict_shop))
    .routes(routes!(decisions::reinstate_shop))
    .routes(routes!(decisions::shut_down_shop))
    .routes(routes!(decisions::appoint_owner))
    .routes(routes!(payout::verify_payout_account))
    .routes(routes!(payout::fail_payout_account))
    .routes(routes!(commission::list_rules, commission::add_rule))
    .routes(routes!(commission::end_rule))
}

/// The router of the room and what it says of itself.
pub(crate) fn router(api: Api) -> (Router, OpenApi) {
    let door = api.door.clone();
    let (router, document) = routes().with_state(api).split_for_parts();
    (web::serve(router, door), document)
}

/// What the room says of itself.
pub fn openapi() -> OpenApi {
    web::published(routes().into_openapi())
}
