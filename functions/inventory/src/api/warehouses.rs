//! The places where a merchant's stock lies.

use axum::Json;
use axum::extract::State;
use failure::Failure;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answered, Once, TokenClerk, TokenManager};

use super::views::Place;
use crate::app::{Actor, App, CreateWarehouse};
use crate::domain::{Card, Title};
use crate::store::Warehouse;

/// All of a merchant's warehouses: at most fifty.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Places {
    items: Vec<Place>,
}

/// The warehouses of a merchant, the first one first.
pub(super) async fn list_warehouses(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
) -> Result<Json<Places>, Problem> {
    let others = app.store.warehouses(member.merchant).await.map_err(Failure::from)?;
    let items = std::iter::once(Place::main(Card::main_warehouse(member.merchant)))
        .chain(others.iter().map(Place::from));
    Ok(Json(Places { items: items.collect() }))
}

/// A new warehouse.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWarehouse {
    name: Title,
}

/// Gives the merchant one more warehouse.
pub(super) async fn create_warehouse(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    once: Once<NewWarehouse>,
) -> Answered<Place, 201> {
    let view = |warehouse: &Warehouse| Json(Place::from(warehouse));
    once.answer(view, |NewWarehouse { name }, receipt| async move {
        app.create_warehouse(&Actor::from(member), CreateWarehouse { name }, receipt).await
    })
    .await
}
