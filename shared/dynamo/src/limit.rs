//! Rate limits: so many times in a window.
//!
//! A [`Limit`] is declared once, as a constant; [`Limit::count`] makes a [`Count`] of it for a subject
//! (an address, a shop, an account). Its write belongs into the commit that does the work, so that work
//! refused for another reason is not counted.
//!
//! Windows begin at the same instants for every subject, so a count is one number in one item that TTL
//! deletes, under one condition. The price: a span as long as a window, across two of them, has room
//! for twice as many. The table does not hold the subject's name: the key has its SHA-256.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::{Condition, Key, Refusal, Update, Write};

/// So many times in a window.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    name: &'static str,
    most: u32,
    window: SignedDuration,
}

/// One more time for a subject.
#[derive(Clone, Debug)]
pub struct Count {
    key: Key,
    most: u32,
    ends: Timestamp,
}

const USED: &str = "used";

impl Limit {
    /// So many times in a window of whole seconds, under a name that no other limit of the room has.
    pub const fn new(name: &'static str, most: u32, window: SignedDuration) -> Limit {
        Limit { name, most, window }
    }

    /// One more time for this subject, in the window of an instant.
    pub fn count(&self, subject: &str, now: Timestamp) -> Count {
        let length = self.window.as_secs().max(1);
        let start = now.as_second().div_euclid(length) * length;
        let subject = Sha256::digest(subject);
        let key = Key::new(format!("limit#{}#{}", self.name, hex::encode(subject)), start.to_string());
        let ends = Timestamp::from_second(start.saturating_add(length)).unwrap_or(Timestamp::MAX);
        Count { key, most: self.most, ends }
    }
}

impl Count {
    /// The write that counts; it is refused when the limit is reached.
    pub fn write(&self) -> Write {
        let room = Condition::Without(USED).or(Condition::Below(USED, self.most.into()));
        Write::update(self.key.clone(), Update::new().add(USED, 1)).expiring(self.ends).when(room)
    }

    /// How long to wait for the next window, if this limit refused the commit.
    pub fn wait(&self, refusals: &[Refusal], now: Timestamp) -> Option<SignedDuration> {
        let is_reached = refusals.iter().any(|refusal| refusal.key == self.key);
        is_reached.then(|| self.ends.duration_since(now).max(SignedDuration::from_secs(1)))
    }
}
