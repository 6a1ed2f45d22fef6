//! Carrying a batch of records to the queues.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use blob::Bucket;
use facts::Fact;
use queue::{Outgoing, Parcel, Queue, SendError};
use serde::Serialize;

use crate::Batch;

/// Knows the way to every queue.
#[derive(Clone)]
pub struct Carrier {
    queues: Arc<BTreeMap<&'static str, Queue>>,
    facts_bucket: Bucket,
}

/// What the stream is told: the record to go on from, when not all were relayed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Empty, or the first record that was not relayed.
    pub batch_item_failures: Vec<Failure>,
}

/// The first record that was not relayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Its sequence number.
    pub item_identifier: String,
}

/// The messages for one room, and the record that each came from.
#[derive(Default)]
struct Load {
    messages: Vec<Outgoing>,
    records: Vec<usize>,
}

impl Carrier {
    /// Carries to these queues, and lays large facts into this bucket.
    pub fn new(queues: BTreeMap<&'static str, Queue>, facts_bucket: Bucket) -> Carrier {
        Carrier { queues: Arc::new(queues), facts_bucket }
    }

    /// Carries the facts of a batch. Whatever fails, the records before it are done.
    pub async fn carry(&self, batch: Batch) -> Answer {
        let mut loads: BTreeMap<&'static str, Load> = BTreeMap::new();
        let mut failed: BTreeSet<usize> = BTreeSet::new();
        for (index, record) in batch.records.iter().enumerate() {
            let packed = match record.facts() {
                Ok(facts) => self.pack(facts, index, &mut loads).await.map_err(|e| e.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = packed {
                tracing::warn!(error, record = record.sequence_number(), "a record was not read");
                failed.insert(index);
                // What comes after it is read again anyway, and must not overtake it.
                break;
            }
        }
        for (room, load) in &loads {
            let refused = self.queues[room].send_all(&load.messages).await;
            observe::count("facts_sent", (load.messages.len() - refused.len()) as u64);
            failed.extend(refused.into_iter().map(|message| load.records[message]));
        }
        let first = failed.first().and_then(|index| batch.records[*index].sequence_number());
        let failure = first.map(|number| Failure { item_identifier: number.to_owned() });
        Answer { batch_item_failures: failure.into_iter().collect() }
    }

    async fn pack(
        &self,
        facts: Vec<Fact>,
        record: usize,
        loads: &mut BTreeMap<&'static str, Load>,
    ) -> Result<(), SendError> {
        for fact in facts {
            let mut listeners = facts::subscribers(&fact.name).peekable();
            if listeners.peek().is_none() {
                observe::count("facts_nobody_hears", 1);
                continue;
            }
            let body = Parcel::pack(&fact, &self.facts_bucket).await?;
            for room in listeners {
                let load = loads.entry(room).or_default();
                load.records.push(record);
                load.messages.push(Outgoing {
                    group: fact.aggregate.clone(),
                    deduplication: fact.id.clone(),
                    body: body.clone(),
                });
            }
        }
        Ok(())
    }
}
