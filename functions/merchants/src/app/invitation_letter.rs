//! What stands in a letter, for the room that sends mail.

use ids::LetterId;
use jiff::Timestamp;

use super::letters::PURPOSE;
use super::{App, AppError};
use crate::domain::{Action, Email, Locale, MerchantRole, Refusal, ShopName};

/// An invitation as it is mailed.
#[derive(Clone, Debug)]
pub struct InvitationLetter {
    /// Where it goes.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// What it is for.
    pub purpose: &'static str,
    /// The words that open the place.
    pub token: String,
    /// From when on they open nothing.
    pub expires_at: Timestamp,
    /// What the shop was called when the market approved it.
    pub shop: ShopName,
    /// What they may do there.
    pub role: MerchantRole,
}

impl App {
    /// What stands in a letter, the same however often it is asked for. An invitation that opens
    /// nothing any more is not worth a mail, and a shop that may not invite now writes none.
    pub async fn invitation_letter(&self, letter: LetterId) -> Result<InvitationLetter, AppError> {
        let (merchant, id) = self.store.letter(letter).await?.ok_or(Refusal::NoSuchInvitation)?;
        let (invitation, _) = self.store.invitation(merchant, id).await?.ok_or(Refusal::NoSuchInvitation)?;
        invitation.still_open(self.clock.now())?;
        // As it was last written: a shop that was approved a moment ago writes letters.
        let kept = self.store.shop(merchant).await?.ok_or(AppError::NoSuchShop)?;
        kept.shop.allows(Action::Invite)?;
        let name = kept.shop.approved_name(&invitation.locale).ok_or(AppError::NoSuchShop)?;
        Ok(InvitationLetter {
            shop: name.clone(),
            to: invitation.email,
            locale: invitation.locale,
            purpose: PURPOSE,
            token: self.letters()?.token(letter).await?,
            expires_at: invitation.expires_at,
            role: invitation.role,
        })
    }
}
