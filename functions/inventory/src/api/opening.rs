//! Stock that comes from another system.

use axum::extract::State;
use ids::VariantId;
use web::{Admin, Answered, Id, Once};

use super::views::Movement;
use crate::app::{App, Opening};

/// Brings in the stock of a variant from another system. That happens once.
pub(super) async fn open_stock(
    State(app): State<App>,
    Admin(admin): Admin,
    Id(variant): Id<VariantId>,
    once: Once<Opening>,
) -> Answered<Movement, 201> {
    let by = admin.sub.to_string();
    once.answer(Movement::shown, |body, receipt| app.open_stock(&by, variant, body, receipt)).await
}
