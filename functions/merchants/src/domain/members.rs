//! Who works in a shop.
//!
//! Invariant: a shop that is not closed has an owner, except one whose last owner's account is gone:
//! that one does not sell until the market has appointed an owner.

use facts::merchants::{MemberAdded, MemberRemoved, MerchantRestricted, MerchantRole};
use facts::{Fact, Unsent};
use ids::AccountId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, Decided, Email, Refusal, Restriction, Shop, State};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub role: MerchantRole,
    pub since: Timestamp,
    /// The address that the invitation went to, so that owners know who is who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_as: Option<Email>,
}

/// A shop with all its people is saved in one transaction, also on the day on which it closes.
const MOST_MEMBERS: usize = 40;

impl Shop {
    pub fn role_of(&self, account: AccountId) -> Option<MerchantRole> {
        self.members.get(&account).map(|seat| seat.role)
    }

    pub fn owners(&self) -> impl Iterator<Item = AccountId> {
        self.members.iter().filter(|(_, seat)| seat.role == MerchantRole::Owner).map(|(account, _)| *account)
    }

    /// Whether it has an owner, or is known to have none.
    pub fn is_answered_for(&self) -> bool {
        let gone = self.state == State::Restricted && self.restriction == Some(Restriction::OwnerGone);
        self.state == State::Closed || gone || self.owners().next().is_some()
    }

    pub fn add_member(
        &mut self,
        account: AccountId,
        role: MerchantRole,
        invited_as: Option<Email>,
        now: Timestamp,
    ) -> Decided {
        self.step(Action::Staff, now)?;
        if self.members.contains_key(&account) {
            return Err(Refusal::AlreadyMember);
        }
        if self.members.len() >= MOST_MEMBERS {
            return Err(Refusal::TooManyMembers { most: MOST_MEMBERS });
        }
        self.members.insert(account, Seat { role, since: now, invited_as });
        Ok(vec![self.says_member(account, role)])
    }

    pub fn change_member_role(&mut self, account: AccountId, role: MerchantRole, now: Timestamp) -> Decided {
        self.step(Action::Staff, now)?;
        let seat = self.members.get(&account).ok_or(Refusal::NoSuchMember)?;
        if seat.role == role {
            return Err(Refusal::SameRole);
        }
        self.not_the_last(account)?;
        self.members.entry(account).and_modify(|seat| seat.role = role);
        Ok(vec![self.says_member(account, role)])
    }

    pub fn remove_member(&mut self, account: AccountId, now: Timestamp) -> Decided {
        self.step(Action::Staff, now)?;
        if !self.members.contains_key(&account) {
            return Err(Refusal::NoSuchMember);
        }
        self.not_the_last(account)?;
        self.members.remove(&account);
        Ok(vec![Fact::of(&MemberRemoved { merchant: self.id, account })])
    }

    pub fn appoint_owner(&mut self, account: AccountId, now: Timestamp) -> Decided {
        match self.members.contains_key(&account) {
            true => self.change_member_role(account, MerchantRole::Owner, now),
            false => self.add_member(account, MerchantRole::Owner, None, now),
        }
    }

    /// An account is no more. Nothing stands in the way of that: a shop whose last owner it was does
    /// not sell any more, and one that never sold is closed.
    pub fn forget(&mut self, account: AccountId, now: Timestamp) -> Decided {
        let Some(seat) = self.members.remove(&account) else { return Ok(Vec::new()) };
        let mut facts = vec![Fact::of(&MemberRemoved { merchant: self.id, account })];
        if seat.role == MerchantRole::Owner && self.owners().next().is_none() {
            let before = self.state;
            self.step(Action::Orphan, now)?;
            match self.state {
                State::Closed => facts.extend(self.ends()),
                _ => {
                    (self.restriction, self.orphaned_at) = (Some(Restriction::OwnerGone), Some(now));
                    // The papers were the last owner's; the next one shows their own. What the market was looking into stays until it has decided: then
                    // the shop closes, or sells again without them.
                    if before != State::Restricted {
                        self.documents.clear();
                    }
                    let reason = Restriction::OwnerGone.as_str().to_owned();
                    // Who is restricted already is told nothing new about selling.
                    if before == State::Active {
                        facts.push(Fact::of(&MerchantRestricted { merchant: self.id, reason }));
                    }
                }
            }
        }
        Ok(facts)
    }

    fn not_the_last(&self, account: AccountId) -> Result<(), Refusal> {
        let mut owners = self.owners();
        match (owners.next(), owners.next()) {
            (Some(only), None) if only == account => Err(Refusal::LastOwner),
            _ => Ok(()),
        }
    }

    pub(super) fn says_member(&self, account: AccountId, role: MerchantRole) -> Unsent {
        Fact::of(&MemberAdded { merchant: self.id, account, role })
    }
}
