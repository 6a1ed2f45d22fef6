//! Whose turn it is to make the next signing key. The keys themselves lie in the vault.

use dynamo::{Condition, Error, Update, Write};
use jiff::{SignedDuration, Timestamp};

use super::{Store, keys};

/// A turn that was not finished within this time is free again: longer than a function lives.
const TURN: SignedDuration = SignedDuration::from_mins(20);

impl Store {
    /// Takes the turn to make the successor of a key. Two who try at once do not both get it.
    pub async fn take_turn(&self, kid: &str, now: Timestamp) -> Result<bool, Error> {
        let until = now + TURN;
        let take = Update::new().count("until", until.as_millisecond());
        let given_up = Condition::Without("done").and(Condition::Below("until", now.as_millisecond()));
        let free = Condition::Absent.or(given_up);
        match self.table.update(Write::update(keys::turn(kid), take).when(free)).await {
            Ok(_) => Ok(true),
            Err(Error::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The successor is in the vault, and no other has to be made.
    pub async fn finish_turn(&self, kid: &str, now: Timestamp) -> Result<(), Error> {
        let done = Update::new().say("done", now.to_string());
        self.table.update(Write::update(keys::turn(kid), done)).await.map(drop)
    }
}
