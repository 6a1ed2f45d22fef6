//! The LOMS contract's Cart, with numbers for names. Its errors have a shape of their own, so this
//! file chooses them itself. Checkout is not here: it makes an order.

use axum::Json;
use axum::extract::{FromRequestParts, RawPathParams, State};
use http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use web::loms::{Admitted, Count, LomsError, LomsJson, Number, number};
use web::{Describes, Draft, NoContent};

use crate::app::{App, AppError, Item};
use crate::domain::{Owner, Refusal};

pub(super) struct User(Owner);

impl<S: Send + Sync> FromRequestParts<S> for User {
    type Rejection = LomsError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<User, LomsError> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let parameters = parameters.map_err(|_| LomsError::invalid("the path is malformed"))?;
        let user = parameters.iter().find(|(name, _)| *name == "user").map(|(_, text)| text);
        number(user, "user is a positive int64").map(Owner::Loms).map(User)
    }
}

impl Describes for User {
    fn describe(draft: &mut Draft) {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        draft.path("user", number.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))));
    }
}

/// How many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Add {
    count: Count,
}

/// Nothing more to say.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Empty {}

/// What lies in a user's cart.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LomsCart {
    items: Vec<Item>,
    /// In whole units.
    total_price: i64,
}

fn told(error: AppError) -> LomsError {
    match error {
        AppError::Failed(failure) => LomsError::of_failure(&failure),
        AppError::Refused(Refusal::NoSuchCart) => LomsError::not_found("the cart is empty"),
        // What is booked by the hour or made by a quote has no number.
        AppError::Refused(Refusal::NotForSale(_) | Refusal::SlotMissing | Refusal::QuoteMissing) => {
            LomsError::unmet("no product with this sku")
        }
        AppError::Refused(Refusal::TooMany { .. } | Refusal::Full) => {
            LomsError::unmet("there are not so many to be had")
        }
        AppError::Refused(refusal) => {
            tracing::error!(error = %refusal, "a cart of the LOMS contract could not be served");
            LomsError::internal()
        }
    }
}

/// Puts so many more of a product into a user's cart, unless with them there are more in it than are
/// free now.
pub(super) async fn loms_add_to_cart(
    State(app): State<App>,
    User(owner): User,
    Number(sku): Number,
    _: Admitted,
    LomsJson(add): LomsJson<Add>,
) -> Result<Json<Empty>, LomsError> {
    app.add_number(owner, sku, add.count.0).await.map_err(told)?;
    Ok(Json(Empty {}))
}

/// Takes a product out of a user's cart; one that is not there is out already.
pub(super) async fn loms_remove_from_cart(
    State(app): State<App>,
    User(owner): User,
    Number(sku): Number,
    _: Admitted,
) -> Result<NoContent, LomsError> {
    app.remove_number(owner, sku).await.map_err(told)?;
    Ok(NoContent::default())
}

/// Takes everything out of a user's cart.
pub(super) async fn loms_clear_cart(
    State(app): State<App>,
    User(owner): User,
    _: Admitted,
) -> Result<NoContent, LomsError> {
    app.change(owner, None, |cart| Ok(cart.cleared())).await.map_err(told)?;
    Ok(NoContent::default())
}

/// What lies in a user's cart, by sku ascending.
pub(super) async fn loms_cart(
    State(app): State<App>,
    User(owner): User,
    _: Admitted,
) -> Result<Json<LomsCart>, LomsError> {
    let items = app.list_numbers(owner).await.map_err(told)?;
    let total =
        items.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.price.checked_mul(item.count.into())?));
    let total_price = total.ok_or_else(|| {
        tracing::error!("a cart of the LOMS contract comes to more than can be said");
        LomsError::internal()
    })?;
    Ok(Json(LomsCart { items, total_price }))
}
