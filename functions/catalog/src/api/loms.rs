//! The LOMS contract's `GET /product`, with numbers for names. Its errors have a shape of their own,
//! so this file chooses them itself.

use axum::Json;
use axum::extract::{FromRef, FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use ids::Sku;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use web::loms::{Admitted, Loms, LomsError, Number, said, sku};
use web::{Describes, Door, Draft};

use crate::app::{App, AppError};
use crate::domain::Refusal;
use crate::store::Line;

/// The most products of one list.
const MOST: usize = 1000;

/// A caller with a key. The contract wants the header wherever it is served; where keys are required,
/// it must be one of ours with the right scope.
pub(super) struct Keyed;

impl<S> FromRequestParts<S> for Keyed
where
    S: Send + Sync,
    Door: FromRef<S>,
    Loms: FromRef<S>,
{
    type Rejection = LomsError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Keyed, LomsError> {
        if parts.headers.get("x-api-key").is_none_or(|key| key.is_empty()) {
            return Err(LomsError::unauthenticated("the header X-API-KEY is required"));
        }
        Admitted::from_request_parts(parts, state).await.map(|_| Keyed)
    }
}

impl Describes for Keyed {
    fn describe(draft: &mut Draft) {
        draft.header("X-API-KEY", true);
        Admitted::describe(draft);
    }
}

pub(super) struct Part {
    after: Option<Sku>,
    count: usize,
}

impl<S: Send + Sync> FromRequestParts<S> for Part {
    type Rejection = LomsError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Part, LomsError> {
        let query = parts.uri.query();
        let count = said(query, "count").and_then(|count| count.parse().ok());
        let count = count.filter(|count| (1..=MOST).contains(count));
        let count = count.ok_or(LomsError::invalid("count is from 1 to 1000"))?;
        let after = match said(query, "start_after_sku") {
            None | Some("" | "0") => None,
            after => Some(sku(after)?),
        };
        Ok(Part { after, count })
    }
}

impl Describes for Part {
    fn describe(draft: &mut Draft) {
        let number = |format| {
            let number = ObjectBuilder::new().schema_type(Type::Integer);
            number.format(Some(SchemaFormat::KnownFormat(format)))
        };
        let count = number(KnownFormat::Int32).minimum(Some(1)).maximum(Some(MOST));
        draft.query("count", true, count);
        draft.query("start_after_sku", false, number(KnownFormat::Int64).minimum(Some(0)));
    }
}

pub(super) struct Products(Vec<LomsProduct>);

impl IntoResponse for Products {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}

impl Describes for Products {
    fn describe(draft: &mut Draft) {
        let list = ArrayBuilder::new().items(draft.schema::<LomsProduct>());
        draft.answer(list.into());
    }
}

/// A product by its number.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LomsProduct {
    name: String,
    /// In whole units.
    price: i64,
    sku: Sku,
}

impl LomsProduct {
    /// What has no price now is not to be had.
    fn of(line: &Line, now: Timestamp) -> Option<LomsProduct> {
        let (name, price) = (line.name()?.to_string(), line.whole_price(now)?);
        Some(LomsProduct { name, price, sku: line.numeric_sku? })
    }
}

fn troubled(trouble: AppError) -> LomsError {
    match trouble {
        AppError::Refused(Refusal::NoSuchProduct) => LomsError::not_found("no product with this sku"),
        AppError::Failed(failure) => LomsError::of_failure(&failure),
        trouble => {
            tracing::error!(error = %trouble, "the products could not be read");
            LomsError::internal()
        }
    }
}

/// A product by its number.
pub(super) async fn loms_product(
    State(app): State<App>,
    _: Keyed,
    Number(sku): Number,
) -> Result<Json<LomsProduct>, LomsError> {
    let line = app.get_numbered(sku).await.map_err(troubled)?;
    let product = LomsProduct::of(&line, app.clock.now());
    product.map(Json).ok_or_else(|| troubled(Refusal::NoSuchProduct.into()))
}

/// Products by number, from behind `start_after_sku` on.
pub(super) async fn loms_products(
    State(app): State<App>,
    _: Keyed,
    Part { after, count }: Part,
) -> Result<Products, LomsError> {
    let page = app.list_numbered(after, count).await.map_err(troubled)?;
    let now = app.clock.now();
    Ok(Products(page.iter().filter_map(|line| LomsProduct::of(line, now)).collect()))
}
