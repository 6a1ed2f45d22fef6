//! A shop: one document from its opening to its end.

use std::collections::{BTreeMap, BTreeSet};

use facts::merchants::{MerchantActivated, MerchantClosed, MerchantRestricted, MerchantRole};
use facts::{Fact, Unsent};
use ids::{AccountId, MerchantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::text::{Note, ShopName, Slug};
use super::{
    Action, Contact, Decided, Document, FileState, Legal, Locale, Logo, Missing, Payout, PolicyKind, Refusal,
    Seat, State, Words, Zone,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    pub id: MerchantId,
    pub state: State,
    pub since: Timestamp,
    /// Why it may not sell, while it may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restriction: Option<Restriction>,
    /// When its last owner's account ended, until it sells again: papers of before are that account's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orphaned_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// The last part of its address: a wish until the shop is approved, its own from then on.
    pub slug: Slug,
    /// What it was called, by language, when the market last looked at it: empty before it was approved.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub approved: BTreeMap<Locale, ShopName>,
    /// Its own language, in which it always has words.
    pub locale: Locale,
    pub words: BTreeMap<Locale, Words>,
    #[serde(default)]
    pub policies: BTreeMap<PolicyKind, BTreeSet<Locale>>,
    pub zone: Zone,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal: Option<Legal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    #[serde(default)]
    pub documents: Vec<Document>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// The sign that is expected, or that was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_logo: Option<Logo>,
    pub members: BTreeMap<AccountId, Seat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout: Option<Payout>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct NewShop {
    pub locale: Locale,
    pub words: Words,
    /// The last part of its address; made from the name when missing.
    pub slug: Option<Slug>,
    /// Where it keeps its hours; UTC when nothing is said.
    pub zone: Option<Zone>,
}

/// Why a shop may not sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Restriction {
    /// Customers complain.
    Complaints,
    /// It may not be what it says it is.
    SuspectedFraud,
    /// Its papers have run out.
    Papers,
    /// It owes the market.
    Debts,
    /// Something else, said in words.
    Other,
    /// Its last owner is gone.
    OwnerGone,
}

impl Restriction {
    /// The reason in the word that facts use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Restriction::Complaints => "complaints",
            Restriction::SuspectedFraud => "suspected_fraud",
            Restriction::Papers => "papers",
            Restriction::Debts => "debts",
            Restriction::Other => "other",
            Restriction::OwnerGone => "owner_gone",
        }
    }
}

/// How much of an id makes a slug a shop's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Enough that two shops of one name hardly ever meet. Another shop may wish for such a slug, and have it.
    Short,
    /// All of it: no other shop may wish for that.
    Whole,
}

impl Shop {
    pub fn open(
        id: MerchantId,
        owner: AccountId,
        new: NewShop,
        now: Timestamp,
    ) -> Result<(Shop, Vec<Unsent>), Refusal> {
        let NewShop { locale, words, slug, zone } = new;
        let slug = slug.unwrap_or_else(|| own_slug(id, &words.name, Tail::Short));
        may_wish(id, &slug)?;
        let seat = Seat { role: MerchantRole::Owner, since: now, invited_as: None };
        let shop = Shop {
            id,
            state: State::Draft,
            since: now,
            restriction: None,
            orphaned_at: None,
            note: None,
            slug,
            approved: BTreeMap::new(),
            words: BTreeMap::from([(locale.clone(), words)]),
            locale,
            policies: BTreeMap::new(),
            zone: zone.unwrap_or_else(Zone::utc),
            legal: None,
            contact: None,
            documents: Vec::new(),
            logo: None,
            next_logo: None,
            members: BTreeMap::from([(owner, seat)]),
            payout: None,
            created_at: now,
        };
        let facts = vec![shop.says_member(owner, MerchantRole::Owner)];
        Ok((shop, facts))
    }

    pub fn name(&self) -> &ShopName {
        let words = self.words.get(&self.locale).or_else(|| self.words.values().next());
        &words.expect("a shop always says something in its own language").name
    }

    /// What letters to strangers call it: only what the market has read.
    pub fn approved_name(&self, locale: &Locale) -> Option<&ShopName> {
        let own = || self.approved.get(&self.locale).or_else(|| self.approved.values().next());
        // Names were not kept from the beginning.
        let older = || self.holds_its_slug().then(|| self.name());
        self.approved.get(locale).or_else(own).or_else(older)
    }

    /// Whether its address is its own. Before the market has approved it a shop only wishes for one,
    /// so that drafts take no addresses; a closed shop keeps the one that its customers
    /// knew. What a shop was approved as has not always been kept, so its state counts too.
    pub fn holds_its_slug(&self) -> bool {
        !self.approved.is_empty() || self.state.is_public()
    }

    /// Wishes for the address that is made of its name and its id, in the place of one that is taken.
    pub fn wish_for_own_slug(&mut self, tail: Tail) {
        self.slug = own_slug(self.id, self.name(), tail);
    }

