//! Accounts, the e-mails that lead to them, the letters that prove an e-mail, and who has tried.

use std::collections::HashMap;

use dynamo::{Error, Key, Query, Stored, Versioned, decode};
use ids::{AccountId, LetterId, MerchantId, SessionId};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::transaction::Claim;
use super::{Store, keys};
use crate::domain::{Account, Cause, Counted, Email, Letter, Origin, PER_ACCOUNT, Place, Session, Strikes};
use crate::tokens::DeviceToken;

pub type Known = Versioned<Account>;

/// What is known when an e-mail is said at the door.
#[derive(Clone, Copy, Debug, Default)]
pub struct Knock {
    pub account: Option<AccountId>,
    pub mail: Strikes,
    pub address: Strikes,
    /// The place that they have shown to be known to the account, and its strikes.
    pub place: Option<(Place, Strikes)>,
}

impl Knock {
    /// The devices of earlier epochs share their guesses, and the owner's is one of them: when others
    /// have used them up, it is judged as a stranger's.
    #[must_use]
    pub fn at_a_place_with_guesses_left(self, now: Timestamp) -> Knock {
        let place = self.place.filter(|(place, strikes)| match place {
            Place::Former(_) => strikes.wait(PER_ACCOUNT, now).is_none(),
            Place::Session(_) => true,
        });
        Knock { place, ..self }
    }
}

/// An account with the session that acts for it.
#[derive(Clone, Debug)]
pub struct Present {
    pub known: Known,
    pub session: SessionId,
}

impl Store {
    /// What is known of an e-mail, of an address, and of the device that was shown, in one request.
    pub async fn knock(
        &self,
        email: &Email,
        origin: &Origin,
        counted: Counted,
        device: Option<&DeviceToken>,
    ) -> Result<Knock, Error> {
        let digest = email.digest();
        let (claim, mail) = (keys::claim(&digest), keys::mail_strikes(&digest, counted));
        let address = origin.network().map(|network| keys::address_strikes(&network, counted));
        let mut wanted = vec![claim.clone(), mail.clone()];
        wanted.extend(address.clone());
        if let Some(token) = device {
            let places = [Place::Session(token.session), Place::Former(token.account)];
            wanted.push(keys::account(token.account));
            wanted.extend(places.map(keys::place_strikes));
        }
        let found = self.table.get_many::<Value>(&wanted).await?;
        let mut found: HashMap<_, _> = found.into_iter().map(|found| (found.key, found.body)).collect();
        let account = take::<Claim>(&mut found, &claim)?.map(|claim| claim.account);
        // A token of another account makes no place known to this one.
        let place = match device.filter(|token| Some(token.account) == account) {
            None => None,
            Some(token) => {
                let known = take::<Account>(&mut found, &keys::account(token.account))?;
                let place = match known.is_some_and(|known| known.keeps(token.session, token.epoch)) {
                    true => Place::Session(token.session),
                    false => Place::Former(token.account),
                };
                Some((place, take(&mut found, &keys::place_strikes(place))?.unwrap_or_default()))
            }
        };
        let address = address.map(|address| take(&mut found, &address)).transpose()?.flatten();
        let mail = take(&mut found, &mail)?.unwrap_or_default();
        Ok(Knock { account, mail, address: address.unwrap_or_default(), place })
    }

    pub async fn strikes_at(&self, place: Place) -> Result<Strikes, Error> {
        Ok(self.table.get(&keys::place_strikes(place)).await?.map(|found| found.body).unwrap_or_default())
    }

    pub async fn letters_to(&self, email: &Email, cause: Cause) -> Result<Strikes, Error> {
        let key = keys::mail_strikes(&email.digest(), Counted::Letters(cause));
        Ok(self.table.get(&key).await?.map(|found| found.body).unwrap_or_default())
    }

    pub async fn account_behind(&self, email: &Email) -> Result<Option<AccountId>, Error> {
        let found = self.table.get::<Claim>(&keys::claim(&email.digest())).await?;
        Ok(found.map(|claim| claim.body.account))
    }

    pub async fn account(&self, account: AccountId) -> Result<Option<Known>, Error> {
        Ok(self.table.get(&keys::account(account)).await?.map(Versioned::from))
    }

    /// The account, or as much work where there is none.
    pub async fn account_or_nobody(&self, account: Option<AccountId>) -> Result<Option<Known>, Error> {
        let key = account.map_or_else(keys::nobody, keys::account);
        Ok(self.table.get(&key).await?.map(Versioned::from))
    }

    /// The account and one of its sessions as they are now, in one request.
    pub async fn present(
        &self,
        account: AccountId,
        session: Option<SessionId>,
    ) -> Result<(Option<Known>, Option<Session>), Error> {
        let mut wanted = vec![keys::account(account)];
        wanted.extend(session.map(|session| keys::session(account, session)));
        let (mut found, mut alive) = (None, None);
        for Stored { key, version, body } in self.table.get_many_now::<Value>(&wanted).await? {
            match key == wanted[0] {
                true => found = Some(Versioned { version, body: read::<Account>(body)? }),
                false => alive = Some(read::<Session>(body)?),
            }
        }
        Ok((found, alive))
    }

    pub async fn letter(&self, letter: LetterId) -> Result<Option<Letter>, Error> {
        Ok(self.table.get::<Letter>(&keys::letter(letter)).await?.map(|found| found.body))
    }

    /// Some of the accounts that work in a shop, and whether there are more.
    pub async fn members(&self, merchant: MerchantId) -> Result<(Vec<AccountId>, bool), Error> {
        let query = Query::partition(keys::shop(merchant)).starting_with(keys::MEMBERS).consistent();
        let page = self.table.query::<Value>(query).await?;
        let members = page.items.iter().filter_map(|member| keys::member_of(&member.key));
        Ok((members.collect(), page.next.is_some()))
    }

    /// Sweeps what lies around an account that is closed: its sessions, and its trail but for the
    /// lines of the closing itself, which say nothing about a person. Returns whether anything did.
    pub async fn sweep(&self, account: AccountId) -> Result<bool, Error> {
        let mut swept = false;
        for prefix in [keys::SESSIONS, keys::TRAIL] {
            let query = Query::partition(keys::person(account)).starting_with(prefix).consistent();
            let page = self.table.query::<Value>(query.limit(100)).await?;
            let personal = page.items.into_iter().filter(|item| item.body["event"] != "closed");
            let writes: Vec<_> = personal.map(|item| dynamo::Write::delete(item.key)).collect();
            swept |= !writes.is_empty();
            self.table.commit(writes).await?;
        }
        Ok(swept)
    }
}

/// One of the things that were read together.
fn take<T: DeserializeOwned>(found: &mut HashMap<Key, Value>, key: &Key) -> Result<Option<T>, Error> {
    found.remove(key).map(read).transpose()
}

/// What was read together with something of another kind.
fn read<T: DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|e| Error::Malformed(e.to_string()))
}

pub(super) fn stored<T: DeserializeOwned>(item: dynamo::Item) -> Result<T, Error> {
    decode(item).map(|stored| stored.body)
}
