//! The places where a merchant's stock lies.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use ids::MerchantId;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Once, TokenClerk, TokenManager};

use super::views::Place;
use crate::app::{Actor, App, CreateWarehouse};
use crate::domain::Title;

/// All of a merchant's warehouses: at most fifty.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Places {
    items: Vec<Place>,
}

/// The warehouses of a merchant, the first one first.
#[utoipa::path(
    get, path = "/inventory/merchants/{merchant}/warehouses", tag = "merchant",
    params(("merchant" = MerchantId, Path)),
    responses((status = OK, body = Places), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn list_warehouses(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
) -> Result<Json<Places>, Problem> {
    let (main, others) = app.list_warehouses(&Actor::from(member)).await?;
    let items = std::iter::once(Place::main(main)).chain(others.iter().map(Place::from));
    Ok(Json(Places { items: items.collect() }))
}

/// A new warehouse.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWarehouse {
    name: Title,
}

/// Gives the merchant one more warehouse.
#[utoipa::path(
    post, path = "/inventory/merchants/{merchant}/warehouses", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("Idempotency-Key" = String, Header)),
    request_body = NewWarehouse,
    responses((status = CREATED, body = Place), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["inventory:write"])),
)]
pub(super) async fn create_warehouse(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    once: Once<NewWarehouse>,
) -> Response {
    once.run(|NewWarehouse { name }, receipt| async move {
        let sign = |warehouse: &_| receipt.answer(StatusCode::CREATED, &Place::from(warehouse));
        app.create_warehouse(&Actor::from(member), CreateWarehouse { name }, &sign).await?;
        Ok(())
    })
    .await
}
