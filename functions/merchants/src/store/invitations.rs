//! Places that were offered, and the letters that offer them.

use dynamo::{Aggregate, Cursor, Error, Key, Query, Stored, Versioned, Write};
use ids::{InvitationId, LetterId, MerchantId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Store, keys};
use crate::domain::{Invitation, Refusal};

/// An invitation that is over is of some interest for a month.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Serialize, Deserialize)]
struct LetterItem {
    merchant: MerchantId,
    invitation: InvitationId,
}

impl Store {
    /// Every invitation of a shop that TTL has not deleted, as it was last written.
    pub(crate) async fn invitations(&self, merchant: MerchantId) -> Result<Vec<Invitation>, Error> {
        let query =
            Query::partition(keys::of_merchant(merchant)).starting_with(keys::INVITATIONS).consistent();
        let all: Vec<Stored<Invitation>> = self.table.query_all(query).await?;
        Ok(all.into_iter().map(|invitation| invitation.body).collect())
    }

    pub(crate) async fn invitations_page(
        &self,
        merchant: MerchantId,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Invitation>, Option<Cursor>), Error> {
        let query =
            Query::partition(keys::of_merchant(merchant)).starting_with(keys::INVITATIONS).newest_first();
        let page = self.table.query::<Invitation>(query.limit(limit).after(after)).await?;
        Ok((page.items.into_iter().map(|invitation| invitation.body).collect(), page.next))
    }

    pub(crate) fn invitation_at(&self, merchant: MerchantId, invitation: InvitationId) -> Key {
        keys::invitation(merchant, invitation)
    }

    pub(crate) async fn invitation(
        &self,
        merchant: MerchantId,
        invitation: InvitationId,
    ) -> Result<Option<Versioned<Invitation>>, Error> {
        Ok(self.table.get(&keys::invitation(merchant, invitation)).await?.map(Versioned::from))
    }

    pub(crate) async fn letter(&self, letter: LetterId) -> Result<Option<(MerchantId, InvitationId)>, Error> {
        let found = self.table.get::<LetterItem>(&keys::letter(letter)).await?;
        Ok(found.map(|letter| (letter.body.merchant, letter.body.invitation)))
    }
}

impl Aggregate for Invitation {
    type Refusal = Refusal;

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn missing() -> Result<Invitation, Refusal> {
        Err(Refusal::NoSuchInvitation)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires_at + KEPT_FOR)
    }

    /// The letter that a new invitation is found by.
    fn follows(&self, before: Option<&Invitation>) -> Result<Vec<Write>, Error> {
        if before.is_some() {
            return Ok(Vec::new());
        }
        let letter = LetterItem { merchant: self.merchant, invitation: self.id };
        let letter = Write::create(keys::letter(self.letter), &letter)?;
        Ok(vec![letter.expiring(self.expires_at + KEPT_FOR)])
    }

    fn judge(refusals: &[dynamo::Refusal]) -> Option<Refusal> {
        super::judge(refusals)
    }
}
