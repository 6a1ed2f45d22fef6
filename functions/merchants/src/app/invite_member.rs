//! An owner offers somebody a place.

use facts::merchants::MerchantRole;
use ids::{InvitationId, LetterId};

use super::change::won;
use super::{Actor, App, Sign, Trouble};
use crate::domain::{Action, Email, Invitation, Locale, NewInvitation};

/// What is offered to whom.
#[derive(Clone, Debug)]
pub struct InviteMember {
    /// Where the mail goes.
    pub email: Email,
    /// What they may do.
    pub role: MerchantRole,
    /// In which language; in the shop's own when nothing is said.
    pub locale: Option<Locale>,
}

impl App {
    /// Offers a place by mail. Whoever writes the mail asks for its words by the letter's name.
    pub async fn invite_member(
        &self,
        actor: &Actor,
        command: InviteMember,
        sign: Sign<'_, Invitation>,
    ) -> Result<Invitation, Trouble> {
        let invited_by = actor.person()?;
        let (id, letter) = (InvitationId::mint(&self.mint), LetterId::mint(&self.mint));
        let mut race = self.store.race();
        while race.goes_on().await {
            let kept = self.current(actor, &race).await?;
            kept.shop.allows(Action::Staff)?;
            let others = self.store.invitations(actor.merchant).await?;
            let InviteMember { email, role, locale } = command.clone();
            let locale = locale.unwrap_or_else(|| kept.shop.locale.clone());
            let merchant = actor.merchant;
            let new = NewInvitation { id, letter, merchant, email, locale, role, invited_by };
            let (invitation, facts) = Invitation::offer(new, &others, self.clock.now())?;
            let sign = sign(&invitation).map_err(Trouble::Door)?;
            if won(self.store.offer(&kept, &invitation, facts, sign).await)?.is_some() {
                return Ok(invitation);
            }
        }
        Err(Trouble::Busy)
    }
}
