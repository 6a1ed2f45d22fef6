//! What other rooms ask while a customer waits.

use ask::{Asked, Asks};
use ids::OrderId;
use problem::Problem;
use serde::{Deserialize, Serialize};

use super::problems::changed;
use super::views;
use crate::app::App;
use crate::domain::Owner;

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app).on("read_cart", read_cart).on("empty_cart", empty_cart)
}

/// Whose cart, and as it was seen when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadCart {
    owner: Owner,
    /// The version that the customer has seen.
    version: u64,
}

/// The cart exactly as it was seen, or 409.
async fn read_cart(app: App, Asked { body, .. }: Asked<ReadCart>) -> Result<views::ReadCart, Problem> {
    let kept = app.read_cart(body.owner, Some(body.version)).await.map_err(changed)?;
    Ok(views::ReadCart::from(&kept))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EmptyCart {
    owner: Owner,
    version: u64,
    order: OrderId,
}

/// A cart from which everything was taken.
#[derive(Debug, Serialize)]
struct EmptiedCart {
    owner: Owner,
    order: OrderId,
}

/// Takes everything out of a cart that was ordered at this version, once for each order.
async fn empty_cart(app: App, Asked { body, .. }: Asked<EmptyCart>) -> Result<EmptiedCart, Problem> {
    let EmptyCart { owner, version, order } = body;
    app.empty_cart(owner, version, order).await.map_err(changed)?;
    Ok(EmptiedCart { owner, order })
}
