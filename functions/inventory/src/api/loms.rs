//! The LOMS contract's `GET /stock/info`, with numbers for names. Its errors have a shape of their
//! own, so this file maps statuses itself.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use ids::Sku;
use lambda::Env;
use serde::Serialize;
use utoipa::ToSchema;
use web::Caller;

use crate::app::{App, Trouble};

/// What a key must carry.
const SCOPE: &str = "loms";

/// Whether the contract is served here, and to whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loms {
    on: bool,
    key_required: bool,
}

impl Loms {
    pub(super) fn of(env: &Env) -> Loms {
        Loms { on: env.on("LOMS"), key_required: env.get("LOMS_KEY") != Some("open") }
    }

    pub(super) fn is_on(self) -> bool {
        self.on
    }
}

/// What can be bought now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StockInfo {
    /// A uint64, which the contract writes as a string.
    #[schema(example = "300")]
    count: String,
}

/// An error of the contract: a gRPC code and what it is about.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LomsError {
    code: u8,
    message: &'static str,
    #[schema(value_type = Vec<Object>)]
    details: [(); 0],
}

impl IntoResponse for LomsError {
    fn into_response(self) -> Response {
        let status = match self.code {
            3 => StatusCode::BAD_REQUEST,
            5 => StatusCode::NOT_FOUND,
            7 => StatusCode::FORBIDDEN,
            14 => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(self)).into_response()
    }
}

fn error(code: u8, message: &'static str) -> LomsError {
    LomsError { code, message, details: [] }
}

/// How many of a numeric sku can be bought now.
#[utoipa::path(
    get, path = "/stock/info", tag = "loms", params(("sku" = Sku, Query)),
    responses((status = OK, body = StockInfo), (status = "default", body = LomsError)),
    security((), ("program" = ["loms"])),
)]
pub(super) async fn stock_info(
    State(app): State<App>,
    State(loms): State<Loms>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<StockInfo>, LomsError> {
    if loms.key_required && !caller.has_scope(SCOPE) {
        return Err(error(7, "an API key with the scope loms is required"));
    }
    let query = query.unwrap_or_default();
    let sku = query.split('&').find_map(|pair| pair.strip_prefix("sku="));
    let sku: Option<Sku> = sku.and_then(|sku| sku.parse().ok());
    let sku = sku.ok_or_else(|| error(3, "sku is a positive int64"))?;
    match app.read_free(sku).await {
        Ok(free) => Ok(Json(StockInfo { count: free.to_string() })),
        Err(Trouble::NoSuchStock) => Err(error(5, "no stock is known for this sku")),
        Err(Trouble::Store(trouble @ (dynamo::Error::Contended | dynamo::Error::Unavailable(_)))) => {
            tracing::warn!(error = %trouble, "the stock could not be read");
            Err(error(14, "try again"))
        }
        Err(trouble) => {
            tracing::error!(error = %trouble, "the stock could not be read");
            Err(error(13, "internal"))
        }
    }
}
