//! Accounts, the e-mails that lead to them, the letters that prove an e-mail, and who has tried.

use dynamo::{Error, Query, Stored, decode};
use ids::{AccountId, LetterId, MerchantId, SessionId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::deed::Claim;
use super::{Store, keys};
use crate::domain::{Account, Email, Letter, Origin, Session, Strikes};

/// An account as it was read, with its version.
pub type Known = (u64, Account);

/// What is known of somebody who stands at the door with an e-mail.
#[derive(Clone, Copy, Debug, Default)]
pub struct Knock {
    /// The account behind the e-mail.
    pub account: Option<AccountId>,
    /// The strikes against the e-mail.
    pub mail: Strikes,
    /// The strikes against the address.
    pub address: Strikes,
}

/// Somebody who has signed in: the account, its version, and the session.
#[derive(Clone, Debug)]
pub struct Present {
    /// The account's version.
    pub version: u64,
    /// The account.
    pub account: Account,
    /// The session, if it is there.
    pub session: Option<Session>,
}

impl Store {
    /// What is known of an e-mail and of an address, in one request.
    pub async fn knock(&self, email: &Email, origin: &Origin) -> Result<Knock, Error> {
        let mail = email.digest();
        let mut wanted = vec![keys::claim(&mail), keys::mail_strikes(&mail)];
        wanted.extend(origin.network().map(|network| keys::address_strikes(&network)));
        let mut knock = Knock::default();
        for found in self.table.get_many::<Value>(&wanted).await? {
            match &found.key {
                key if *key == wanted[0] => knock.account = Some(read::<Claim>(found.body)?.account),
                key if *key == wanted[1] => knock.mail = read(found.body)?,
                _ => knock.address = read(found.body)?,
            }
        }
        Ok(knock)
    }

    /// The account behind an e-mail.
    pub async fn account_behind(&self, email: &Email) -> Result<Option<AccountId>, Error> {
        let found = self.table.get::<Claim>(&keys::claim(&email.digest())).await?;
        Ok(found.map(|claim| claim.body.account))
    }

    /// The account and its version.
    pub async fn account(&self, account: AccountId) -> Result<Option<Known>, Error> {
        let found = self.table.get::<Account>(&keys::account(account)).await?;
        Ok(found.map(|found| (found.version, found.body)))
    }

    /// The account, or as much work for nobody.
    pub async fn account_or_nobody(&self, account: Option<AccountId>) -> Result<Option<Known>, Error> {
        let key = account.map_or_else(keys::nobody, keys::account);
        let found = self.table.get::<Account>(&key).await?;
        Ok(found.map(|found| (found.version, found.body)))
    }

    /// The account and one of its sessions as they are now, in one request.
    pub async fn present(
        &self,
        account: AccountId,
        session: Option<SessionId>,
    ) -> Result<Option<Present>, Error> {
        let mut wanted = vec![keys::account(account)];
        wanted.extend(session.map(|session| keys::session(account, session)));
        let (mut found, mut alive) = (None, None);
        for Stored { key, version, body } in self.table.get_many_now::<Value>(&wanted).await? {
            match key == wanted[0] {
                true => found = Some((version, read::<Account>(body)?)),
                false => alive = Some(read::<Session>(body)?),
            }
        }
        Ok(found.map(|(version, account)| Present { version, account, session: alive }))
    }

    /// A letter.
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

/// What was read together with something of another kind.
fn read<T: DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|e| Error::Malformed(e.to_string()))
}

/// The item as what it says, with its version.
pub(super) fn stored<T: DeserializeOwned>(item: dynamo::Item) -> Result<(u64, T), Error> {
    decode(item).map(|stored| (stored.version, stored.body))
}
