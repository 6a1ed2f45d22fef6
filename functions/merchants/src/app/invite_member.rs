//! An owner offers somebody a place.

use dynamo::{Count, Limit};
use facts::merchants::MerchantRole;
use ids::{AccountId, InvitationId, LetterId, MerchantId};
use jiff::{SignedDuration, Timestamp};

use super::change::won;
use super::{Actor, App, AppError, Sign};
use crate::domain::{Action, Email, Invitation, Locale, NewInvitation};
use crate::store::Unsaved;

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// To one mailbox, by all shops together: somebody may be wanted by a few, and an offer may be mended.
const TO_ONE: Limit = Limit::new("invited", 5, A_DAY);
/// By one shop: all the places that it has, and a few again.
const BY_A_SHOP: Limit = Limit::new("shop-invites", 50, A_DAY);
/// By one person, in all their shops.
const BY_A_PERSON: Limit = Limit::new("person-invites", 50, A_DAY);

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
    ) -> Result<Invitation, AppError> {
        let invited_by = actor.person()?;
        let (id, letter) = (InvitationId::mint(&self.mint), LetterId::mint(&self.mint));
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let kept = self.current(actor, &attempts).await?;
            kept.shop.allows(Action::Invite)?;
            let others = self.store.invitations(actor.merchant).await?;
            let now = self.clock.now();
            let counts = counts(&command.email, actor.merchant, invited_by, now);
            let InviteMember { email, role, locale } = command.clone();
            let locale = locale.unwrap_or_else(|| kept.shop.locale.clone());
            let merchant = actor.merchant;
            let new = NewInvitation { id, letter, merchant, email, locale, role, invited_by };
            let (invitation, facts) = Invitation::offer(new, &others, now)?;
            let sign = sign(&invitation).map_err(AppError::Door)?;
            let beside = counts.iter().map(Count::write).chain([sign]).collect();
            let saved = self.store.offer(&kept, &invitation, facts, beside).await;
            if let Err(Unsaved::Table(error)) = &saved {
                let wait = counts.iter().filter_map(|count| count.wait(error.refusals(), now)).max();
                if let Some(wait) = wait {
                    observe::count("letters_over_limit", 1);
                    return Err(AppError::TooManyLetters { wait });
                }
            }
            if won(saved)?.is_some() {
                return Ok(invitation);
            }
        }
        Err(AppError::Busy)
    }
}

/// The limits of letters: each counts in the transaction that offers the place.
fn counts(to: &Email, shop: MerchantId, person: AccountId, now: Timestamp) -> [Count; 3] {
    [
        TO_ONE.count(&to.mailbox(), now),
        BY_A_SHOP.count(&shop.to_string(), now),
        BY_A_PERSON.count(&person.to_string(), now),
    ]
}
