//! What other rooms ask while a customer waits. The owner makes an ask idempotent: the same wish of
//! the same owner gets the same answer, however often it comes.

use ask::FromPeer;
use axum::Json;
use axum::extract::State;
use ids::VariantId;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problems::bad_lines;
use super::views::Held;
use crate::app::{App, Wish};
use crate::domain::{Lines, Owner, Quantity, Seconds};

/// What is to be held for whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reserve {
    owner: Owner,
    /// All of them or none. Lines of one variant are summed.
    lines: Vec<WantedLine>,
    /// For how long, 15 minutes if nothing is said.
    #[serde(default = "fifteen_minutes")]
    ttl_seconds: Seconds,
}

/// So many of one variant.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WantedLine {
    variant: VariantId,
    quantity: Quantity,
}

/// What is to be held longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Extend {
    owner: Owner,
    /// For how long from now, 15 minutes if nothing is said.
    #[serde(default = "fifteen_minutes")]
    ttl_seconds: Seconds,
}

/// Whose reservation is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfOwner {
    owner: Owner,
}

fn fifteen_minutes() -> Seconds {
    Seconds::new(900).expect("900 is from 1 to 900")
}

/// Holds stock for an owner: all lines or none, and every line that stands in the way is named. What
/// the owner holds already counts as free for it, and another wish takes the place of the one before.
#[utoipa::path(
    post, path = "/inventory/asks/reserve", tag = "rooms", request_body = Reserve,
    responses((status = OK, body = Held), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn reserve(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<Reserve>,
) -> Result<Json<Held>, Problem> {
    let lines: Vec<_> = body.lines.iter().map(|line| (line.variant, line.quantity)).collect();
    let lines = Lines::sum(&lines).map_err(bad_lines)?;
    let wish = Wish { owner: body.owner, lines, seconds: body.ttl_seconds };
    Ok(Json(Held::from(&app.reserve(&wish).await?)))
}

/// Holds what is held for longer, never for shorter.
#[utoipa::path(
    post, path = "/inventory/asks/extend", tag = "rooms", request_body = Extend,
    responses((status = OK, body = Held), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn extend(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<Extend>,
) -> Result<Json<Held>, Problem> {
    Ok(Json(Held::from(&app.extend(&body.owner, body.ttl_seconds).await?)))
}

/// Sells what is held, if its time has not passed.
#[utoipa::path(
    post, path = "/inventory/asks/commit", tag = "rooms", request_body = OfOwner,
    responses((status = OK, body = Held), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn commit(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<OfOwner>,
) -> Result<Json<Held>, Problem> {
    Ok(Json(Held::from(&app.commit(&body.owner).await?)))
}

/// Gives back what is held.
#[utoipa::path(
    post, path = "/inventory/asks/release", tag = "rooms", request_body = OfOwner,
    responses((status = OK, body = Held), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn release(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<OfOwner>,
) -> Result<Json<Held>, Problem> {
    Ok(Json(Held::from(&app.release(&body.owner).await?)))
}
