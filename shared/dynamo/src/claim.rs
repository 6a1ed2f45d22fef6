//! The memory behind `Idempotency-Key`: who asked what, whether it still runs, what the answer was.
//!
//! A request first *claims* its key, then does its work in one commit that contains
//! [`Claim::finish`], so that the work and the memory of it are saved together. A function that
//! dies in between leaves a claim that anybody may take over once its deadline has passed; should
//! it come back to life then, its commit is refused, because the claim is no longer its own.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::condition::number;
use crate::{Condition, Error, Key, Refusal, Table, Update, Write, decode};

/// How long a key is remembered.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A key that this request holds until it finishes, lets go, or the deadline passes.
#[derive(Clone, Debug)]
pub struct Claim {
    key: Key,
    token: String,
}

/// What claiming a key brought.
#[derive(Clone, Debug)]
pub enum Claimed {
    /// It is ours: do the work.
    Ours(Claim),
    /// The work was done before; this is what was answered.
    Before(Answer),
    /// Somebody is at work on it.
    Running {
        /// When it may be taken over.
        until: Timestamp,
    },
    /// The key was used for something else.
    OtherBody,
}

/// An answer as it was given, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers that belong to the answer.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

#[derive(Serialize, Deserialize)]
struct Memory {
    token: String,
    fingerprint: String,
    deadline: i64,
    until: i64,
    #[serde(default)]
    answer: Option<String>,
}

/// What the partitions of claims begin with.
const CLAIMS: &str = "once#";
const TOKEN: &str = "token";
const ANSWER: &str = "answer";

impl Table {
    /// Claims a key within a scope (who asks, and for what operation). The fingerprint tells one
    /// request body from another.
    pub async fn claim(
        &self,
        scope: &str,
        key: &str,
        fingerprint: &str,
        now: Timestamp,
        deadline: Timestamp,
    ) -> Result<Claimed, Error> {
        let at = Key::new(format!("{CLAIMS}{scope}"), key);
        let memory = Memory {
            token: self.token(),
            fingerprint: fingerprint.into(),
            deadline: deadline.as_millisecond(),
            until: (now + KEPT_FOR).as_second(),
            answer: None,
        };
        let died = Condition::says("fingerprint", fingerprint)
            .and(Condition::Without(ANSWER))
            .and(Condition::Below("deadline", now.as_millisecond()));
        let forgotten = Condition::Below("until", now.as_second());
        let free = Condition::Any(vec![Condition::Absent, forgotten, died]);
        let claim = Write::put(at.clone(), &memory)?.expiring(now + KEPT_FOR).when(free);
        let refused = match self.commit(vec![claim]).await {
            Ok(()) => return Ok(Claimed::Ours(Claim { key: at, token: memory.token })),
            Err(Error::Refused(refusals)) => refusals,
            Err(error) => return Err(error),
        };
        let found = refused.into_iter().find_map(|refusal| refusal.found);
        let Some(found) = found else {
            // It was let go between our try and now; whoever asks again will find it free.
            return Ok(Claimed::Running { until: now });
        };
        let found: Memory = decode(found)?.body;
        if found.fingerprint != fingerprint {
            return Ok(Claimed::OtherBody);
        }
        match found.answer {
            Some(answer) => serde_json::from_str(&answer)
                .map(Claimed::Before)
                .map_err(|e| Error::Malformed(format!("a kept answer: {e}"))),
            None => {
                let until = Timestamp::from_millisecond(found.deadline);
                Ok(Claimed::Running { until: until.map_err(|e| Error::Malformed(e.to_string()))? })
            }
        }
    }

    /// Keeps the answer of a request that changed nothing else.
    pub async fn remember(&self, claim: &Claim, answer: &Answer) -> Result<(), Error> {
        self.commit(vec![claim.finish(answer)]).await
    }

    /// Lets a key go, so that the request may be tried again at once.
    pub async fn let_go(&self, claim: &Claim) -> Result<(), Error> {
        let held = claim.still_ours();
        match self.commit(vec![Write::delete(claim.key.clone()).when(held)]).await {
            // Somebody else has it, or has finished it: then there is nothing of ours to let go.
            Ok(()) | Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Refusal {
    /// Whether it was the memory of a command: another request has taken over its key.
    pub(crate) fn is_lost_claim(&self) -> bool {
        self.key.pk.starts_with(CLAIMS)
    }
}

impl Claim {
    /// The write that remembers the answer. It belongs into the commit that does the work.
    pub fn finish(&self, answer: &Answer) -> Write {
        let answer = serde_json::to_string(answer).expect("an answer is always valid JSON");
        let remember = Update::new().say(ANSWER, answer).set("deadline", number(i64::MAX));
        Write::update(self.key.clone(), remember).when(self.still_ours())
    }

    fn still_ours(&self) -> Condition {
        let ours = Condition::Equals(TOKEN, AttributeValue::S(self.token.clone()));
        ours.and(Condition::Without(ANSWER))
    }
}
