//! What the market decides about shops.

use axum::extract::State;
use blob::Link;
use failure::Failure;
use ids::{AccountId, DocumentId};
use problem::Problem;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Admin, Id, Json, Listed, Page, Query, Tagged};

use super::own_views::{InspectedShop, ShopCard};
use super::seat::Market;
use super::shops::{Own, edit, own};
use crate::app::App;
use crate::domain::{self, Note, Restriction};

/// Why something was decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Because {
    /// For the people of the shop.
    note: Note,
}

/// Why a shop may not sell for now. That its owner is gone is found out, and not decided.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    Complaints,
    SuspectedFraud,
    Papers,
    Debts,
    Other,
}

impl From<Reason> for Restriction {
    fn from(reason: Reason) -> Restriction {
        match reason {
            Reason::Complaints => Restriction::Complaints,
            Reason::SuspectedFraud => Restriction::SuspectedFraud,
            Reason::Papers => Restriction::Papers,
            Reason::Debts => Restriction::Debts,
            Reason::Other => Restriction::Other,
        }
    }
}

/// That a shop may not sell for now, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Restrict {
    reason: Reason,
    /// For the people of the shop.
    note: Note,
}

/// Somebody who will answer for a shop.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Appoint {
    account: AccountId,
}

#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Wish {
    #[param(required = false, value_type = domain::State)]
    state: Option<domain::State>,
}

/// The shops in a state, those that have been in it the longest first; those that wait for a decision
/// when no state is said.
pub(super) async fn list_shops(
    State(app): State<App>,
    _: Admin,
    Query(wish): Query<Wish>,
    page: Page,
) -> Result<Listed<ShopCard>, Problem> {
    let state = wish.state.unwrap_or(domain::State::Submitted);
    let cards = app.store.shops_in(state, page.limit, page.after.clone()).await;
    let (cards, next) = cards.map_err(Failure::from)?;
    Ok(page.of(cards.into_iter().map(ShopCard::from).collect(), next))
}

/// A shop with its people and its account.
pub(super) async fn inspect_shop(Market(actor): Market) -> Result<Tagged<InspectedShop>, Problem> {
    Ok(Tagged { version: actor.shop.version, body: InspectedShop::of(&actor.shop.body) })
}

/// A link to a paper of a shop, which lasts five minutes.
pub(super) async fn inspect_document(
    State(app): State<App>,
    Market(actor): Market,
    Id(document): Id<DocumentId>,
) -> Result<axum::Json<Link>, Problem> {
    Ok(axum::Json(app.document_link(&actor, document).await?))
}

/// Lets a submitted shop sell.
pub(super) async fn approve_shop(State(app): State<App>, Market(actor): Market) -> Own {
    Ok(own(&app.approve_shop(&actor).await?))
}

/// Does not let a submitted shop sell, and says why.
pub(super) async fn reject_shop(
    State(app): State<App>,
    Market(actor): Market,
    Json(Because { note }): Json<Because>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.reject(note.clone(), now)).await
}

/// Stops a shop that sells, and says why.
pub(super) async fn restrict_shop(
    State(app): State<App>,
    Market(actor): Market,
    Json(Restrict { reason, note }): Json<Restrict>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.restrict(reason.into(), note.clone(), now)).await
}

/// Lets a shop sell again.
pub(super) async fn reinstate_shop(State(app): State<App>, Market(actor): Market) -> Own {
    edit(&app, &actor, |shop, now| shop.reinstate(now)).await
}

/// Ends a shop, and says why. There is no way back.
pub(super) async fn shut_down_shop(
    State(app): State<App>,
    Market(actor): Market,
    Json(Because { note }): Json<Because>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.shut_down(note.clone(), now)).await
}

/// Makes an account an owner of a shop, so that somebody is there to answer for it.
pub(super) async fn appoint_owner(
    State(app): State<App>,
    Market(actor): Market,
    Json(Appoint { account }): Json<Appoint>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.appoint_owner(account, now)).await
}
