//! The LOMS contract's `GET /product`, with numbers for names. Its errors have a shape of their own,
//! so this file maps statuses itself.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use ids::Sku;
use jiff::Timestamp;
use lambda::Env;
use serde::Serialize;
use utoipa::ToSchema;
use web::Caller;

use crate::app::{App, Trouble};
use crate::store::Line;

/// Whether the contract is served here, and to whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loms {
    on: bool,
    key_required: bool,
}

/// The most products of one list.
const MOST: usize = 1000;

impl Loms {
    pub(super) fn of(env: &Env) -> Loms {
        Loms { on: env.on("LOMS"), key_required: env.get("LOMS_KEY") != Some("open") }
    }

    pub(super) fn is_on(self) -> bool {
        self.on
    }

    /// The contract wants the header wherever it is served; where keys are required, it must be one
    /// of ours with the right scope.
    fn admit(self, caller: &Caller, headers: &HeaderMap) -> Result<(), LomsError> {
        if headers.get("x-api-key").is_none_or(|key| key.is_empty()) {
            return Err(error(16, "the header X-API-KEY is required"));
        }
        if self.key_required && !caller.has_scope("loms") {
            return Err(error(7, "an API key with the scope loms is required"));
        }
        Ok(())
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

/// An error of the contract: a gRPC code and what it is about.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LomsError {
    code: u8,
    message: &'static str,
    details: [String; 0],
}

impl IntoResponse for LomsError {
    fn into_response(self) -> Response {
        let status = match self.code {
            3 => StatusCode::BAD_REQUEST,
            5 => StatusCode::NOT_FOUND,
            7 => StatusCode::FORBIDDEN,
            14 => StatusCode::SERVICE_UNAVAILABLE,
            16 => StatusCode::UNAUTHORIZED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(self)).into_response()
    }
}

fn error(code: u8, message: &'static str) -> LomsError {
    LomsError { code, message, details: [] }
}

fn troubled(trouble: Trouble) -> LomsError {
    match trouble {
        Trouble::NoSuchProduct => error(5, "no product with this sku"),
        Trouble::Table(trouble @ (dynamo::Error::Contended | dynamo::Error::Unavailable(_))) => {
            tracing::warn!(error = %trouble, "the products could not be read");
            error(14, "try again")
        }
        trouble => {
            tracing::error!(error = %trouble, "the products could not be read");
            error(13, "internal")
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
    Path(sku): Path<String>,
) -> Result<Json<LomsProduct>, LomsError> {
    loms.admit(&caller, &headers)?;
    let sku: Sku = sku.parse().map_err(|_| error(3, "sku is a positive int64"))?;
    let line = app.get_numbered(sku).await.map_err(troubled)?;
    let product = LomsProduct::of(&line, app.clock.now());
    product.map(Json).ok_or_else(|| troubled(Trouble::NoSuchProduct))
}

/// Products by number, from behind `start_after_sku` on.
#[utoipa::path(
    get, path = "/product", tag = "loms",
    params(
        ("count" = usize, Query), ("start_after_sku" = Option<i64>, Query), ("X-API-KEY" = String, Header),
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
    loms.admit(&caller, &headers)?;
    let query = query.unwrap_or_default();
    let said = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let count = said("count").and_then(|count| count.parse().ok()).filter(|count| (1..=MOST).contains(count));
    let count = count.ok_or_else(|| error(3, "count is from 1 to 1000"))?;
    let after = match said("start_after_sku") {
        None | Some("" | "0") => None,
        Some(sku) => Some(sku.parse().map_err(|_| error(3, "start_after_sku is an int64"))?),
    };
    let page = app.list_numbered(after, count).await.map_err(troubled)?;
    let now = app.clock.now();
    Ok(Json(page.iter().filter_map(|line| LomsProduct::of(line, now)).collect()))
}
