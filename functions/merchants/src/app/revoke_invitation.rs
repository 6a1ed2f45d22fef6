//! An owner takes an offered place back.

use ids::InvitationId;

use super::change::won;
use super::{Actor, App, AppError};
use crate::domain::{Invitation, Refusal};

impl App {
    /// Takes an invitation back, if nobody has come for it.
    pub async fn revoke_invitation(&self, actor: &Actor, id: InvitationId) -> Result<Invitation, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let found = self.store.invitation(actor.merchant, id).await?;
            let (mut invitation, loaded) = found.ok_or(Refusal::NoSuchInvitation)?;
            invitation.revoke()?;
            let saved = self.store.save_invitation(&invitation, loaded, self.clock.now()).await;
            if won(saved)?.is_some() {
                return Ok(invitation);
            }
        }
        Err(AppError::Busy)
    }
}
