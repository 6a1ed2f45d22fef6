//! The mail of a laptop. No room sends mail yet, so this shows what a reader would get: facts name the
//! letters, and the rooms that published the facts know their texts.
//!
//! Invariants: a letter is asked for once, when a fact names it, so it is shown also after it was used;
//! letters are kept in this process and nowhere else.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ask::{AskError, Peers};
use asks::identity::ReadLetter;
use asks::merchants::ReadInvitation;
use clock::Clock;
use embedded::Engines;
use embedded::dynamo::{DynamoError, StreamReader};
use embedded::pattern::Pattern;
use embedded::template::Stack;
use facts::Fact;
use ids::LetterId;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

/// How long writes are gathered before the streams are read.
const GATHERING: Duration = Duration::from_millis(20);
/// How many letters are kept.
const KEPT: usize = 100;
/// How many records one read takes.
const BATCH: usize = 100;
/// The pause between two reads of a stream without a signal.
const NAP: Duration = Duration::from_millis(250);
/// How long to wait for a letter.
const PATIENCE: Duration = Duration::from_secs(10);
/// The records that carry facts, as the relay sees them.
const EMITTING: &str = r#"{"dynamodb":{"NewImage":{"emits":{"S":[{"exists":true}]}}}}"#;

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// When it was written.
    pub at: Timestamp,
    /// The room that wrote it.
    pub from: String,
    /// Its text.
    #[serde(flatten)]
    pub contents: asks::identity::Letter,
}

/// The letters. Clones share them.
#[derive(Clone)]
pub struct Mailbox(Arc<Inner>);

struct Inner {
    peers: Peers,
    clock: Clock,
    /// The newest is last.
    letters: Mutex<VecDeque<Letter>>,
    arrivals: watch::Sender<()>,
}

/// The letter did not come.
#[derive(Debug, thiserror::Error)]
#[error("no letter of the kind {purpose} came for {to}")]
pub struct NoLetter {
    to: String,
    purpose: String,
}

impl Mailbox {
    /// An empty one.
    pub fn new(peers: Peers, clock: Clock) -> Mailbox {
        let arrivals = watch::Sender::new(());
        Mailbox(Arc::new(Inner { peers, clock, letters: Mutex::default(), arrivals }))
    }

    /// The letters since the start of this process, the newest first.
    pub fn newest_first(&self) -> Vec<Letter> {
        self.letters().iter().rev().cloned().collect()
    }

    /// The newest letter of a kind to an e-mail that has not expired, once there is one.
    pub async fn wait_for(&self, to: &str, purpose: &str) -> Result<Letter, NoLetter> {
        let mut arrivals = self.0.arrivals.subscribe();
        let found = async {
            loop {
                arrivals.borrow_and_update();
                if let Some(letter) = self.newest(to, purpose) {
                    return letter;
                }
                // The sender lives as long as this mailbox.
                arrivals.changed().await.ok();
            }
        };
        let none = |_| NoLetter { to: to.to_owned(), purpose: purpose.to_owned() };
        tokio::time::timeout(PATIENCE, found).await.map_err(none)
    }

    /// The newest letter of a kind to an e-mail that has not expired, if there is one.
    pub fn newest(&self, to: &str, purpose: &str) -> Option<Letter> {
        let now = self.0.clock.now();
        let wanted = |letter: &&Letter| {
            letter.contents.to.as_str() == to
                && letter.contents.purpose == purpose
                && letter.contents.expires_at > now
        };
        self.letters().iter().rev().find(wanted).cloned()
    }

    fn letters(&self) -> MutexGuard<'_, VecDeque<Letter>> {
        self.0.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows these streams until it is told to stop.
    pub async fn collect(
        self,
        mut readers: Vec<StreamReader>,
        mut woken: watch::Receiver<()>,
        mut stopped: watch::Receiver<bool>,
    ) {
        while !*stopped.borrow() {
            woken.borrow_and_update();
            let mut rest = true;
            for reader in &mut readers {
                match self.take(reader).await {
                    Ok(took) => rest &= !took,
                    Err(why) => tracing::warn!(why, "a letter could not be fetched yet"),
                }
            }
            if rest {
                tokio::select! {
                    () = tokio::time::sleep(NAP) => {}
                    // Nobody reads a letter before it is there for a moment.
                    _ = woken.changed() => tokio::time::sleep(GATHERING).await,
                    _ = stopped.changed() => {}
                }
            }
        }
    }

    /// Reads one batch of a stream; whether there was one.
    async fn take(&self, reader: &mut StreamReader) -> Result<bool, String> {
        let Some(batch) = reader.next_batch().map_err(|error| error.to_string())? else { return Ok(false) };
        for record in batch.event["Records"].as_array().into_iter().flatten() {
            let emits = record["dynamodb"]["NewImage"]["emits"]["S"].as_str().unwrap_or("[]");
            let facts: Vec<Fact> = serde_json::from_str(emits).map_err(|error| error.to_string())?;
            for fact in facts {
                for letter in letters(&fact.data) {
                    self.fetch(&fact, letter).await?;
                }
            }
        }
        reader.done(batch.end).map_err(|error| error.to_string())?;
        Ok(true)
    }

    async fn fetch(&self, fact: &Fact, letter: LetterId) -> Result<(), String> {
        let (room, id, peers) = (fact.speaker(), letter.to_string(), &self.0.peers);
        let told = match room {
            "merchants" => peers.ask(&id, &ReadInvitation { letter }).await.map(|told| told.letter),
            _ => peers.ask(&id, &ReadLetter { letter }).await,
        };
        match told {
            Ok(contents) => {
                let mut letters = self.letters();
                if letters.len() == KEPT {
                    letters.pop_front();
                }
                letters.push_back(Letter { at: fact.at, from: room.to_owned(), contents });
                drop(letters);
                self.0.arrivals.send_replace(());
                Ok(())
            }
            // The letter has expired and would not be sent.
            Err(AskError::Refused { .. }) => Ok(()),
            Err(error) => Err(format!("{room} does not say what stands in {id}: {error}")),
        }
    }
}

/// Readers of every table whose changes are streamed.
pub fn readers(engines: &Engines, stack: &Stack) -> Result<Vec<StreamReader>, DynamoError> {
    let filters = [Pattern::parse(EMITTING).expect("the pattern stands above")];
    let streamed = stack.tables.iter().filter(|table| table.stream.is_some());
    let open = |table| StreamReader::open(&engines.dynamo, &name(table), table, &filters, BATCH);
    streamed.map(open).collect()
}

fn name(table: &embedded::template::Table) -> String {
    format!("letters of {}", table.name)
}

/// The letters that a fact names: one, or a list of them.
fn letters(data: &Value) -> Vec<LetterId> {
    let one = data.get("letter").into_iter();
    let many = data.get("letters").and_then(Value::as_array).into_iter().flatten();
    one.chain(many).filter_map(|letter| letter.as_str()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fact_names_one_letter_or_several_or_none() {
        let [a, b] = ["ltr_01kdvdna00e008008000000001", "ltr_01kdvdna00e008008000000002"];
        let named = |data: Value| letters(&data).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(named(json!({ "account": "acc_x", "letter": a })), [a]);
        assert_eq!(named(json!({ "letters": [a, b] })), [a, b]);
        assert!(named(json!({ "letter": 7, "letters": "none" })).is_empty());
        assert!(named(json!({})).is_empty());
    }
}
