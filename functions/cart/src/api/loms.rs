//! The LOMS contract's Cart, with numbers for names. Its errors have a shape of their own, so this
//! file chooses them itself. Checkout is not here: it makes an order.

use ask::AskError;
use axum::Json;
use axum::extract::{FromRequestParts, RawPathParams, State};
use http::StatusCode;
use http::request::Parts;
use ids::Sku;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Caller;
use web::loms::{Count, Loms, LomsError, LomsJson, number, sku};

use crate::app::{App, AppError, ForeignLine, NotAdded};
use crate::domain::Owner;

/// The user in the path.
pub(super) struct User(Owner);

/// The number of a product in the path.
pub(super) struct Number(Sku);

impl<S: Send + Sync> FromRequestParts<S> for User {
    type Rejection = LomsError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<User, LomsError> {
        let said = said(parts, state, "user").await?;
        number(said.as_deref(), "user is a positive int64").map(Owner::Loms).map(User)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = LomsError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Number, LomsError> {
        let said = said(parts, state, "sku").await?;
        sku(said.as_deref()).map(Number)
    }
}

async fn said<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    parameter: &str,
) -> Result<Option<String>, LomsError> {
    let parameters = RawPathParams::from_request_parts(parts, state).await;
    let parameters = parameters.map_err(|_| LomsError::invalid("the path is malformed"))?;
    Ok(parameters.iter().find(|(name, _)| *name == parameter).map(|(_, text)| text.to_owned()))
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

/// So many of one product.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Item {
    sku: Sku,
    name: String,
    count: u32,
    /// In whole units.
    price: i64,
}

impl From<ForeignLine> for Item {
    fn from(line: ForeignLine) -> Item {
        let price = line.price.minor() / 10i64.pow(line.price.currency().exponent().into());
        Item { sku: line.sku, name: line.name, count: line.count, price }
    }
}

fn troubled(trouble: AppError) -> LomsError {
    match trouble {
        AppError::NoSuchCart => LomsError::not_found("the cart is empty"),
        AppError::Table(trouble) => LomsError::of_table(&trouble),
        AppError::Busy | AppError::Ask(AskError::Unavailable { .. }) => {
            tracing::warn!(error = %trouble, "a cart of the LOMS contract could not be served now");
            LomsError::unavailable()
        }
        trouble => {
            tracing::error!(error = %trouble, "a cart of the LOMS contract could not be served");
            LomsError::internal()
        }
    }
}

/// Puts so many more of a product into a user's cart, unless with them there are more in it than are
/// free now.
#[utoipa::path(
    post, path = "/user/{user}/cart/{sku}", tag = "loms", params(("user" = i64, Path, minimum = 1), ("sku" = Sku, Path)),
    request_body = Add,
    responses((status = OK, body = Empty), (status = "default", body = LomsError)),
    security((), ("program" = ["loms"])),
)]
pub(super) async fn loms_add_to_cart(
    State(app): State<App>,
    State(loms): State<Loms>,
    caller: Caller,
    User(owner): User,
    Number(sku): Number,
    LomsJson(add): LomsJson<Add>,
) -> Result<Json<Empty>, LomsError> {
    loms.admit(&caller)?;
    match app.add_number(owner, sku, add.count.0).await.map_err(troubled)? {
        Ok(()) => Ok(Json(Empty {})),
        Err(NotAdded::NoSuchProduct) => Err(LomsError::unmet("no product with this sku")),
        Err(NotAdded::TooFew) => Err(LomsError::unmet("there are not so many to be had")),
    }
}

/// Takes a product out of a user's cart; one that is not there is out already.
#[utoipa::path(
    delete, path = "/user/{user}/cart/{sku}", tag = "loms",
    params(("user" = i64, Path, minimum = 1), ("sku" = Sku, Path)),
    responses((status = NO_CONTENT), (status = "default", body = LomsError)),
    security((), ("program" = ["loms"])),
)]
pub(super) async fn loms_remove_from_cart(
    State(app): State<App>,
    State(loms): State<Loms>,
    caller: Caller,
    User(owner): User,
    Number(sku): Number,
) -> Result<StatusCode, LomsError> {
    loms.admit(&caller)?;
    app.remove_number(owner, sku).await.map_err(troubled)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes everything out of a user's cart.
#[utoipa::path(
    delete, path = "/user/{user}/cart", tag = "loms", params(("user" = i64, Path, minimum = 1)),
    responses((status = NO_CONTENT), (status = "default", body = LomsError)),
    security((), ("program" = ["loms"])),
)]
pub(super) async fn loms_clear_cart(
    State(app): State<App>,
    State(loms): State<Loms>,
    caller: Caller,
    User(owner): User,
) -> Result<StatusCode, LomsError> {
    loms.admit(&caller)?;
    app.clear_cart(owner, None).await.map_err(troubled)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What lies in a user's cart, by sku ascending.
#[utoipa::path(
    get, path = "/user/{user}/cart", tag = "loms", params(("user" = i64, Path, minimum = 1)),
    responses((status = OK, body = LomsCart), (status = "default", body = LomsError)),
    security((), ("program" = ["loms"])),
)]
pub(super) async fn loms_cart(
    State(app): State<App>,
    State(loms): State<Loms>,
    caller: Caller,
    User(owner): User,
) -> Result<Json<LomsCart>, LomsError> {
    loms.admit(&caller)?;
    let lines = app.list_numbers(owner).await.map_err(troubled)?;
    let items: Vec<Item> = lines.into_iter().map(Item::from).collect();
    let total =
        items.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.price.checked_mul(item.count.into())?));
    let total_price = total.ok_or_else(|| {
        tracing::error!("a cart of the LOMS contract comes to more than can be said");
        LomsError::internal()
    })?;
    Ok(Json(LomsCart { items, total_price }))
}
