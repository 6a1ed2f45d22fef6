//! What other rooms ask while a customer waits.

use ask::FromPeer;
use axum::Json;
use axum::extract::State;
use ids::OrderId;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::changed;
use super::views;
use crate::app::App;
use crate::domain::Owner;

/// Whose cart, and as it was seen when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadCart {
    owner: Owner,
    /// The version that the customer has seen.
    version: u64,
}

/// The cart exactly as it was seen, or 409.
#[utoipa::path(
    post, path = "/cart/asks/read_cart", tag = "rooms", request_body = ReadCart,
    responses((status = OK, body = views::ReadCart), (status = "default", body = Problem)),
    security(("room" = [])),
)]
pub(super) async fn read_cart(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<ReadCart>,
) -> Result<Json<views::ReadCart>, Problem> {
    let kept = app.read_cart(body.owner, Some(body.version)).await.map_err(changed)?;
    Ok(Json(views::ReadCart::from(&kept)))
}

/// What was ordered of whose cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmptyCart {
    owner: Owner,
    /// The version that was ordered.
    version: u64,
    order: OrderId,
}

/// A cart from which everything was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EmptiedCart {
    owner: Owner,
    order: OrderId,
}

/// Takes everything out of a cart that was ordered at this version, once for each order.
#[utoipa::path(
    post, path = "/cart/asks/empty_cart", tag = "rooms", request_body = EmptyCart,
    responses((status = OK, body = EmptiedCart), (status = "default", body = Problem)),
    security(("room" = [])),
)]
pub(super) async fn empty_cart(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<EmptyCart>,
) -> Result<Json<EmptiedCart>, Problem> {
    let EmptyCart { owner, version, order } = body;
    app.empty_cart(owner, version, order).await.map_err(changed)?;
    Ok(Json(EmptiedCart { owner, order }))
}
