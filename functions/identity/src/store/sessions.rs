//! Sessions: how one is renewed by a single conditional write.

use dynamo::{Condition, Error, Page, Query, Update, Versioned, Write};
use ids::{AccountId, SessionId};
use jiff::Timestamp;

use super::people::stored;
use super::{Part, Store, keys};
use crate::domain::{SESSION, Session};
use crate::tokens::RefreshToken;

#[derive(Clone, Debug)]
pub enum Rotated {
    Now(Session),
    /// It was not the session's present token, or the session is over. This is how it was found.
    Not(Option<Session>),
}

impl Store {
    /// Puts a token's successor in its place, if it is the present token of a session that is alive:
    /// one request, however many show the token at once.
    pub async fn rotate(
        &self,
        token: &RefreshToken,
        successor: &RefreshToken,
        now: Timestamp,
    ) -> Result<Rotated, Error> {
        let key = keys::session(token.account, token.session);
        let until = now + SESSION;
        let renew = Update::new()
            .say("digest", successor.digest())
            .say("previous", token.digest())
            .count("rotated_at", now.as_millisecond())
            .say("used_at", now.to_string())
            .count("expires_at", until.as_millisecond());
        let alive = Condition::says("digest", token.digest())
            .and(Condition::Without("ended"))
            .and(Condition::AtLeast("expires_at", now.as_millisecond() + 1));
        match self.table.update(Write::update(key, renew).expiring(until).when(alive)).await {
            Ok(item) => Ok(Rotated::Now(stored(item)?)),
            Err(Error::Refused(refused)) => {
                let found = refused.into_iter().find_map(|refusal| refusal.found);
                Ok(Rotated::Not(found.map(stored).transpose()?))
            }
            Err(error) => Err(error),
        }
    }

    pub async fn session(
        &self,
        account: AccountId,
        session: SessionId,
    ) -> Result<Option<Versioned<Session>>, Error> {
        Ok(self.table.get(&keys::session(account, session)).await?.map(Versioned::from))
    }

    /// The sessions of an account, the latest first.
    pub async fn sessions(&self, account: AccountId, (limit, after): Part) -> Result<Page<Session>, Error> {
        let query = Query::partition(keys::person(account)).starting_with(keys::SESSIONS).consistent();
        self.table.query(query.newest_first().limit(limit).after(after)).await
    }
}
