//! Whether what lies in the table can be true together: for tests, and for the simulation.

use std::collections::{BTreeMap, BTreeSet};

use ids::{AccountId, ApiKeyId, MerchantId, SessionId};
use jiff::Timestamp;

use super::{Account, ApiKey, KeyOwner, Keyring, MOST_KEYS, Session};

#[derive(Clone, Debug, Default)]
pub struct Books {
    pub accounts: Vec<Account>,
    /// Digests of e-mails.
    pub claims: Vec<(String, AccountId)>,
    pub sessions: Vec<Session>,
    pub rings: Vec<(KeyOwner, Keyring)>,
    /// By their digests.
    pub keys: Vec<(String, ApiKey)>,
    pub members: Vec<(MerchantId, AccountId)>,
}

/// What cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// Two open accounts with one e-mail.
    TwoAccounts(AccountId, AccountId),
    /// An open account that its e-mail does not lead to.
    NoClaim(AccountId),
    /// An e-mail that leads to an account which does not have it.
    StrangeClaim(AccountId),
    /// A closed account that still says something about a person.
    StillAPerson(AccountId),
    /// A session of no account, or of a later epoch than its account has seen.
    StrangeSession(SessionId),
    /// A session of a closed account that has outlived its sweeping.
    LeftBehind(SessionId),
    /// A key that is listed and is not there, or is there with another owner, tier or end.
    LostKey(ApiKeyId),
    /// A key that is good and that no owner could revoke.
    UnlistedKey(ApiKeyId),
    /// More keys alive than an owner may have.
    TooManyKeys(AccountId),
    /// An account that works in a shop from one side and not from the other.
    HalfAMember(MerchantId, AccountId),
}

pub fn audit(books: &Books, now: Timestamp) -> Vec<Violation> {
    let mut found = emails(books);
    found.extend(people(books));
    found.extend(keys(books, now));
    found.extend(members(books));
    found.sort_unstable();
    found.dedup();
    found
}

/// What cannot be once every message has been heard.
pub fn unswept(books: &Books) -> Vec<Violation> {
    let closed = books.accounts.iter().filter(|account| account.closed_at.is_some());
    let closed: BTreeSet<_> = closed.map(|account| account.id).collect();
    let left = books.sessions.iter().filter(|session| closed.contains(&session.account));
    left.map(|session| Violation::LeftBehind(session.id)).collect()
}

fn emails(books: &Books) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut owners: BTreeMap<String, AccountId> = BTreeMap::new();
    let claims: BTreeMap<_, _> = books.claims.iter().cloned().collect();
    for account in &books.accounts {
        let Some(email) = account.email.as_ref().filter(|_| account.closed_at.is_none()) else { continue };
        if let Some(other) = owners.insert(email.digest(), account.id) {
            found.push(Violation::TwoAccounts(other, account.id));
        }
        if claims.get(&email.digest()) != Some(&account.id) {
            found.push(Violation::NoClaim(account.id));
        }
    }
    let strange = claims.iter().filter(|(email, account)| owners.get(*email) != Some(*account));
    found.extend(strange.map(|(_, account)| Violation::StrangeClaim(*account)));
    found
}

fn people(books: &Books) -> Vec<Violation> {
    let accounts: BTreeMap<_, _> = books.accounts.iter().map(|account| (account.id, account)).collect();
    let speaks = |account: &&Account| {
        account.closed_at.is_some()
            && (account.email.is_some()
                || account.name.is_some()
                || account.password.is_some()
                || account.moving.is_some()
                || !account.shops.is_empty()
                || !account.roles().is_empty())
    };
    let persons = books.accounts.iter().filter(speaks).map(|account| Violation::StillAPerson(account.id));
    let is_strange = |s: &&Session| accounts.get(&s.account).is_none_or(|account| s.epoch > account.epoch);
    let strange = books.sessions.iter().filter(is_strange);
    persons.chain(strange.map(|session| Violation::StrangeSession(session.id))).collect()
}

