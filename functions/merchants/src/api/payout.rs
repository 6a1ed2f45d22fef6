//! Where a shop's money goes. The number is taken in and never shown again but for its end.

use axum::extract::State;
use dynamo::Versioned;
use jiff::Timestamp;
use money::Currency;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Json, Once, Tagged};

use super::own_views::PayoutView;
use super::seat::{CurrentOwner, Market};
use crate::app::{Actor, App};
use crate::domain::{Decided, Evidence, HolderName, Iban, Note, OtherAccount, PayoutAccount, Refusal, Shop};

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

type Payout = Result<Tagged<PayoutView>, Problem>;

fn view(shop: &Versioned<Shop>) -> Payout {
    let payout = shop.body.payout.as_ref().ok_or(Refusal::NoPayoutAccount)?;
    Ok(Tagged { version: shop.version, body: PayoutView::of(payout) })
}

async fn edit(
    app: &App,
    actor: &Actor,
    decide: impl Fn(&mut Shop, Timestamp) -> Decided + Send + Sync,
) -> Payout {
    view(&app.change(actor, decide).await?)
}

/// The end of the number, and whether the account is known to be the shop's.
pub(super) async fn get_payout_account(CurrentOwner(actor): CurrentOwner) -> Payout {
    view(&actor.shop)
}

/// Has the money go to another account, whose verification begins anew.
pub(super) async fn set_payout_account(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    once: Once<NewAccount>,
) -> Answered<PayoutView, 201> {
    once.answer(view, |NewAccount { holder, currency, iban, other }, receipt| async move {
        let account = PayoutAccount { holder, currency, iban, other };
        let beside = vec![app.store.put_payout_account(actor.merchant, &account)?];
        let decide = |shop: &mut Shop, now| shop.set_payout_account(&account, now);
        app.change_with(&actor, beside, Some(receipt), decide).await
    })
    .await
}

/// Asks the market to make sure of the account.
pub(super) async fn request_payout_verification(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
) -> Payout {
    edit(&app, &actor, |shop, now| shop.request_payout_verification(now)).await
}

/// Says that the account is the shop's own, and what shows it.
pub(super) async fn verify_payout_account(
    State(app): State<App>,
    Market(actor): Market,
    Json(Shown { evidence }): Json<Shown>,
) -> Payout {
    edit(&app, &actor, |shop, now| shop.verify_payout_account(evidence.clone(), now)).await
}

/// Says that the account could not be verified, or is not the shop's after all, and why.
pub(super) async fn fail_payout_account(
    State(app): State<App>,
    Market(actor): Market,
    Json(NotShown { note }): Json<NotShown>,
) -> Payout {
    edit(&app, &actor, |shop, now| shop.fail_payout_account(note.clone(), now)).await
}
