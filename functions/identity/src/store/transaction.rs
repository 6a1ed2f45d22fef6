//! Everything that one decision writes: state, facts, audit and receipt in one transaction.

use dynamo::{Condition, Error, Heard, Key, Save, Update, Versioned, Write};
use facts::Unsent;
use facts::identity::RevocationReason;
use ids::{AccountId, MerchantId, Mint, RequestId, SessionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Present, Store, keys};
use crate::app::AppError;
use crate::domain::{
    Account, ApiKey, Counted, Email, Entry, KeyOwner, Keyring, Leniency, Letter, Listed, Origin, PER_ACCOUNT,
    PER_ADDRESS, Place, Refusal, Session, Step, Strikes,
};

/// A letter that has expired says so for this long before it is unknown.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What is never read need not lie there for long.
const VAIN_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A write that could not be put together is said when all of them are carried out.
#[must_use = "a transaction does nothing before it is carried out"]
pub struct Transaction {
    writes: Vec<Result<Write, Error>>,
    mint: Mint,
    now: Timestamp,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Claim {
    pub account: AccountId,
}

#[derive(Serialize)]
struct Member {
    since: Timestamp,
}

#[derive(Serialize)]
struct Vain<'a> {
    event: &'a str,
    at: Timestamp,
    origin: &'a Origin,
}

impl Store {
    /// Carries out all of it. Answers whether it is done, or something is not any more as it was read and
    /// it has to be decided again.
    pub async fn commit(&self, transaction: Transaction) -> Result<bool, AppError> {
        self.table.try_commit(transaction.writes()?, |_| None).await
    }

    /// The same where what is taken or used stays so, and a new decision would not mend it.
    pub async fn commit_or_refuse(&self, transaction: Transaction) -> Result<bool, AppError> {
        self.table.try_commit(transaction.writes()?, judge).await
    }

