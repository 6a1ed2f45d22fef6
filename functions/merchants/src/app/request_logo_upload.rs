//! A shop is about to hang up a sign: the picture is expected, and may be sent to S3.

use ids::MediaId;

use super::{Actor, Announced, App, AppError, Sign, Upload};
use crate::store::{Kept, objects};

impl App {
    /// Expects a logo of exactly this type, size and digest.
    pub async fn request_logo_upload(
        &self,
        actor: &Actor,
        announced: Announced,
        sign: Sign<'_, Upload<MediaId>>,
    ) -> Result<Kept, AppError> {
        let id = MediaId::mint(&self.mint);
        let permit = self.permit(&objects::logo(actor.merchant, id), announced).await?;
        let sign = |kept: &Kept| sign(&Upload { kept: kept.clone(), id, permit: permit.clone() });
        let Announced { file, bytes, .. } = announced;
        self.change(actor, Some(&sign), |shop, now| shop.expect_logo(id, file, bytes, now)).await
    }
}
