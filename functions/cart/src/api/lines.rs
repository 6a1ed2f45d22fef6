//! Lines: putting in, setting how many, taking out.

use axum::extract::State;
use ids::{QuoteId, SlotId, VariantId};
use money::Currency;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Expected, Id, InPath, Json, NoContent, Tagged};

use super::basket::{Basket, InCart};
use super::command::Command;
use super::views::{AddedView, CartNow};
use crate::app::{self, App};
use crate::domain::{LineName, Quantity, Refusal, Wanted};

impl InPath for LineName {
    const PARAMETER: &'static str = "line";
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

impl AddLine {
    fn wanted(&self) -> Wanted {
        let AddLine { variant, quantity, slot, quote, .. } = *self;
        Wanted { variant, slot, quote, quantity: quantity.get() }
    }
}

/// What was put in, as it is answered with a key and without.
type Added = Answered<AddedView, 201>;

/// Puts something into the cart, and makes one for a guest who has none. `Idempotency-Key` is
/// optional.
pub(super) async fn add_line(
    State(app): State<App>,
    basket: Basket,
    command: Command<AddLine>,
) -> Result<InCart<Added>, Problem> {
    let (owner, once) = match (command, basket.owner) {
        (Command::Plain(add), _) => return add_plainly(&app, &basket, add).await,
        // Two carts do no harm: the guest goes on with the one whose answer arrived.
        (Command::Keyed(once), None) => return add_plainly(&app, &basket, once.body).await,
        (Command::Keyed(once), Some(owner)) => (owner, *once),
    };
    let once = if basket.is_guests() { once.under(&owner.to_string()) } else { once };
    let view = |added: &app::Added| axum::Json(AddedView::of(added, None));
    let add = |add: AddLine, receipt| async move {
        app.add_line(Some(owner), add.wanted(), add.currency, Some(&receipt)).await
    };
    let answer: Added = once.answer(view, add).await;
    basket.answer(answer).await
}

async fn add_plainly(app: &App, basket: &Basket, add: AddLine) -> Result<InCart<Added>, Problem> {
    let added = app.add_line(basket.owner, add.wanted(), add.currency, None).await?;
    let value = basket.value_for(Some(added.owner)).await?;
    let view = AddedView::of(&added, value.clone().filter(|_| basket.owner.is_none()));
    let answer = Answered::plain(added.kept.as_ref().map(|kept| kept.version), &view)?;
    Ok(InCart { value: value.into(), answer })
}

/// How many are wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetQuantity {
    quantity: Quantity,
}

/// Sets how many of a line are wanted. Takes `If-Match`.
pub(super) async fn set_quantity(
    State(app): State<App>,
    basket: Basket,
    Id(line): Id<LineName>,
    Expected(expected): Expected,
    Json(SetQuantity { quantity }): Json<SetQuantity>,
) -> Result<InCart<Tagged<CartNow>>, Problem> {
    let owner = basket.owner.ok_or(Refusal::NoSuchLine)?;
    let kept = app.change(owner, expected, |cart| cart.set_quantity(line, quantity.get())).await?;
    basket.answer(Tagged { version: kept.version, body: CartNow::of(&kept, Some(line)) }).await
}

/// Takes a line out; one that is not there is out already. Takes `If-Match`.
pub(super) async fn remove_line(
    State(app): State<App>,
    basket: Basket,
    Id(line): Id<LineName>,
    Expected(expected): Expected,
) -> Result<InCart<NoContent>, Problem> {
    let Some(owner) = basket.owner else { return basket.answer(NoContent::default()).await };
    let kept = app.change(owner, expected, |cart| Ok(cart.without(line))).await?;
    basket.answer(NoContent { version: Some(kept.version) }).await
}
