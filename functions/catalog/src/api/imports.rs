//! Files of products: asked for, watched while they are read, and what became of their rows.

use axum::extract::State;
use blob::{Announced, Digest, Link};
use ids::ImportId;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Id, Once, Tagged, TokenClerk, TokenManager};

use super::own_views::{ImportUpload, OwnImport};
use crate::app::App;
use crate::domain::Format;

/// A file that is to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewImport {
    format: Format,
    /// Exactly how many, at most a hundred megabytes.
    #[schema(minimum = 1, maximum = 104857600)]
    bytes: u64,
    /// What the file hashes to. S3 refuses another file.
    sha256: Digest,
}

/// Asks for a place to send a file of products to. It is read as soon as it is there. What it
/// publishes is published, so this takes a manager.
pub(super) async fn request_import(
    State(app): State<App>,
    TokenManager(member): TokenManager,
    once: Once<NewImport>,
) -> Answered<ImportUpload, 201> {
    once.answer(ImportUpload::of, |NewImport { format, bytes, sha256 }, receipt| async move {
        let announced = Announced { content_type: format.content_type(), bytes, sha256 };
        app.request_import(member.merchant, format, announced, receipt).await
    })
    .await
}

/// How far an import is.
pub(super) async fn get_import(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(import): Id<ImportId>,
) -> Result<Tagged<OwnImport>, Problem> {
    let import = app.get_import(member.merchant, import).await?;
    Ok(Tagged { version: import.version, body: OwnImport::of(&import.body) })
}

/// What became of each row: a link to NDJSON with `row`, `outcome`, and for refused rows `code` and
/// `message`. It is kept for thirty days.
pub(super) async fn get_import_outcome(
    State(app): State<App>,
    TokenClerk(member): TokenClerk,
    Id(import): Id<ImportId>,
) -> Result<axum::Json<Link>, Problem> {
    Ok(axum::Json(app.get_import_outcome(member.merchant, import).await?))
}
