//! The LOMS contract's `GET /stock/info`, with numbers for names. Its errors have a shape of their
//! own, so this file chooses them itself.

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use utoipa::ToSchema;
use web::Caller;
use web::loms::{Loms, LomsError, said, sku};

use crate::app::{App, AppError};

/// What can be bought now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StockInfo {
    /// A uint64, which the contract writes as a string.
    #[schema(example = "300")]
    count: String,
}

/// How many of a numeric sku can be bought now.
#[utoipa::path(
    get, path = "/stock/info", tag = "loms", params(("sku" = ids::Sku, Query)),
    responses((status = OK, body = StockInfo), (status = "default", body = LomsError)),
    security((), ("program" = ["loms"])),
)]
pub(super) async fn stock_info(
    State(app): State<App>,
    State(loms): State<Loms>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<StockInfo>, LomsError> {
    loms.admit(&caller)?;
    let sku = sku(said(query.as_deref(), "sku"))?;
    match app.read_free(sku).await {
        Ok(free) => Ok(Json(StockInfo { count: free.to_string() })),
        Err(AppError::NoSuchStock) => Err(LomsError::not_found("no stock is known for this sku")),
        Err(AppError::Store(trouble)) => Err(LomsError::of_table(&trouble)),
        Err(trouble) => {
            tracing::error!(error = %trouble, "the stock could not be read");
            Err(LomsError::internal())
        }
    }
}
