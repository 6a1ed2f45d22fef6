//! The receipts behind `Idempotency-Key`: which request used a key, whether it still runs, and its
//! answer.
//!
//! A request first *claims* its key, then does its work in one commit that contains [`Claim::finish`],
//! so that the work and its receipt are saved together. A function that dies in between leaves a claim
//! that a retry may take over after its deadline; should the function go on after all, its commit is
//! refused, because the claim is no longer its own.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::condition::number;
use crate::{Condition, Error, Key, Refusal, Table, Update, Write, decode};

/// How long a key is remembered.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// A key that this request holds until it finishes, releases it, or the deadline passes.
#[derive(Clone, Debug)]
pub struct Claim {
    key: Key,
    token: String,
}

/// The outcome of claiming a key.
#[derive(Clone, Debug)]
pub enum Claimed {
    /// The request holds the key: do the work.
    Ours(Claim),
    /// The work was done before; this was the answer.
    Before(Answer),
    /// Another request is at work on it.
    Running {
        /// When it may be taken over.
        until: Timestamp,
    },
    /// The key was used for another request.
    OtherBody,
}

/// An answer as it was given, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
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
    /// Claims a key within a scope (the caller and the operation). The fingerprint tells one request
    /// body from another.
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
            // It was released a moment ago; the next retry will find it free.
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

    /// Keeps the answer of a request that wrote nothing else.
    pub async fn remember(&self, claim: &Claim, answer: &Answer) -> Result<(), Error> {
        self.commit(vec![claim.finish(answer)]).await
    }

    /// Releases a key, so that the request may be retried at once.
    pub async fn let_go(&self, claim: &Claim) -> Result<(), Error> {
        let held = claim.still_ours();
        match self.commit(vec![Write::delete(claim.key.clone()).when(held)]).await {
            // Another request holds or has finished it: there is nothing to release.
            Ok(()) | Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Refusal {
    /// Whether the refused write was a receipt: another request has taken over its key.
    pub(crate) fn is_lost_claim(&self) -> bool {
        self.key.pk.starts_with(CLAIMS)
    }
}

impl Claim {
    /// The write that keeps the answer. It belongs into the commit that does the work.
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
