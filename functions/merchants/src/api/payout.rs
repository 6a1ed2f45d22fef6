//! Where a shop's money goes. The number is taken in and never shown again but for its end.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use ids::MerchantId;
use money::Currency;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Json, Once, Versioned};

use super::own_views::PayoutView;
use super::seat::{CurrentOwner, Market};
use crate::app::{Actor, App};
use crate::domain::{Evidence, HolderName, Iban, Note, OtherAccount, PayoutAccount};
use crate::store::Kept;

/// An account: one with an IBAN, or another.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    holder: HolderName,
    /// In which it is kept.
    currency: Currency,
    iban: Option<Iban>,
    other: Option<OtherAccount>,
}

/// What shows that an account is the shop's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    /// For the market's own eyes.
    evidence: Evidence,
}

/// Why an account could not be verified.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NotShown {
    /// For the people of the shop.
    note: Note,
}

fn view(app: &App, actor: Actor, kept: Kept) -> Result<Versioned<PayoutView>, Problem> {
    let (version, actor) = (kept.version, Actor { kept, ..actor });
    Ok(Versioned { version, body: PayoutView::of(app.get_payout_account(&actor)?) })
}

/// The end of the number, and whether the account is known to be the shop's.
#[utoipa::path(
    get, path = "/merchants/{merchant}/payout", tag = "merchant", params(("merchant" = MerchantId, Path)),
    responses((status = OK, body = PayoutView), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn get_payout_account(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
) -> Result<Versioned<PayoutView>, Problem> {
    let kept = actor.kept.clone();
    view(&app, actor, kept)
}

/// Has the money go to another account, whose verification begins anew.
#[utoipa::path(
    post, path = "/merchants/{merchant}/payout", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("Idempotency-Key" = String, Header),
        ("If-Match" = Option<String>, Header),
    ),
    request_body = NewAccount,
    responses((status = CREATED, body = PayoutView), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn set_payout_account(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    once: Once<NewAccount>,
) -> Response {
    once.run(|NewAccount { holder, currency, iban, other }, receipt| async move {
        let account = PayoutAccount { holder, currency, iban, other };
        let sign = |kept: &Kept| {
            let payout = kept.shop.payout.as_ref();
            let payout = payout.ok_or_else(|| Problem::internal("an account was set and is not there"))?;
            receipt.versioned(StatusCode::CREATED, kept.version, &PayoutView::of(payout))
        };
        app.set_payout_account(&actor, &account, &sign).await?;
        Ok(())
    })
    .await
}

/// Asks the market to make sure of the account.
#[utoipa::path(
    post, path = "/merchants/{merchant}/payout/verify", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    responses((status = OK, body = PayoutView), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn request_payout_verification(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
) -> Result<Versioned<PayoutView>, Problem> {
    let kept = app.request_payout_verification(&actor).await?;
    view(&app, actor, kept)
}

/// Says that the account is the shop's own, and what shows it.
#[utoipa::path(
    post, path = "/merchants/admin/shops/{merchant}/payout/verified", tag = "admin",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = Shown,
    responses((status = OK, body = PayoutView), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn verify_payout_account(
    State(app): State<App>,
    Market(actor): Market,
    Json(Shown { evidence }): Json<Shown>,
) -> Result<Versioned<PayoutView>, Problem> {
    let kept = app.verify_payout_account(&actor, evidence).await?;
    view(&app, actor, kept)
}

/// Says that the account could not be verified, or is not the shop's after all, and why.
#[utoipa::path(
    post, path = "/merchants/admin/shops/{merchant}/payout/failed", tag = "admin",
    params(("merchant" = MerchantId, Path), ("If-Match" = Option<String>, Header)),
    request_body = NotShown,
    responses((status = OK, body = PayoutView), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn fail_payout_account(
    State(app): State<App>,
    Market(actor): Market,
    Json(NotShown { note }): Json<NotShown>,
) -> Result<Versioned<PayoutView>, Problem> {
    let kept = app.fail_payout_account(&actor, note).await?;
    view(&app, actor, kept)
}
