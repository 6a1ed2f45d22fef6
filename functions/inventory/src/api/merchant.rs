//! What the people of a merchant do with the stock of a variant.

use axum::extract::State;
use ids::VariantId;
use problem::Problem;
use web::{Answered, Expected, Id, Listed, Membership, Once, Page, Tagged, TokenClerk, TokenManager};

use super::views::{Movement, Stock};
use crate::app::{Actor, Adjust, App, Receive, SetThreshold, Split, Transfer, WriteOff};

impl From<Membership> for Actor {
    fn from(membership: Membership) -> Actor {
        Actor { merchant: membership.merchant, subject: membership.subject }
    }
}

/// Everything about the stock of one variant, cell by cell.
pub(super) async fn read_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
) -> Result<Tagged<Stock>, Problem> {
    Ok(Stock::shown(&app.shelf_of(member.merchant, variant).await?))
}

/// The ledger of one variant, newest first.
pub(super) async fn list_movements(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    page: Page,
) -> Result<Listed<Movement>, Problem> {
    let (found, next) = app.list_movements(member.merchant, variant, page.limit, page.after.clone()).await?;
    Ok(page.of(found.iter().map(Movement::of).collect(), next))
}

/// Goods arrive in a warehouse.
pub(super) async fn receive_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    once: Once<Receive>,
) -> Answered<Movement, 201> {
    let actor = Actor::from(member);
    once.answer(Movement::shown, |body, receipt| app.receive_stock(&actor, variant, body, receipt)).await
}

/// Somebody has counted, and the count is another one.
pub(super) async fn adjust_stock(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    once: Once<Adjust>,
) -> Answered<Movement, 201> {
    let actor = Actor::from(member);
    once.answer(Movement::shown, |body, receipt| app.adjust_stock(&actor, variant, body, receipt)).await
}

/// Goods are broken, lost or too old.
pub(super) async fn write_off_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    once: Once<WriteOff>,
) -> Answered<Movement, 201> {
    let actor = Actor::from(member);
    once.answer(Movement::shown, |body, receipt| app.write_off_stock(&actor, variant, body, receipt)).await
}

/// Goods are carried from one warehouse to another.
pub(super) async fn transfer_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    once: Once<Transfer>,
) -> Answered<Movement, 201> {
    let actor = Actor::from(member);
    once.answer(Movement::shown, |body, receipt| app.transfer_stock(&actor, variant, body, receipt)).await
}

/// Spreads the stock over more cells, or fewer, while it is being sold. Takes `If-Match`.
pub(super) async fn split_stock(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    Expected(seen): Expected,
    once: Once<Split>,
) -> Answered<Stock, 200> {
    let actor = Actor::from(member);
    once.answer(Stock::shown, |body, receipt| app.split_stock(&actor, variant, seen, body, receipt)).await
}

/// Changes the level at which a variant counts as low. Takes `If-Match`.
pub(super) async fn set_threshold(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    Id(variant): Id<VariantId>,
    Expected(seen): Expected,
    once: Once<SetThreshold>,
) -> Answered<Stock, 200> {
    let actor = Actor::from(member);
    once.answer(Stock::shown, |body, receipt| app.set_threshold(&actor, variant, seen, body, receipt)).await
}
