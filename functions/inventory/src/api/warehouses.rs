//! The places where a merchant's stock lies.

use axum::Json;
use axum::extract::State;
use failure::Failure;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answered, Once, TokenClerk, TokenManager};

use super::views::Place;
use crate::app::{Actor, App};
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
    let main = Place { warehouse: Card::main_warehouse(member.merchant), name: None, main: true };
    Ok(Json(Places { items: std::iter::once(main).chain(others.iter().map(Place::of)).collect() }))
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
    let (actor, view) = (Actor::from(member), |warehouse: &Warehouse| Json(Place::of(warehouse)));
    once.answer(view, |body, receipt| app.create_warehouse(&actor, body.name, receipt)).await
}
