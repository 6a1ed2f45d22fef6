//! A shop is about to show a paper: the paper is expected, and may be sent to S3.

use ids::DocumentId;

use super::{Actor, Announced, App, AppError, Sign, Upload};
use crate::domain::DocumentKind;
use crate::store::{Kept, objects};

impl App {
    /// Expects a paper of exactly this type, size and digest.
    pub async fn request_document_upload(
        &self,
        actor: &Actor,
        kind: DocumentKind,
        announced: Announced,
        sign: Sign<'_, Upload<DocumentId>>,
    ) -> Result<Kept, AppError> {
        let id = DocumentId::mint(&self.mint);
        let permit = self.permit(&objects::document(actor.merchant, id), announced).await?;
        let sign = |kept: &Kept| sign(&Upload { kept: kept.clone(), id, permit: permit.clone() });
        let Announced { file, bytes, .. } = announced;
        self.change(actor, Some(&sign), |shop, now| shop.expect_document(id, kind, file, bytes, now)).await
    }
}
