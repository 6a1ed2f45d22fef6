//! A place in a shop, offered by mail.
//!
//! Invariant: an invitation opens one place once. The words that open it are nowhere in it: they are
//! derived from the letter's name when the mail is written (`app::letters`).

use facts::merchants::{MemberInvited, MerchantRole};
use facts::{Fact, Unsent};
use ids::{AccountId, InvitationId, LetterId, MerchantId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Email, Locale, Refusal};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub letter: LetterId,
    pub merchant: MerchantId,
    pub email: Email,
    pub locale: Locale,
    pub role: MerchantRole,
    pub invited_by: AccountId,
    pub created_at: Timestamp,
    /// From when on it opens nothing.
    pub expires_at: Timestamp,
    pub state: InvitationState,
}

/// What became of an invitation. That it has expired is no state: it is judged by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// It waits.
    Open,
    /// A member works there by it.
    Accepted,
    /// It was taken back.
    Revoked,
}

/// A week is long enough to come back from a holiday, and short for a forgotten mailbox.
const LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);

const MOST_OPEN: usize = 40;

#[derive(Clone, Debug)]
pub struct NewInvitation {
    pub id: InvitationId,
    pub letter: LetterId,
    pub merchant: MerchantId,
    pub email: Email,
    pub locale: Locale,
    pub role: MerchantRole,
    pub invited_by: AccountId,
}

impl Invitation {
    /// Offers a place, unless the address has an open offer already.
    pub fn offer(
        new: NewInvitation,
        others: &[Invitation],
        now: Timestamp,
    ) -> Result<(Invitation, Vec<Unsent>), Refusal> {
        let open = || others.iter().filter(|other| other.is_open(now));
        if open().any(|other| other.email == new.email) {
            return Err(Refusal::AlreadyInvited);
        }
        if open().count() >= MOST_OPEN {
            return Err(Refusal::TooManyInvitations { most: MOST_OPEN });
        }
        let NewInvitation { id, letter, merchant, email, locale, role, invited_by } = new;
        let invitation = Invitation {
            id,
            letter,
            merchant,
            email,
            locale,
            role,
            invited_by,
            created_at: now,
            expires_at: now + LASTS,
            state: InvitationState::Open,
        };
        let told = Fact::of(&MemberInvited { merchant, invitation: id, letter });
        Ok((invitation, vec![told]))
    }

    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == InvitationState::Open && now < self.expires_at
    }

    pub fn accept(&mut self, now: Timestamp) -> Result<(), Refusal> {
        self.still_open(now)?;
        self.state = InvitationState::Accepted;
        Ok(())
    }

    /// The shop takes it back. One that has expired may be taken back too.
    pub fn revoke(&mut self) -> Result<(), Refusal> {
        match self.state {
            InvitationState::Open => self.state = InvitationState::Revoked,
            InvitationState::Accepted => return Err(Refusal::InvitationAccepted),
            InvitationState::Revoked => return Err(Refusal::InvitationRevoked),
        }
        Ok(())
    }

    /// Why it opens nothing, if it does not.
    pub fn still_open(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.state {
            InvitationState::Accepted => Err(Refusal::InvitationAccepted),
            InvitationState::Revoked => Err(Refusal::InvitationRevoked),
            InvitationState::Open if now >= self.expires_at => Err(Refusal::InvitationExpired),
            InvitationState::Open => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ids::Uuid;

    use super::*;

    fn offer(n: u128, email: &str, others: &[Invitation], now: Timestamp) -> Result<Invitation, Refusal> {
        let uuid = Uuid::from_u128(n);
        let new = NewInvitation {
            id: InvitationId::from_uuid(uuid),
            letter: LetterId::from_uuid(uuid),
            merchant: MerchantId::from_uuid(uuid),
            email: email.parse().unwrap(),
            locale: "en".parse().unwrap(),
            role: MerchantRole::Clerk,
            invited_by: AccountId::from_uuid(uuid),
        };
        Invitation::offer(new, others, now).map(|(invitation, _)| invitation)
    }

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_invitation_opens_one_place_once_and_for_a_week() {
        let week = SignedDuration::from_hours(7 * 24);
        let open = offer(1, "ann@kiln.example", &[], noon()).unwrap();
        assert_eq!(open.clone().accept(noon() + week), Err(Refusal::InvitationExpired));
        let mut accepted = open.clone();
        assert_eq!(accepted.accept(noon() + week - SignedDuration::from_nanos(1)), Ok(()));
        assert_eq!(accepted.accept(noon()), Err(Refusal::InvitationAccepted));
        assert_eq!(accepted.revoke(), Err(Refusal::InvitationAccepted));
        let mut revoked = open;
        assert_eq!(revoked.revoke(), Ok(()));
        assert_eq!(revoked.accept(noon()), Err(Refusal::InvitationRevoked));
        assert_eq!(revoked.revoke(), Err(Refusal::InvitationRevoked));
    }

    #[test]
    fn an_address_is_invited_once_at_a_time() {
        let first = offer(1, "ann@kiln.example", &[], noon()).unwrap();
        let again = |now| offer(2, "ann@KILN.example", std::slice::from_ref(&first), now);
        assert_eq!(again(noon()).unwrap_err(), Refusal::AlreadyInvited);
        assert!(again(first.expires_at).is_ok());
        assert!(offer(2, "bob@kiln.example", std::slice::from_ref(&first), noon()).is_ok());
    }

    #[test]
    fn a_shop_offers_forty_places_at_a_time() {
        let mut all = Vec::new();
        for n in 0..40 {
            all.push(offer(n, &format!("a{n}@kiln.example"), &all, noon()).unwrap());
        }
        let one_more = |all: &[Invitation]| offer(99, "ann@kiln.example", all, noon());
        assert_eq!(one_more(&all).unwrap_err(), Refusal::TooManyInvitations { most: 40 });
        all[0].revoke().unwrap();
        assert!(one_more(&all).is_ok());
    }
}
