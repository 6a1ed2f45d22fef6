//! Places that were offered, and the letters that offer them.

use dynamo::{Condition, Cursor, Error, Query, Save, Stored, Write};
use facts::Unsent;
use ids::{InvitationId, LetterId, MerchantId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Kept, Store, Unsaved, keys, unsaved};
use crate::domain::Invitation;

/// An invitation that nobody can accept any more is of some interest for a month.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Serialize, Deserialize)]
struct LetterItem {
    merchant: MerchantId,
    invitation: InvitationId,
}

impl Store {
    /// Every invitation of a shop that the broom has not taken, as it was last written.
    pub async fn invitations(&self, merchant: MerchantId) -> Result<Vec<Invitation>, Error> {
        let query =
            Query::partition(keys::of_merchant(merchant)).starting_with(keys::INVITATIONS).consistent();
        let all: Vec<Stored<Invitation>> = self.table.query_all(query).await?;
        Ok(all.into_iter().map(|invitation| invitation.body).collect())
    }

    /// A page of a shop's invitations, newest first.
    pub async fn invitations_page(
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

    /// An invitation with its version, as it was last written.
    pub async fn invitation(
        &self,
        merchant: MerchantId,
        invitation: InvitationId,
    ) -> Result<Option<(Invitation, u64)>, Error> {
        let found = self.table.get::<Invitation>(&keys::invitation(merchant, invitation)).await?;
        Ok(found.map(|invitation| (invitation.body, invitation.version)))
    }

    /// The shop and the invitation that a letter is about.
    pub async fn letter(&self, letter: LetterId) -> Result<Option<(MerchantId, InvitationId)>, Error> {
        let found = self.table.get::<LetterItem>(&keys::letter(letter)).await?;
        Ok(found.map(|letter| (letter.body.merchant, letter.body.invitation)))
    }

    /// Offers a place, if the shop is still as it was read: so long its owner is one.
    pub async fn offer(
        &self,
        kept: &Kept,
        invitation: &Invitation,
        facts: Vec<Unsent>,
        beside: Vec<Write>,
    ) -> Result<(), Unsaved> {
        let letter = LetterItem { merchant: invitation.merchant, invitation: invitation.id };
        let sweep = invitation.expires_at + KEPT_FOR;
        let letter = Write::create(keys::letter(invitation.letter), &letter).map_err(Unsaved::Table)?;
        let mut writes = vec![
            Write::check(keys::shop(invitation.merchant), Condition::version(kept.version)),
            Store::put_invitation(invitation, 0, facts, invitation.created_at).map_err(Unsaved::Table)?,
            letter.expiring(sweep),
        ];
        writes.extend(beside);
        self.table.commit(writes).await.map_err(unsaved)
    }

    /// Saves what became of an invitation.
    pub async fn save_invitation(
        &self,
        invitation: &Invitation,
        loaded: u64,
        now: Timestamp,
    ) -> Result<(), Unsaved> {
        let write = Store::put_invitation(invitation, loaded, Vec::new(), now).map_err(Unsaved::Table)?;
        self.table.commit(vec![write]).await.map_err(unsaved)
    }

    /// The write of an invitation's next version.
    pub fn put_invitation(
        invitation: &Invitation,
        loaded: u64,
        facts: Vec<Unsent>,
        at: Timestamp,
    ) -> Result<Write, Error> {
        let aggregate = invitation.id.to_string();
        let key = keys::invitation(invitation.merchant, invitation.id);
        let save = Save { key, aggregate: &aggregate, loaded, body: invitation, facts, at };
        Ok(Write::save(save)?.expiring(invitation.expires_at + KEPT_FOR))
    }
}
