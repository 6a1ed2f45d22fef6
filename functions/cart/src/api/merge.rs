//! A guest has signed in.

use axum::Json as Answer;
use axum::extract::State;
use failure::Failure;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Json, Person};

use super::basket::{Leaving, Shown};
use super::seal::Seal;
use crate::app::App;
use crate::domain::{Outcome, Refusal};

/// Which guest's cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeCarts {
    /// The value that opens it, unless it is sent as `X-Cart` or cookie.
    cart: Option<String>,
}

/// Puts what lies in a guest's cart into the account's, and says line by line what was added, what
/// was clamped, and what was left in the guest's. The same question gets the same answer.
pub(super) async fn merge_carts(
    State(app): State<App>,
    State(seal): State<Seal>,
    Person(claims): Person,
    Shown(shown): Shown,
    Json(MergeCarts { cart }): Json<MergeCarts>,
) -> Result<Leaving<Answer<Outcome>>, Problem> {
    // Whatever is not a cart of ours is no guest's cart: there is nothing that could be merged.
    let value = cart.or(shown).unwrap_or_default();
    let guest = seal.cart(&value).await.map_err(Failure::from)?;
    let guest = guest.ok_or(Refusal::NoSuchGuestCart)?;
    let outcome = app.merge_carts(claims.sub, guest).await?;
    let empty = outcome.lines.iter().all(|fate| fate.left == 0);
    Ok(Leaving { empty, answer: Answer(outcome) })
}
