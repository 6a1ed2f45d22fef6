//! The things that are actually bought: added, changed, priced, taken away.

use auth::MerchantRole;
use axum::extract::State;
use ids::VariantId;
use jiff::Timestamp;
use money::Money;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Id, Json, Once, TokenClerk};

use super::own_views::OwnProduct;
use super::products::{Own, edit, own};
use crate::app::{App, Target};
use crate::domain::{self, Price, Product, Refusal, VariantWords};

/// Adds a variant. What is on the shelves is sold only with a price, so a new variant of a published
/// product begins with `sellable: false`.
pub(super) async fn add_variant(
    State(app): State<App>,
    _: TokenClerk,
    target: Target,
    once: Once<VariantWords>,
) -> Answered<OwnProduct, 201> {
    let (now, id) = (app.clock.now(), VariantId::mint(&app.mint));
    once.answer(
        move |product: &_| own(product, now),
        |words: VariantWords, receipt| async move {
            let add = |product: &mut Product, now| product.add_variant(id, words.clone(), now);
            app.change_with(target, Some(receipt), add).await
        },
    )
    .await
}

/// Says something else of a variant: all of it, as it shall be. Kind and number stay.
pub(super) async fn change_variant(
    State(app): State<App>,
    _: TokenClerk,
    Id(variant): Id<VariantId>,
    target: Target,
    Json(words): Json<VariantWords>,
) -> Own {
    edit(&app, target, |product, now| product.change_variant(variant, words.clone(), now)).await
}

/// Takes a variant of a draft away. What was on the shelves once is only taken out of sale.
pub(super) async fn remove_variant(
    State(app): State<App>,
    _: TokenClerk,
    Id(variant): Id<VariantId>,
    target: Target,
) -> Own {
    edit(&app, target, |product, now| product.remove_variant(variant, now)).await
}

/// What a variant costs, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cost {
    price: Money,
    /// From now on when missing. A period that begins at the same instant as another replaces it; of
    /// periods that overlap, the one that began last counts.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until just before this; for ever when missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// Sets a price. Of what is published only a manager may.
pub(super) async fn change_price(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(variant): Id<VariantId>,
    target: Target,
    Json(Cost { price, from, until }): Json<Cost>,
) -> Own {
    let decides = member.role >= MerchantRole::Manager;
    edit(&app, target, |product, now| {
        if product.state == domain::State::Published && !decides {
            return Err(Refusal::TakesAManager);
        }
        product.change_price(variant, Price { money: price, from: from.unwrap_or(now), until }, now)
    })
    .await
}