    /// The same together with the receipt of the fact that asked for it, if it was not done before.
    pub async fn commit_once(&self, fact: &str, transaction: Transaction) -> Result<bool, Error> {
        match self.table.commit_once(fact, transaction.now, transaction.writes()?).await {
            Ok(Heard::Now | Heard::Before) => Ok(true),
            Err(Error::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// What has changed is decided on again; what is taken or used stays so.
fn judge(refusals: &[dynamo::Refusal]) -> Option<Refusal> {
    let reasons = refusals.iter().map(|refusal| match refusal.key.pk.split('#').next() {
        Some("mail") if refusal.key.sk == keys::CLAIM => Some(Refusal::EmailTaken),
        Some("mail") => Some(Refusal::TooManyLetters),
        Some("ltr") => Some(Refusal::LetterUsed),
        _ => None,
    });
    let reasons = reasons.collect::<Option<Vec<_>>>()?;
    let taken = reasons.iter().find(|reason| **reason == Refusal::EmailTaken);
    taken.or(reasons.first()).copied()
}

impl Transaction {
    pub(super) fn new(mint: Mint, now: Timestamp) -> Transaction {
        Transaction { writes: Vec::new(), mint, now }
    }

    fn writes(self) -> Result<Vec<Write>, Error> {
        self.writes.into_iter().collect()
    }

    /// When it is done.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    fn made(mut self, write: Result<Write, Error>) -> Transaction {
        self.writes.push(write);
        self
    }

    fn with(self, write: Write) -> Transaction {
        self.made(Ok(write))
    }

    fn save<'a, T>(&self, key: Key, aggregate: &'a str, loaded: u64, body: &'a T) -> Save<'a, T> {
        Save { key, aggregate, loaded, body, facts: Vec::new(), at: self.now }
    }

    /// The account's next version, its facts and its letters.
    pub fn step(self, loaded: u64, step: &Step) -> Transaction {
        let aggregate = step.account.id.to_string();
        let save = self.save(keys::account(step.account.id), &aggregate, loaded, &step.account);
        let write = Write::save(Save { facts: step.facts.clone(), ..save });
        step.letters.iter().fold(self.made(write), |transaction, letter| {
            let write = Write::create(keys::letter(letter.id), letter);
            transaction.made(write.map(|write| write.expiring(letter.expires_at + REMEMBERED_FOR)))
        })
    }

    /// The account's next version, with nothing to tell and no letters.
    pub fn account(self, loaded: u64, account: &Account) -> Transaction {
        self.step(loaded, &account.silently())
    }

    /// The same with its line in the trail, if there is a next version at all.
    pub fn told(self, loaded: u64, step: Option<Step>, entry: &Entry) -> Transaction {
        match step {
            Some(step) => self.step(loaded, &step).audit(step.account.id, entry),
            None => self,
        }
    }

    /// The e-mail is this account's, if it is no other's.
    pub fn claim(self, email: &Email, account: AccountId) -> Transaction {
        self.made(Write::create(keys::claim(&email.digest()), &Claim { account }))
    }

    pub fn release(self, email: &Email, account: AccountId) -> Transaction {
        let owned = Condition::says("account", account.to_string());
        self.with(Write::delete(keys::claim(&email.digest())).when(owned))
    }

    pub fn audit(self, account: AccountId, entry: &Entry) -> Transaction {
        let write = Write::put(keys::audit(account, RequestId::mint(&self.mint)), entry);
        self.made(write.map(|write| write.expiring(entry.at + Entry::KEPT_FOR)))
    }

    /// What stands where a line of a trail would, if the e-mail had an account.
    pub fn in_vain(self, email: &Email, event: &str, origin: &Origin) -> Transaction {
        let key = keys::vain(&email.digest(), RequestId::mint(&self.mint));
        let (at, until) = (self.now, self.now + VAIN_FOR);
        self.made(Write::put(key, &Vain { event, at, origin }).map(|write| write.expiring(until)))
    }

    /// As many writes as this, whether or not the e-mail has an account and however many letters it has
    /// got: what DynamoDB is asked, and how long it takes, says nothing about either.
    pub fn padded(self, writes: usize, email: &Email, event: &str, origin: &Origin) -> Transaction {
        (self.writes.len()..writes).fold(self, |transaction, _| transaction.in_vain(email, event, origin))
    }

    /// The letter is used, if it was not.
    pub fn use_letter(self, letter: &Letter) -> Transaction {
        let used = Update::new().say("used_at", self.now.to_string());
        let unused = Condition::Present.and(Condition::Without("used_at"));
        self.with(Write::update(keys::letter(letter.id), used).when(unused))
    }

    pub fn begin(self, session: &Session) -> Transaction {
        self.session(0, session, Vec::new())
    }

    /// The session is over, and that is told.
    pub fn end(self, session: &Versioned<Session>, reason: RevocationReason) -> Transaction {
        let over = session.body.end(reason, self.now);
        self.session(session.version, &over, vec![over.revoked(reason)])
    }

    fn session(self, loaded: u64, session: &Session, facts: Vec<Unsent>) -> Transaction {
        let aggregate = session.id.to_string();
        let save = self.save(keys::session(session.account, session.id), &aggregate, loaded, session);
        let write = Write::save(Save { facts, ..save });
        self.made(write.map(|write| write.expiring(session.expires_at)))
    }

    /// One more strike against an e-mail, if it has not changed since it was read.
    pub fn strike_mail(self, email: &Email, counted: Counted, found: Strikes) -> Transaction {
        self.strike(keys::mail_strikes(&email.digest(), counted), counted.for_an_email(), found)
    }

    /// One more strike of a place, if it has not changed since it was read.
    pub fn strike_place(self, place: Place, found: Strikes) -> Transaction {
        self.strike(keys::place_strikes(place), PER_ACCOUNT, found)
    }

    /// One more letter that an address has caused, if it has not changed since it was read.
    pub fn strike_sender(self, origin: &Origin, counted: Counted, found: Strikes) -> Transaction {
        match origin.network() {
            Some(address) => self.strike(keys::address_strikes(&address, counted), PER_ADDRESS, found),
            None => self,
        }
    }

    fn strike(self, key: Key, rule: Leniency, found: Strikes) -> Transaction {
        let now = found.struck(rule, self.now);
        let update = Update::new().count("strikes", now.count.into()).count("struck_at", now.last);
        let number = |n: i64| dynamo::AttributeValue::N(n.to_string());
        let same = Condition::Equals("strikes", number(found.count.into()))
            .and(Condition::Equals("struck_at", number(found.last)));
        let unchanged = if found == Strikes::default() { Condition::Absent } else { same };
        let until = now.forgotten_at(rule, self.now);
        self.with(Write::update(key, update).expiring(until).when(unchanged))
    }

    /// One more guess from an address. Many people may sit behind it and add to it at once, so
    /// what is forgiven is subtracted and the strike is added, whatever else is.
    pub fn strike_address(self, origin: &Origin, found: Strikes) -> Transaction {
        let Some(address) = origin.network() else { return self };
        let now = found.struck(PER_ADDRESS, self.now);
        let by = i64::from(now.count) - i64::from(found.count);
        let update = Update::new().add("strikes", by).count("struck_at", now.last);
        let until = now.forgotten_at(PER_ADDRESS, self.now);
        let key = keys::address_strikes(&address, Counted::Guesses);
        self.with(Write::update(key, update).expiring(until))
    }

    /// The e-mail is forgiven what strangers have guessed.
    pub fn forgive(self, email: &Email) -> Transaction {
        self.with(Write::delete(keys::mail_strikes(&email.digest(), Counted::Guesses)))
    }

    /// A place is forgiven what was guessed there.
    pub fn forgive_place(self, place: Place) -> Transaction {
        self.with(Write::delete(keys::place_strikes(place)))
    }

    /// The next version of an owner's list of keys.
    pub fn keyring(self, owner: KeyOwner, loaded: u64, ring: &Keyring) -> Transaction {
        let save = self.save(keys::keyring(owner), "", loaded, ring);
        self.made(Write::save(save))
    }

    /// A new API key, under its digest.
    pub fn api_key(self, digest: &str, key: &ApiKey) -> Transaction {
        let aggregate = key.id.to_string();
        let save = self.save(keys::api_key(digest), &aggregate, 0, key);
        let write = Write::save(Save { facts: vec![key.created()], ..save });
        self.made(write.map(|write| write.expiring(key.expires_at)))
    }

    /// A key that has been replaced ends earlier.
    pub fn retire(self, key: &Listed) -> Transaction {
        let update = Update::new().say("expires_at", key.expires_at.to_string());
        let write = Write::update(keys::api_key(&key.digest), update).when(Condition::Present);
        self.with(write.expiring(key.expires_at))
    }

    pub fn tier(self, digest: &str, tier: &str) -> Transaction {
        let update = Update::new().say("tier", tier);
        self.with(Write::update(keys::api_key(digest), update).when(Condition::Present))
    }

    pub fn revoke<'a>(self, keys: impl IntoIterator<Item = &'a Listed>) -> Transaction {
        let gone = keys.into_iter().map(|key| Write::delete(keys::api_key(&key.digest)));
        gone.fold(self, Transaction::with)
    }

    /// All of this only if the list of an owner's keys is as it was read.
    pub fn same_keyring(self, owner: KeyOwner, loaded: u64) -> Transaction {
        self.with(Write::check(keys::keyring(owner), Condition::version(loaded)))
    }

    /// The list of an owner's keys, gone with the owner; one that there never was may not begin meanwhile.
    pub fn no_keyring(self, owner: KeyOwner, loaded: u64) -> Transaction {
        self.with(Write::delete(keys::keyring(owner)).when(Condition::version(loaded)))
    }

    pub fn join(self, merchant: MerchantId, account: AccountId) -> Transaction {
        let since = self.now;
        self.made(Write::put(keys::member(merchant, account), &Member { since }))
    }

    pub fn leave(self, merchant: MerchantId, account: AccountId) -> Transaction {
        self.with(Write::delete(keys::member(merchant, account)))
    }

    /// All of this only if who wants it is still there when it is done: the account as it was looked at,
    /// the session not ended. It comes after the writes, because what they change they hold to its
    /// version themselves, and a transaction names an item once.
    pub fn by(self, present: &Present) -> Transaction {
        let account = present.known.body.id;
        let same = Write::check(keys::account(account), Condition::version(present.known.version));
        let is_named = self.writes.iter().flatten().any(|write| write.key() == same.key());
        let bound = if is_named { self } else { self.with(same) };
        bound.while_signed_in(account, present.session)
    }

    pub fn while_signed_in(self, account: AccountId, session: SessionId) -> Transaction {
        let goes_on = Condition::Present.and(Condition::Without("ended"));
        self.with(Write::check(keys::session(account, session), goes_on))
    }

    /// All of this only if no new password, confirmation or closing has begun another epoch meanwhile.
    pub fn of_this_epoch(self, account: &Account) -> Transaction {
        let same = Condition::Equals("epoch", dynamo::AttributeValue::N(account.epoch.to_string()));
        self.with(Write::check(keys::account(account.id), same))
    }

    /// The memory of what is answered.
    pub fn receipt(self, receipt: Result<Write, Error>) -> Transaction {
        self.made(receipt)
    }
}
