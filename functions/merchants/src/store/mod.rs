//! The only folder that says table, key or item.
//!
//! A shop is one document; its card, its address and its people's places follow from it, and every save
//! writes the difference together with the shop and its facts. Invitations, calendars and commission
//! rules lie beside.

mod audit;
mod beside;
mod books;
mod invitations;
mod keys;
pub mod objects;
mod places;
mod projected;

use std::collections::BTreeMap;

use clock::Clock;
use dynamo::{
    Aggregate, Attempts, Change, Condition, Count, Error, Key, Receipt, Table, Update, Versioned, Write,
    difference,
};
use facts::Unsent;
use ids::{AccountId, MerchantId};
use jiff::Timestamp;

use crate::app::AppError;
use crate::domain::{Refusal, Shop, Slug};
use projected::{SlugClaim, project};

pub use audit::{Violation, audit, unnamed};
pub(crate) use beside::Policies;
pub(crate) use projected::Card;

const MOST_OWNED: u32 = 10;

#[derive(Clone, Debug)]
pub(crate) struct Store {
    table: Table,
}

impl Store {
    pub(crate) fn new(table: Table) -> Store {
        Store { table }
    }

    /// A shop as it was last written: for decisions, and for who may make them.
    pub(crate) async fn shop(&self, merchant: MerchantId) -> Result<Option<Versioned<Shop>>, Error> {
        Ok(self.table.get(&keys::shop(merchant)).await?.map(Versioned::from))
    }

    /// A shop as it may have been a moment ago: for looking.
    pub(crate) async fn peek_shop(&self, merchant: MerchantId) -> Result<Option<Versioned<Shop>>, Error> {
        Ok(self.table.peek(&keys::shop(merchant)).await?.map(Versioned::from))
    }

    pub(crate) async fn public_shop(&self, merchant: MerchantId) -> Result<Versioned<Shop>, AppError> {
        let shop = self.peek_shop(merchant).await?.filter(|shop| shop.body.state.is_public());
        Ok(shop.ok_or(Refusal::NoSuchShop)?)
    }

    /// The shop at an address, if it is public.
    pub(crate) async fn public_shop_at(&self, slug: &Slug) -> Result<Versioned<Shop>, AppError> {
        let claim = self.table.peek::<SlugClaim>(&keys::slug(slug)).await?;
        self.public_shop(claim.ok_or(Refusal::NoSuchShop)?.body.merchant).await
    }

    pub(crate) fn at(&self, merchant: MerchantId) -> Key {
        keys::shop(merchant)
    }

    pub(crate) fn change_shop<'a>(&'a self, clock: &'a Clock, merchant: MerchantId) -> Change<'a, Shop> {
        self.table.change(clock, keys::shop(merchant))
    }

    pub(crate) async fn create_shop(
        &self,
        shop: Shop,
        facts: Vec<Unsent>,
        receipt: Receipt<Versioned<Shop>>,
        now: Timestamp,
    ) -> Result<Versioned<Shop>, AppError> {
        self.table.create(keys::shop(shop.id), shop, facts, Some(receipt), now).await
    }

    /// All of a commit only if the shop is as it was read.
    pub(crate) fn same_shop(&self, shop: &Versioned<Shop>) -> Write {
        Write::check(keys::shop(shop.body.id), Condition::version(shop.version))
    }

    /// What a use case that touches several things measures its tries by.
    pub(crate) fn attempts(&self) -> Attempts<'_> {
        self.table.attempts()
    }

    pub(crate) async fn load<T: Aggregate<Refusal = Refusal>>(
        &self,
        key: &Key,
    ) -> Result<Versioned<T>, AppError> {
        self.table.load(key).await
    }

    /// Carries out what an attempt has decided, or says that another writer was faster.
    pub(crate) async fn commit(&self, writes: Vec<Write>) -> Result<bool, AppError> {
        self.table.try_commit(writes, judge).await
    }

    /// The same with limits, one of which may be what stands in the way.
    pub(crate) async fn commit_within(
        &self,
        writes: Vec<Write>,
        counts: &[Count],
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let judge = |refusals: &[dynamo::Refusal]| {
            let wait = counts.iter().filter_map(|count| count.wait(refusals, now)).max();
            wait.map(|wait| Refusal::TooManyLetters { wait }).or_else(|| judge(refusals))
        };
        self.table.try_commit(writes, judge).await
    }
}

impl Aggregate for Shop {
    type Refusal = Refusal;

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn missing() -> Result<Shop, Refusal> {
        Err(Refusal::NoSuchShop)
    }

    fn tells(&self, before: Option<&Shop>) -> Vec<Unsent> {
        before.and_then(|before| self.says_dropped(before)).into_iter().collect()
    }

    fn follows(&self, before: Option<&Shop>) -> Result<Vec<Write>, Error> {
        let projected = before.map_or_else(BTreeMap::new, project);
        let free = || Condition::Absent.or(Condition::says("merchant", self.id.to_string()));
        let claims = |key: &Key, _: &_| (key.sk == keys::CLAIM).then(free);
        let mut writes = difference(projected, &project(self), claims)?;
        // A shop that may not claim its address yet wishes for nothing that another has.
        let wishes = !self.holds_its_slug() && before.is_none_or(|before| before.slug != self.slug);
        writes.extend(wishes.then(|| Write::check(keys::slug(&self.slug), free())));
        writes.extend(counts(before, self));
        Ok(writes)
    }

    fn judge(refusals: &[dynamo::Refusal]) -> Option<Refusal> {
        judge(refusals)
    }
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

/// A shop or something beside it that is at another version was written by another; a refused count
/// belongs to an account that owns enough, and a refused claim is another shop's address.
fn judge(refusals: &[dynamo::Refusal]) -> Option<Refusal> {
    let refused = |what: fn(&Key) -> bool| refusals.iter().any(|refusal| what(&refusal.key));
    if refused(|key| key.pk.starts_with("mer#") || key.pk.starts_with("rules#")) {
        return None;
    }
    if refused(|key| key.sk == keys::OWNS) {
        return Some(Refusal::TooManyShops { most: MOST_OWNED });
    }
    refused(|key| key.sk == keys::CLAIM).then_some(Refusal::SlugTaken)
}

#[cfg(test)]
#[path = "save_tests.rs"]
mod tests;
