//! Stock that comes from another system.

use axum::extract::State;
use ids::VariantId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Admin, Answered, Id, Once};

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
pub(super) async fn open_stock(
    State(app): State<App>,
    Admin(admin): Admin,
    Id(variant): Id<VariantId>,
    once: Once<Opening>,
) -> Answered<Movement, 201> {
    once.answer(Movement::shown, |body, receipt| async move {
        let Opening { on_hand, reserved } = body;
        let command = OpenStock { variant, on_hand, reserved };
        app.open_stock(&admin.sub.to_string(), command, receipt).await
    })
    .await
}