fn keys(books: &Books, now: Timestamp) -> Vec<Violation> {
    let mut found = Vec::new();
    let kept: BTreeMap<_, _> = books.keys.iter().map(|(digest, key)| (digest.as_str(), key)).collect();
    let mut listed = BTreeSet::new();
    for (owner, ring) in &books.rings {
        let ring = ring.at(now);
        for key in &ring.keys {
            listed.insert(key.id);
            let same = kept.get(key.digest.as_str()).is_some_and(|kept| {
                kept.id == key.id
                    && kept.owner == *owner
                    && kept.tier == ring.tier
                    && kept.expires_at == key.expires_at
            });
            if !same {
                found.push(Violation::LostKey(key.id));
            }
        }
        if let KeyOwner::Account(account) = owner
            && ring.keys.iter().filter(|key| !key.retiring).count() > MOST_KEYS
        {
            found.push(Violation::TooManyKeys(*account));
        }
    }
    let unlisted = books.keys.iter().filter(|(_, key)| key.expires_at > now && !listed.contains(&key.id));
    found.extend(unlisted.map(|(_, key)| Violation::UnlistedKey(key.id)));
    found
}

fn members(books: &Books) -> Vec<Violation> {
    let shops: BTreeSet<_> = books.members.iter().copied().collect();
    let people = books.accounts.iter().flat_map(|a| a.shops.keys().map(|shop| (*shop, a.id)));
    let people: BTreeSet<_> = people.collect();
    let half = shops.symmetric_difference(&people);
    half.map(|(merchant, account)| Violation::HalfAMember(*merchant, *account)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Listed, PasswordHash};
    use ids::{LetterId, Uuid};

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn account(n: u128, email: &str) -> Account {
        let (id, letter) =
            (AccountId::from_uuid(Uuid::from_u128(n)), LetterId::from_uuid(Uuid::from_u128(n)));
        let hash = PasswordHash::new("$argon2id$".into());
        let email = email.parse().unwrap();
        Account::register(id, email, None, "en".parse().unwrap(), hash, letter, noon()).account
    }

    fn books() -> Books {
        let ada = account(1, "ada@example.org");
        let claims = vec![(ada.email.as_ref().unwrap().digest(), ada.id)];
        Books { accounts: vec![ada], claims, ..Books::default() }
    }

    #[test]
    fn books_that_can_be_true_together_are_found_so() {
        assert_eq!(audit(&books(), noon()), []);
        assert_eq!(unswept(&books()), []);
    }

    #[test]
    fn two_accounts_with_one_email_are_seen() {
        let mut books = books();
        let eve = account(2, "ada@example.org");
        books.accounts.push(eve.clone());
        let found = audit(&books, noon());
        assert!(found.contains(&Violation::TwoAccounts(books.accounts[0].id, eve.id)));
        assert!(found.contains(&Violation::NoClaim(eve.id)));
    }

    #[test]
    fn a_claim_of_nobody_and_a_closed_account_that_speaks_are_seen() {
        let mut books = books();
        let ada = books.accounts[0].clone();
        books.accounts[0] = ada.close(noon()).account;
        assert_eq!(audit(&books, noon()), [Violation::StrangeClaim(ada.id)]);
        books.claims.clear();
        books.accounts[0].email = ada.email;
        assert_eq!(audit(&books, noon()), [Violation::StillAPerson(ada.id)]);
    }

    #[test]
    fn a_key_that_nobody_lists_or_that_is_listed_in_vain_is_seen() {
        let mut books = books();
        let id = ApiKeyId::from_uuid(Uuid::from_u128(7));
        let expires_at = noon() + jiff::SignedDuration::from_hours(1);
        let listed = Listed { id, digest: "d".into(), expires_at, retiring: false };
        let ring = Keyring { keys: vec![listed], ..Keyring::default() };
        books.rings.push((KeyOwner::Account(books.accounts[0].id), ring));
        assert_eq!(audit(&books, noon()), [Violation::LostKey(id)]);
        assert_eq!(audit(&books, expires_at), [], "what has expired may be swept");
    }

    #[test]
    fn half_a_member_is_seen_from_either_side() {
        let mut books = books();
        let (shop, ada) = (MerchantId::from_uuid(Uuid::from_u128(9)), books.accounts[0].id);
        books.members.push((shop, ada));
        assert_eq!(audit(&books, noon()), [Violation::HalfAMember(shop, ada)]);
        books.accounts[0].shops.insert(shop, facts::merchants::MerchantRole::Clerk);
        assert_eq!(audit(&books, noon()), []);
        books.members.clear();
        assert_eq!(audit(&books, noon()), [Violation::HalfAMember(shop, ada)]);
    }
}
