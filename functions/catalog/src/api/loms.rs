//! The LOMS contract's `GET /product`, with numbers for names. Its errors have a shape of their own,
//! so this file chooses them itself.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use http::HeaderMap;
use ids::Sku;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::Caller;
use web::loms::{Loms, LomsError, said};

use crate::app::{App, AppError};
use crate::store::Line;

/// The most products of one list.
const MOST: usize = 1000;

/// The contract wants the header wherever it is served; where keys are required, it must be one of
/// ours with the right scope.
fn admit(loms: Loms, caller: &Caller, headers: &HeaderMap) -> Result<(), LomsError> {
    if headers.get("x-api-key").is_none_or(|key| key.is_empty()) {
        return Err(LomsError::unauthenticated("the header X-API-KEY is required"));
    }
    loms.admit(caller)
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
        AppError::NoSuchProduct => LomsError::not_found("no product with this sku"),
        AppError::Table(trouble) => LomsError::of_table(&trouble),
        trouble => {
            tracing::error!(error = %trouble, "the products could not be read");
            LomsError::internal()
        }
    }
}

/// A product by its number.
#[utoipa::path(
    get, path = "/product/{sku}", tag = "loms", params(("sku" = Sku, Path), ("X-API-KEY" = String, Header)),
    responses((status = OK, body = LomsProduct), (status = "default", body = LomsError)),
    security((), ("program" = ["loms"])),
)]
pub(super) async fn loms_product(
    State(app): State<App>,
    State(loms): State<Loms>,
    caller: Caller,
    headers: HeaderMap,
    sku: Result<Path<String>, PathRejection>,
) -> Result<Json<LomsProduct>, LomsError> {
    admit(loms, &caller, &headers)?;
    let sku = web::loms::sku(sku.ok().as_deref().map(String::as_str))?;
    let line = app.get_numbered(sku).await.map_err(troubled)?;
    let product = LomsProduct::of(&line, app.clock.now());
    product.map(Json).ok_or_else(|| troubled(AppError::NoSuchProduct))
}

/// Products by number, from behind `start_after_sku` on.
#[utoipa::path(
    get, path = "/product", tag = "loms",
    params(
        ("count" = u16, Query, minimum = 1, maximum = 1000), ("start_after_sku" = Option<i64>, Query, minimum = 0),
        ("X-API-KEY" = String, Header),
    ),
    responses((status = OK, body = Vec<LomsProduct>), (status = "default", body = LomsError)),
    security((), ("program" = ["loms"])),
)]
pub(super) async fn loms_products(
    State(app): State<App>,
    State(loms): State<Loms>,
    caller: Caller,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<LomsProduct>>, LomsError> {
    admit(loms, &caller, &headers)?;
    let query = query.as_deref();
    let count = said(query, "count").and_then(|count| count.parse().ok());
    let count = count.filter(|count| (1..=MOST).contains(count));
    let count = count.ok_or(LomsError::invalid("count is from 1 to 1000"))?;
    let after = match said(query, "start_after_sku") {
        None | Some("" | "0") => None,
        after => Some(web::loms::sku(after)?),
    };
    let page = app.list_numbered(after, count).await.map_err(troubled)?;
    let now = app.clock.now();
    Ok(Json(page.iter().filter_map(|line| LomsProduct::of(line, now)).collect()))
}
