//! Lines: putting in, setting how many, taking out.

use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::ETAG;
use http::request::Parts;
use ids::{QuoteId, SlotId, VariantId};
use money::Currency;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Expected, Json, Versioned, etag};

use super::basket::{Basket, handing_out};
use super::command::Command;
use super::problems::{bad_line, bad_path, no_line};
use super::views::{AddedView, CartNow};
use crate::app::{self, Added, App};
use crate::domain::{LineName, Quantity, Wanted};

/// The line in the path.
pub(super) struct Named(pub LineName);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Named, Problem> {
        let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|_| bad_path())?;
        let line = parameters.iter().find(|(name, _)| *name == "line").map_or("", |(_, text)| text);
        line.parse().map(Named).map_err(bad_line)
    }
}

/// What is to be put in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddLine {
    variant: VariantId,
    /// How many more; 1 if nothing is said.
    #[serde(default = "one")]
    quantity: Quantity,
    /// In which it is to be paid: everything in a cart is in one currency.
    currency: Currency,
    /// The hour of a service.
    slot: Option<SlotId>,
    /// The quote of a part that is made to order.
    quote: Option<QuoteId>,
}

fn one() -> Quantity {
    Quantity::new(1).expect("1 is from 1 to 9999")
}

impl From<AddLine> for app::AddLine {
    fn from(add: AddLine) -> app::AddLine {
        let AddLine { variant, quantity, currency, slot, quote } = add;
        app::AddLine { wanted: Wanted { variant, slot, quote, quantity: quantity.get() }, currency }
    }
}

/// Puts something into the cart, and makes one for a guest who has none. `Idempotency-Key` is
/// optional.
#[utoipa::path(
    post, path = "/cart/lines", tag = "public",
    params(("X-Cart" = Option<String>, Header), ("Idempotency-Key" = Option<String>, Header)),
    request_body = AddLine,
    responses((status = CREATED, body = AddedView), (status = "default", body = Problem)),
    security((), ("person" = []), ("program" = ["cart:write"])),
)]
pub(super) async fn add_line(
    State(app): State<App>,
    basket: Basket,
    command: Command<AddLine>,
) -> Result<Response, Problem> {
    let (owner, once) = match (command, basket.owner) {
        (Command::Plain(add), _) => return add_plainly(&app, &basket, add).await,
        // Two carts do no harm: the guest goes on with the one whose answer arrived.
        (Command::Keyed(once), None) => return add_plainly(&app, &basket, once.body).await,
        (Command::Keyed(once), Some(owner)) => (owner, *once),
    };
    let once = if basket.is_guests() { once.under(&owner.to_string()) } else { once };
    let work = |add: AddLine, receipt: web::Receipt| async move {
        let sign = |added: &Added| receipt.answer(StatusCode::CREATED, &AddedView::of(added, None));
        app.add_line(Some(owner), add.into(), Some(&sign)).await?;
        Ok(())
    };
    let answer = once.run(work).await;
    basket.answer(answer).await
}

async fn add_plainly(app: &App, basket: &Basket, add: AddLine) -> Result<Response, Problem> {
    let added = app.add_line(basket.owner, add.into(), None).await?;
    let value = basket.value_for(Some(added.owner)).await?;
    let view = AddedView::of(&added, value.clone().filter(|_| basket.owner.is_none()));
    let answer = match &added.kept {
        Some(kept) => (StatusCode::CREATED, Versioned { version: kept.version, body: view }).into_response(),
        None => (StatusCode::CREATED, axum::Json(view)).into_response(),
    };
    Ok(handing_out(value.as_deref(), answer))
}

/// How many are wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetQuantity {
    quantity: Quantity,
}

/// Sets how many of a line are wanted. Takes `If-Match`.
#[utoipa::path(
    put, path = "/cart/lines/{line}", tag = "public",
    params(
        ("line" = LineName, Path), ("X-Cart" = Option<String>, Header),
        ("If-Match" = Option<String>, Header),
    ),
    request_body = SetQuantity,
    responses((status = OK, body = CartNow), (status = "default", body = Problem)),
    security((), ("person" = []), ("program" = ["cart:write"])),
)]
pub(super) async fn set_quantity(
    State(app): State<App>,
    basket: Basket,
    Named(line): Named,
    Expected(expected): Expected,
    Json(SetQuantity { quantity }): Json<SetQuantity>,
) -> Result<Response, Problem> {
    let owner = basket.owner.ok_or_else(no_line)?;
    let kept = app.set_quantity(owner, line, quantity, expected).await?;
    basket.answer(Versioned { version: kept.version, body: CartNow::of(&kept, Some(line)) }).await
}

/// Takes a line out; one that is not there is out already. Takes `If-Match`.
#[utoipa::path(
    delete, path = "/cart/lines/{line}", tag = "public",
    params(
        ("line" = LineName, Path), ("X-Cart" = Option<String>, Header),
        ("If-Match" = Option<String>, Header),
    ),
    responses((status = NO_CONTENT), (status = "default", body = Problem)),
    security((), ("person" = []), ("program" = ["cart:write"])),
)]
pub(super) async fn remove_line(
    State(app): State<App>,
    basket: Basket,
    Named(line): Named,
    Expected(expected): Expected,
) -> Result<Response, Problem> {
    let Some(owner) = basket.owner else { return basket.answer(StatusCode::NO_CONTENT).await };
    let kept = app.remove_line(owner, line, expected).await?;
    basket.answer((StatusCode::NO_CONTENT, [(ETAG, etag(kept.version))])).await
}
