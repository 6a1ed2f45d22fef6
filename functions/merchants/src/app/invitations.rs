//! Places that are offered by mail, taken, and taken back.

use dynamo::{Count, Limit, Receipt, Versioned, transition};
use facts::merchants::MerchantRole;
use failure::Failure;
use futures::future::try_join;
use ids::{AccountId, InvitationId, LetterId, MerchantId};
use jiff::{SignedDuration, Timestamp};

use super::{Actor, App, AppError};
use crate::domain::{Action, Email, Invitation, Locale, NewInvitation, Refusal, Shop, ShopName};

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// To one mailbox, by all shops together: a person may be wanted by a few, and an offer may be mended.
const TO_ONE: Limit = Limit::new("invited", 5, A_DAY);
/// By one shop: all the places that it has, and a few again.
const BY_A_SHOP: Limit = Limit::new("shop-invites", 50, A_DAY);
const BY_A_PERSON: Limit = Limit::new("person-invites", 50, A_DAY);

impl App {
    /// Offers a place by mail, in the shop's own language when no other is said. The room that writes the
    /// mail asks for its words by the letter's name.
    pub(crate) async fn invite_member(
        &self,
        actor: &Actor,
        email: Email,
        role: MerchantRole,
        locale: Option<Locale>,
        receipt: Receipt<Invitation>,
    ) -> Result<Invitation, AppError> {
        let (merchant, invited_by) = (actor.merchant, actor.person()?);
        let (id, letter) = (InvitationId::mint(&self.mint), LetterId::mint(&self.mint));
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let shop = self.current(actor, &attempts).await?;
            shop.is_seen(actor.seen)?;
            shop.body.allows(Action::Invite)?;
            let others = self.store.invitations(merchant).await?;
            let now = self.clock.now();
            let counts = counts(&email, merchant, invited_by, now);
            let (email, locale) = (email.clone(), locale.as_ref().unwrap_or(&shop.body.locale).clone());
            let new = NewInvitation { id, letter, merchant, email, locale, role, invited_by };
            let (invitation, facts) = Invitation::offer(new, &others, now)?;
            let mut writes =
                transition(self.store.invitation_at(merchant, id), None, &invitation, facts, now)?;
            writes.push(self.store.same_shop(&shop));
            writes.extend(counts.iter().map(Count::write));
            writes.push(receipt.write(&invitation)?);
            if self.store.commit_within(writes, &counts, now).await? {
                return Ok(invitation);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Takes the place that a token opens. The shop and the invitation change together: a token opens
    /// one place once, however many try it at the same time.
    pub(crate) async fn accept_invitation(
        &self,
        account: AccountId,
        token: &str,
        receipt: Receipt<Versioned<Shop>>,
    ) -> Result<Versioned<Shop>, AppError> {
        let letter = self.letters()?.letter(token).await?.ok_or(Refusal::BadToken)?;
        let (merchant, id) = self.store.letter(letter).await?.ok_or(Refusal::BadToken)?;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let (shop, offer) =
                try_join(self.store.shop(merchant), self.store.invitation(merchant, id)).await?;
            let old = shop.ok_or(Refusal::NoSuchShop)?;
            let offer = offer.ok_or(Refusal::BadToken)?;
            let (mut shop, mut taken, now) = (old.body.clone(), offer.body.clone(), self.clock.now());
            taken.accept(now)?;
            let facts = shop.add_member(account, taken.role, Some(taken.email.clone()), now)?;
            let mut writes = transition(self.store.at(merchant), Some(&old), &shop, facts, now)?;
            let at = self.store.invitation_at(merchant, id);
            writes.extend(transition(at, Some(&offer), &taken, Vec::new(), now)?);
            let shop = Versioned { version: old.version + 1, body: shop };
            writes.push(receipt.write(&shop)?);
            if self.store.commit(writes).await? {
                return Ok(shop);
            }
        }
        Err(Failure::overtaken().into())
    }

    pub(crate) async fn revoke_invitation(
        &self,
        actor: &Actor,
        id: InvitationId,
    ) -> Result<Invitation, AppError> {
        let at = (self.store.invitation_at(actor.merchant, id), None);
        let decide = |_: &Shop, invitation: &mut Invitation, _| invitation.revoke().map(|()| Vec::new());
        Ok(self.change_beside(actor, at, None, decide).await?.1.body)
    }

    /// What stands in a letter, the same however often it is asked for: the invitation, what the market
    /// has approved as the shop's name, and the token. An invitation that opens nothing any more is not
    /// worth a mail, and a shop that may not invite now writes none.
    pub(crate) async fn invitation_letter(
        &self,
        letter: LetterId,
    ) -> Result<(Invitation, ShopName, String), AppError> {
        let (merchant, id) = self.store.letter(letter).await?.ok_or(Refusal::NoSuchInvitation)?;
        let invitation = self.store.invitation(merchant, id).await?.ok_or(Refusal::NoSuchInvitation)?.body;
        invitation.still_open(self.clock.now())?;
        // As it was last written: a shop that was approved a moment ago writes letters.
        let shop = self.store.shop(merchant).await?.ok_or(Refusal::NoSuchShop)?.body;
        shop.allows(Action::Invite)?;
        let name = shop.approved_name(&invitation.locale).ok_or(Refusal::NoSuchShop)?.clone();
        let token = self.letters()?.token(letter).await?;
        Ok((invitation, name, token))
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
