//! The LOMS contract's `GET /stock/info`, with numbers for names. Its errors have a shape of their
//! own, so this file chooses them itself.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use ids::Sku;
use serde::Serialize;
use utoipa::ToSchema;
use web::loms::{Admitted, LomsError, said, sku};
use web::{Describes, Draft};

use crate::app::{App, AppError, Refusal};

pub(super) struct Number(Sku);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = LomsError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Number, LomsError> {
        sku(said(parts.uri.query(), "sku")).map(Number)
    }
}

impl Describes for Number {
    fn describe(draft: &mut Draft) {
        let schema = draft.schema::<Sku>();
        draft.query("sku", true, schema);
    }
}

/// What can be bought now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StockInfo {
    /// A uint64, which the contract writes as a string.
    #[schema(example = "300")]
    count: String,
}

/// How many of a numeric sku can be bought now.
pub(super) async fn stock_info(
    State(app): State<App>,
    _: Admitted,
    Number(sku): Number,
) -> Result<Json<StockInfo>, LomsError> {
    match app.read_free(sku).await {
        Ok(free) => Ok(Json(StockInfo { count: free.to_string() })),
        Err(AppError::Refused(Refusal::NoSuchStock)) => {
            Err(LomsError::not_found("no stock is known for this sku"))
        }
        Err(AppError::Failed(failure)) => Err(LomsError::of_failure(&failure)),
        Err(AppError::Refused(refusal)) => {
            tracing::error!(error = %refusal, "the stock could not be read");
            Err(LomsError::internal())
        }
    }
}