    pub fn missing(&self) -> Vec<Missing> {
        let described = self.words.get(&self.locale).is_some_and(|words| words.description.is_some());
        let received = self.documents.iter().any(|document| document.state == FileState::Received);
        let all = [
            (
                self.legal.is_some(),
                "/legal",
                "legal_missing",
                "who the shop legally is, and in which country",
            ),
            (self.contact.is_some(), "/contact", "contact_missing", "how the market reaches the shop"),
            (described, "/words", "description_missing", "what the shop says of itself in its own language"),
            (received, "/documents", "document_missing", "at least one document that has been received"),
        ];
        let lacking = all.into_iter().filter(|(there, ..)| !there);
        lacking.map(|(_, pointer, code, says)| Missing { pointer, code, says }).collect()
    }

    pub fn submit(&mut self, now: Timestamp) -> Decided {
        self.step(Action::Submit, now)?;
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(Refusal::Incomplete(missing));
        }
        self.note = None;
        Ok(Vec::new())
    }

    pub fn withdraw(&mut self, now: Timestamp) -> Decided {
        self.step(Action::Withdraw, now)?;
        Ok(Vec::new())
    }

    pub fn approve(&mut self, now: Timestamp) -> Decided {
        self.step(Action::Approve, now)?;
        Ok(self.opens())
    }

    pub fn reject(&mut self, note: Note, now: Timestamp) -> Decided {
        self.step(Action::Reject, now)?;
        self.note = Some(note);
        Ok(Vec::new())
    }

    pub fn restrict(&mut self, reason: Restriction, note: Note, now: Timestamp) -> Decided {
        self.step(Action::Restrict, now)?;
        (self.restriction, self.note) = (Some(reason), Some(note));
        Ok(vec![Fact::of(&MerchantRestricted { merchant: self.id, reason: reason.as_str().to_owned() })])
    }

    pub fn reinstate(&mut self, now: Timestamp) -> Decided {
        if self.state == State::Restricted && self.owners().next().is_none() {
            return Err(Refusal::NoOwner);
        }
        self.step(Action::Reinstate, now)?;
        Ok(self.opens())
    }

    pub fn close(&mut self, now: Timestamp) -> Decided {
        self.step(Action::Close, now)?;
        Ok(self.ends())
    }

    pub fn shut_down(&mut self, note: Note, now: Timestamp) -> Decided {
        self.step(Action::ShutDown, now)?;
        self.note = Some(note);
        Ok(self.ends())
    }

    fn opens(&mut self) -> Vec<Unsent> {
        (self.restriction, self.note) = (None, None);
        if let Some(orphaned) = self.orphaned_at.take() {
            self.documents.retain(|paper| paper.asked_at > orphaned);
        }
        self.approved =
            self.words.iter().map(|(locale, words)| (locale.clone(), words.name.clone())).collect();
        vec![Fact::of(&MerchantActivated { merchant: self.id, name: self.name().to_string() })]
    }

    /// A closed shop has no members; a room that keeps memberships hears of all of them at once. Its papers
    /// and its logo go as well.
    pub(super) fn ends(&mut self) -> Vec<Unsent> {
        self.restriction = None;
        self.members.clear();
        self.documents.clear();
        (self.logo, self.next_logo) = (None, None);
        vec![Fact::of(&MerchantClosed { merchant: self.id })]
    }

    pub fn allows(&self, action: Action) -> Result<State, Refusal> {
        self.state.after(action).ok_or(Refusal::NotInThisState { state: self.state, action })
    }

    /// Takes the shop where an action leads, if it is allowed. A refusal after this
    /// leaves a copy behind that is not saved.
    pub(super) fn step(&mut self, action: Action, now: Timestamp) -> Result<(), Refusal> {
        let after = self.allows(action)?;
        if after != self.state {
            (self.state, self.since) = (after, now);
        }
        Ok(())
    }
}

fn own_slug(id: MerchantId, name: &ShopName, tail: Tail) -> Slug {
    let text = id.to_string();
    let begins = match tail {
        Tail::Short => text.len() - 6,
        Tail::Whole => MerchantId::PREFIX.len() + 1,
    };
    Slug::from_name(name, &text[begins..])
}

/// Whether a shop may wish for a slug. One that ends with the whole id of another shop is kept for that one, so
/// that every approval has an address to give.
pub(super) fn may_wish(id: MerchantId, slug: &Slug) -> Result<(), Refusal> {
    if !slug.is_well_formed() {
        return Err(Refusal::BadSlug);
    }
    let last = slug.as_str().rsplit('-').next().unwrap_or_default();
    match format!("{}_{last}", MerchantId::PREFIX).parse::<MerchantId>() {
        Ok(other) if other != id => Err(Refusal::SlugTaken),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "random_life_tests.rs"]
mod random_life_tests;

#[cfg(test)]
#[path = "shop_tests.rs"]
mod tests;
