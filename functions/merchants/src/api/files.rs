//! Files of a shop: its logo and its papers.

use axum::extract::State;
use blob::{Announced, Digest, Link};
use ids::DocumentId;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Id, Once};

use super::own_views::{DocumentUpload, LogoUpload};
use super::seat::{CurrentManager, CurrentOwner};
use super::shops::{Own, edit};
use crate::app::App;
use crate::domain::{DocumentKind, FileType};

/// A logo that is to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLogo {
    /// PNG, JPEG or WebP.
    content_type: FileType,
    /// Exactly how many, at most ten megabytes.
    #[schema(minimum = 1, maximum = 10485760)]
    bytes: u64,
    /// What the file hashes to. S3 refuses another file.
    sha256: Digest,
}

/// A paper that is to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDocument {
    kind: DocumentKind,
    /// PDF, PNG or JPEG.
    content_type: FileType,
    /// Exactly how many, at most ten megabytes.
    #[schema(minimum = 1, maximum = 10485760)]
    bytes: u64,
    /// What the file hashes to. S3 refuses another file.
    sha256: Digest,
}

/// Asks for a place to send a logo to. It is shown as soon as it is there, if it is what it was said
/// to be; until then the present one stays.
pub(super) async fn request_logo_upload(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    once: Once<NewLogo>,
) -> Answered<LogoUpload, 201> {
    once.answer(LogoUpload::of, |logo, receipt| async move {
        let NewLogo { content_type, bytes, sha256 } = logo;
        let announced = Announced { content_type: content_type.as_str(), bytes, sha256 };
        app.request_logo_upload(&actor, content_type, announced, receipt).await
    })
    .await
}

/// Takes the logo down, and the one that is expected.
pub(super) async fn remove_logo(State(app): State<App>, CurrentManager(actor): CurrentManager) -> Own {
    edit(&app, &actor, |shop, now| shop.remove_logo(now)).await
}

/// Asks for a place to send a paper to. It counts as soon as it is there, if it is what it was said to
/// be.
pub(super) async fn request_document_upload(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    once: Once<NewDocument>,
) -> Answered<DocumentUpload, 201> {
    once.answer(DocumentUpload::of, |document, receipt| async move {
        let NewDocument { kind, content_type, bytes, sha256 } = document;
        let announced = Announced { content_type: content_type.as_str(), bytes, sha256 };
        app.request_document_upload(&actor, (kind, content_type), announced, receipt).await
    })
    .await
}

/// A link to a paper, which lasts five minutes.
pub(super) async fn get_document(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Id(document): Id<DocumentId>,
) -> Result<axum::Json<Link>, Problem> {
    Ok(axum::Json(app.document_link(&actor, document).await?))
}

/// Takes a paper back, before anybody has decided on it. The file is deleted, and links to it end.
pub(super) async fn remove_document(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Id(document): Id<DocumentId>,
) -> Own {
    edit(&app, &actor, |shop, now| shop.remove_document(document, now)).await
}
