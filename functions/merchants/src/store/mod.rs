//! The only folder that says table, key or item.
//!
//! A shop is one document; its card, its address and its people's places follow from it, and
//! [`Store::save`] writes the difference together with the shop, its facts and whatever must be saved
//! in the same moment. Invitations, calendars and commission rules lie beside.

mod audit;
mod beside;
mod books;
mod invitations;
mod keys;
pub mod objects;
mod places;
mod projected;

use std::collections::BTreeMap;

use dynamo::{Attempts, Condition, Error, Save, Stored, Table, Update, Write, difference};
use facts::Unsent;
use ids::{AccountId, MerchantId};
use jiff::Timestamp;

use crate::domain::{Refusal, Shop, Slug};
use projected::{SlugClaim, project};

pub use audit::{Violation, audit, unnamed};
pub use beside::Policies;
pub use books::Loaded;
pub use places::Place;
pub use projected::Card;

/// How many shops one account may own.
const MOST_OWNED: u32 = 10;

/// What the room owns.
#[derive(Clone, Debug)]
pub struct Store {
    table: Table,
}

/// A shop as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The shop.
    pub shop: Shop,
    /// Its version.
    pub version: u64,
}

/// A shop's next version on its way into the table.
pub struct Change<'a> {
    /// What was read; nothing for a new shop.
    pub old: Option<&'a Kept>,
    /// What it says now.
    pub new: &'a Shop,
    /// What happened.
    pub facts: Vec<Unsent>,
    /// When.
    pub at: Timestamp,
    /// What must be saved in the same moment: the answer to whoever asked, a text, an invitation.
    pub beside: Vec<Write>,
}

/// Why something was not saved. Nothing was written.
#[derive(Debug)]
pub enum Unsaved {
    /// Somebody else has saved it since it was read.
    Overtaken,
    /// It would break a rule that holds across shops.
    Refused(Refusal),
    /// The table said no for another reason, or did not answer.
    Table(Error),
}

impl Store {
    /// What lies in this table.
    pub fn new(table: Table) -> Store {
        Store { table }
    }

    /// What a use case measures its tries by when others may be faster.
    pub fn attempts(&self) -> Attempts<'_> {
        self.table.attempts()
    }

    /// A shop as it was last written: for decisions, and for who may make them.
    pub async fn shop(&self, merchant: MerchantId) -> Result<Option<Kept>, Error> {
        Ok(self.table.get(&keys::shop(merchant)).await?.map(kept))
    }

    /// A shop as it may have been a moment ago: for looking.
    pub async fn peek_shop(&self, merchant: MerchantId) -> Result<Option<Kept>, Error> {
        Ok(self.table.peek(&keys::shop(merchant)).await?.map(kept))
    }

    /// The shop at an address.
    pub async fn shop_at(&self, slug: &Slug) -> Result<Option<MerchantId>, Error> {
        let claim = self.table.peek::<SlugClaim>(&keys::slug(slug)).await?;
        Ok(claim.map(|claim| claim.body.merchant))
    }

    /// Saves a shop's next version and everything that follows from it, all or nothing.
    pub async fn save(&self, change: Change<'_>) -> Result<(), Unsaved> {
        let writes = writes(change).map_err(Unsaved::Table)?;
        self.table.commit(writes).await.map_err(unsaved)
    }
}

fn kept(stored: Stored<Shop>) -> Kept {
    Kept { shop: stored.body, version: stored.version }
}

/// The shop and the difference of what follows from it.
fn writes(change: Change<'_>) -> Result<Vec<Write>, Error> {
    let Change { old, new, mut facts, at, beside } = change;
    facts.extend(old.and_then(|old| new.says_dropped(&old.shop)));
    let aggregate = new.id.to_string();
    let loaded = old.map_or(0, |old| old.version);
    let save = Save { key: keys::shop(new.id), aggregate: &aggregate, loaded, body: new, facts, at };
    let mut writes = vec![Write::save(save)?];
    let before = old.map_or_else(BTreeMap::new, |old| project(&old.shop));
    let after = project(new);
    let free = || Condition::Absent.or(Condition::says("merchant", &aggregate));
    writes.extend(difference(before, &after, |key, _| (key.sk == keys::CLAIM).then(free))?);
    // A shop that may not claim its address yet wishes for nothing that another has.
    let wishes = !new.holds_its_slug() && old.is_none_or(|old| old.shop.slug != new.slug);
    writes.extend(wishes.then(|| Write::check(keys::slug(&new.slug), free())));
    writes.extend(counts(old.map(|old| &old.shop), new));
    writes.extend(beside);
    Ok(writes)
}

/// How many shops the people own whom the change makes owners, or makes owners no longer.
fn counts(old: Option<&Shop>, new: &Shop) -> Vec<Write> {
    const OWNED: &str = "owned";
    let owns = |shop: &Shop, account: AccountId| shop.owners().any(|owner| owner == account);
    let gained = new.owners().filter(|account| !old.is_some_and(|old| owns(old, *account)));
    let gained = gained.map(|account| {
        let room = Condition::Without(OWNED).or(Condition::Below(OWNED, MOST_OWNED.into()));
        Write::update(keys::owns(account), Update::new().add(OWNED, 1)).when(room)
    });
    let lost = old.into_iter().flat_map(Shop::owners).filter(|account| !owns(new, *account));
    let lost = lost.map(|account| Write::update(keys::owns(account), Update::new().add(OWNED, -1)));
    gained.chain(lost).collect()
}

/// A shop or something beside it that is at another version is a lost race; a refused claim is
/// another shop's address; a refused count belongs to somebody who owns enough.
fn unsaved(error: Error) -> Unsaved {
    let refused = |what: fn(&dynamo::Key) -> bool| error.refusals().iter().any(|refusal| what(&refusal.key));
    if refused(|key| key.pk.starts_with("mer#") || key.pk.starts_with("rules#")) {
        return Unsaved::Overtaken;
    }
    if refused(|key| key.sk == keys::OWNS) {
        return Unsaved::Refused(Refusal::TooManyShops { most: MOST_OWNED });
    }
    if refused(|key| key.sk == keys::CLAIM) {
        return Unsaved::Refused(Refusal::SlugTaken);
    }
    Unsaved::Table(error)
}

#[cfg(test)]
#[path = "save_tests.rs"]
mod tests;
