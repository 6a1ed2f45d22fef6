//! What stands in a letter, for the room that sends mail.

use ids::LetterId;
use jiff::Timestamp;

use super::letters::PURPOSE;
use super::{App, Trouble};
use crate::domain::{Email, Locale, MerchantRole, Refusal, ShopName};

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
    /// What the shop is called.
    pub shop: ShopName,
    /// What they may do there.
    pub role: MerchantRole,
}

impl App {
    /// What stands in a letter, the same however often it is asked for. An invitation that opens
    /// nothing any more is not worth a mail.
    pub async fn invitation_letter(&self, letter: LetterId) -> Result<InvitationLetter, Trouble> {
        let (merchant, id) = self.store.letter(letter).await?.ok_or(Refusal::NoSuchInvitation)?;
        let (invitation, _) = self.store.invitation(merchant, id).await?.ok_or(Refusal::NoSuchInvitation)?;
        invitation.still_open(self.clock.now())?;
        let kept = self.store.peek_shop(merchant).await?.ok_or(Trouble::NoSuchShop)?;
        let words = kept.shop.words.get(&invitation.locale).map(|words| &words.name);
        Ok(InvitationLetter {
            shop: words.unwrap_or_else(|| kept.shop.name()).clone(),
            to: invitation.email,
            locale: invitation.locale,
            purpose: PURPOSE,
            token: self.letters()?.token(letter).await?,
            expires_at: invitation.expires_at,
            role: invitation.role,
        })
    }
}
