//! Stock that comes from another system.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use ids::VariantId;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Admin, Id, Once};

use super::views::Movement;
use crate::app::{App, OpenStock};
use crate::domain::Quantity;

/// What the other system says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    on_hand: Quantity,
    /// How many of those are sold there. It may be more than lie there; nothing is free then.
    #[serde(default)]
    reserved: u32,
}

/// Brings in the stock of a variant from another system. That happens once.
#[utoipa::path(
    post, path = "/inventory/admin/stock/{variant}/open", tag = "admin",
    params(("variant" = VariantId, Path), ("Idempotency-Key" = String, Header)),
    request_body = Opening,
    responses((status = CREATED, body = Movement), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn open_stock(
    State(app): State<App>,
    Admin(admin): Admin,
    Id(variant): Id<VariantId>,
    once: Once<Opening>,
) -> Response {
    once.run(|Opening { on_hand, reserved }, receipt| async move {
        let sign = |movement: &_| receipt.answer(StatusCode::CREATED, &Movement::from(movement));
        let command = OpenStock { variant, on_hand, reserved };
        app.open_stock(&admin.sub.to_string(), command, &sign).await?;
        Ok(())
    })
    .await
}
