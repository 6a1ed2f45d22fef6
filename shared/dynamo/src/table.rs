//! The table itself: reads, commits and retries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, KeysAndAttributes, ReturnConsumedCapacity,
    ReturnValuesOnConditionCheckFailure,
};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::condition::Words;
use crate::error::is_transient;
use crate::item::WRITER;
use crate::spend::{Kind, spent};
use crate::write::Action;
use crate::{Condition, Error, Item, Key, Refusal, Stored, Update, Write, decode};

/// How long a commit is retried when others write to the same items at the same time, and a use case
/// that decides again when others were faster.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From the first try to the last.
    pub deadline: Duration,
    /// The longest first pause; it doubles with every try, and each pause is drawn from zero up.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { deadline: Duration::from_secs(2), pause: Duration::from_millis(8) }
    }
}

/// One room's table. Clones share the connection and the random source.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: Arc<str>,
    patience: Patience,
    chance: Arc<Mutex<fastrand::Rng>>,
}

/// Whether the effect of a fact was saved just now or before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It was saved now.
    Now,
    /// It was saved before, and nothing was written this time.
    Before,
}

/// A receipt outlives every queue that could bring the fact again.
const RECEIPT_KEPT_FOR: SignedDuration = SignedDuration::from_hours(15 * 24);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
const MOST_IN_A_BATCH: usize = 100;
/// The most writes of one transaction.
pub const MOST_WRITES: usize = 100;

impl Table {
    /// The table of this name. The seed draws pauses and write tokens, so that a simulation can replay
    /// them.
    pub fn new(client: Client, name: impl Into<Arc<str>>, seed: u64) -> Table {
        let chance = Arc::new(Mutex::new(fastrand::Rng::with_seed(seed)));
        Table { client, name: name.into(), patience: Patience::default(), chance }
    }

    /// The same table with other deadlines.
    pub fn with_patience(self, patience: Patience) -> Table {
        Table { patience, ..self }
    }

    /// The attempts of one use case.
    pub fn attempts(&self) -> Attempts<'_> {
        Attempts { waiting: Waiting::new(self), tries: 0 }
    }

    /// A consistent read, for decisions.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<Stored<T>>, Error> {
        self.read(key, true).await?.map(decode).transpose()
    }

    /// A read that may be a moment old, at half the price.
    pub async fn peek<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<Stored<T>>, Error> {
        self.read(key, false).await?.map(decode).transpose()
    }

    async fn read(&self, key: &Key, consistent: bool) -> Result<Option<Item>, Error> {
        let request = self.client.get_item().table_name(&*self.name);
        let request = request.set_key(Some(key.clone().into_item())).consistent_read(consistent);
        let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total);
        let answer = request.send().await.map_err(Error::of)?;
        spent(Kind::Read, answer.consumed_capacity.as_slice());
        Ok(answer.item)
    }

    /// Reads up to 100 items in one request, in the order asked for; missing ones are left out. Each
    /// may be a moment old, at half the price.
    pub async fn get_many<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<Stored<T>>, Error> {
        self.read_many(keys, false).await
    }

    /// The same with consistent reads, for decisions.
    pub async fn get_many_now<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<Stored<T>>, Error> {
        self.read_many(keys, true).await
    }

    /// Keys that DynamoDB leaves unprocessed are requested again, until the deadline.
    async fn read_many<T: DeserializeOwned>(
        &self,
        keys: &[Key],
        consistent: bool,
    ) -> Result<Vec<Stored<T>>, Error> {
        assert!(keys.len() <= MOST_IN_A_BATCH, "a batch read takes at most {MOST_IN_A_BATCH} keys");
        // At the same price, and quicker.
        if let [key] = keys {
            let found = self.read(key, consistent).await?.map(decode).transpose()?;
            return Ok(found.into_iter().collect());
        }
        let mut found: HashMap<Key, Item> = HashMap::new();
        let mut open: Vec<Item> = keys.iter().cloned().map(Key::into_item).collect();
        let mut waiting = Waiting::new(self);
        while !open.is_empty() {
            let wanted =
                KeysAndAttributes::builder().set_keys(Some(open)).consistent_read(consistent).build();
            let wanted = wanted.map_err(|e| Error::Defect(e.to_string()))?;
            let request = self.client.batch_get_item().request_items(&*self.name, wanted);
            let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total);
            let answer = request.send().await.map_err(Error::of)?;
            spent(Kind::Read, answer.consumed_capacity());
            for item in answer.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                if let Some(key) = Key::of(&item) {
                    found.insert(key, item);
                }
            }
            let unread = answer.unprocessed_keys.unwrap_or_default().remove(&*self.name);
            open = unread.map(|unread| unread.keys).unwrap_or_default();
            if !open.is_empty() && !waiting.pause().await {
                return Err(Error::Unavailable("DynamoDB keeps putting a batch read off".into()));
            }
        }
        keys.iter().filter_map(|key| found.remove(key)).map(decode).collect()
    }

    /// Commits all the writes or none. A single put goes as a put, which costs half of a transaction;
    /// everything else is one transaction.
    pub async fn commit(&self, mut writes: Vec<Write>) -> Result<(), Error> {
        match writes.len() {
            0 => Ok(()),
            1 if matches!(writes[0].action, Action::Put(_)) => self.put(writes.remove(0)).await,
            _ => self.transact(writes).await,
        }
    }

    /// Commits the writes together with the receipt of the fact that caused them, so that a fact heard
    /// twice acts once.
    pub async fn commit_once(
        &self,
        fact: &str,
        now: Timestamp,
        mut writes: Vec<Write>,
    ) -> Result<Heard, Error> {
        let receipt = Key::new(format!("heard#{fact}"), "receipt");
        let until = now + RECEIPT_KEPT_FOR;
        writes.push(Write::update(receipt.clone(), Update::new()).expiring(until).when(Condition::Absent));
        match self.commit(writes).await {
            Ok(()) => Ok(Heard::Now),
            Err(error) if error.refused(&receipt) => Ok(Heard::Before),
            Err(error) => Err(error),
        }
    }

    /// The SDK retries a put whose answer is lost, which then meets its own item: the mark of the
    /// writer tells that from a lost race.
    async fn put(&self, write: Write) -> Result<(), Error> {
        let Action::Put(mut item) = write.action else { unreachable!("commit sends only puts here") };
        let mut words = Words::default();
        let condition = write.condition.map(|condition| condition.render(&mut words));
        let (names, values) = (words.names(), words.values());
        let mark = AttributeValue::S(self.token());
        item.extend(write.key.clone().into_item());
        item.insert(WRITER.into(), mark.clone());
        let mut waiting = Waiting::new(self);
        loop {
            let request = self.client.put_item().table_name(&*self.name).set_item(Some(item.clone()));
            let request = request
                .set_condition_expression(condition.clone())
                .set_expression_attribute_names(names.clone())
                .set_expression_attribute_values(values.clone())
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            let error = match request.send().await {
                Ok(answer) => {
                    spent(Kind::Write, answer.consumed_capacity.as_slice());
                    return Ok(());
                }
                Err(error) => error,
            };
            spent(Kind::Write, &[]);
            let error = match error {
                SdkError::ServiceError(service) => match service.into_err() {
                    PutItemError::ConditionalCheckFailedException(refused) => {
                        let found = refused.item;
                        let ours = found.as_ref().and_then(|found| found.get(WRITER)) == Some(&mark);
                        let refusal = Refusal { index: 0, key: write.key, found };
                        return if ours { Ok(()) } else { Err(Error::Refused(vec![refusal])) };
                    }
                    error if error.is_transaction_conflict_exception() => Error::Contended,
                    error => sort(&error),
                },
                error => Error::of(error),
            };
            if !matches!(error, Error::Contended) || !waiting.pause().await {
                return Err(error);
            }
        }
    }

    async fn transact(&self, writes: Vec<Write>) -> Result<(), Error> {
        if writes.len() > MOST_WRITES {
            return Err(Error::Defect(format!("{} writes at once, from {:?}", writes.len(), writes[0].key)));
        }
        let keys: Vec<Key> = writes.iter().map(|write| write.key.clone()).collect();
        let parts: Vec<_> =
            writes.into_iter().map(|write| write.into_part(&self.name)).collect::<Result<_, _>>()?;
        let token = self.token();
        let mut waiting = Waiting::new(self);
        loop {
            let request = self.client.transact_write_items().set_transact_items(Some(parts.clone()));
            let request =
                request.client_request_token(&token).return_consumed_capacity(ReturnConsumedCapacity::Total);
            let error = match request.send().await {
                Ok(answer) => {
                    spent(Kind::Write, answer.consumed_capacity());
                    return Ok(());
                }
                Err(error) => error,
            };
            spent(Kind::Write, &[]);
            let error = match error {
                SdkError::ServiceError(service) => match service.into_err() {
                    TransactWriteItemsError::TransactionCanceledException(cancelled) => {
                        cancellation(&keys, cancelled.cancellation_reasons.unwrap_or_default())
                    }
                    TransactWriteItemsError::TransactionInProgressException(_) => Error::Contended,
                    error => sort(&error),
                },
                error => Error::of(error),
            };
            if !matches!(error, Error::Contended) || !waiting.pause().await {
                return Err(error);
            }
        }
    }

    pub(crate) fn token(&self) -> String {
        format!("{:032x}", self.chance().u128(..))
    }

    fn chance(&self) -> std::sync::MutexGuard<'_, fastrand::Rng> {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A failed condition comes before a conflict: it would fail again.
fn cancellation(keys: &[Key], reasons: Vec<CancellationReason>) -> Error {
    let mut refusals = Vec::new();
    let mut contended = false;
    let mut others = Vec::new();
    for (index, (key, reason)) in keys.iter().zip(reasons).enumerate() {
        match reason.code().unwrap_or("None") {
            "None" => {}
            "ConditionalCheckFailed" => {
                refusals.push(Refusal { index, key: key.clone(), found: reason.item })
            }
            "TransactionConflict" => contended = true,
            code if is_transient(code) => contended = true,
            code => others.push(format!("{key:?}: {code} {}", reason.message().unwrap_or_default())),
        }
    }
    match (refusals.is_empty(), others.is_empty(), contended) {
        (false, ..) => Error::Refused(refusals),
        (_, false, _) => Error::Defect(others.join("; ")),
        (_, _, true) => Error::Contended,
        _ => Error::Defect("a transaction was cancelled without a reason".into()),
    }
}

pub(crate) fn sort<E>(error: &E) -> Error
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata + std::error::Error,
{
    let inside = DisplayErrorContext(error).to_string();
    if error.code().is_none_or(is_transient) { Error::Unavailable(inside) } else { Error::Defect(inside) }
}

/// The attempts of one use case that reads, decides and saves, and begins anew when another writer was
/// faster. Invariant: no attempt begins later than one deadline after the first, so the caller has an
/// answer within two of them, the last commit's own included.
#[derive(Debug)]
pub struct Attempts<'a> {
    waiting: Waiting<'a>,
    tries: u32,
}

impl Attempts<'_> {
    /// Whether there is time for another attempt, after a pause. The second attempt follows the first
    /// without one: its read is fresh and the other writer is done.
    pub async fn next(&mut self) -> bool {
        self.tries = self.tries.saturating_add(1);
        match self.tries {
            1 => true,
            2 => self.waiting.has_time(),
            _ => self.waiting.pause().await,
        }
    }

    /// Whether this is the first attempt.
    pub fn is_first(&self) -> bool {
        self.tries <= 1
    }
}

/// Full jitter: colliding writers wait for different times.
#[derive(Debug)]
pub(crate) struct Waiting<'a> {
    table: &'a Table,
    until: Instant,
    pause: Duration,
}

impl<'a> Waiting<'a> {
    pub(crate) fn new(table: &'a Table) -> Self {
        let until = Instant::now() + table.patience.deadline;
        Waiting { table, until, pause: table.patience.pause }
    }

    fn has_time(&self) -> bool {
        Instant::now() <= self.until
    }

    /// Waits a little; false when there is no time left.
    pub(crate) async fn pause(&mut self) -> bool {
        let most = u64::try_from(self.pause.as_micros()).unwrap_or(u64::MAX);
        let pause = Duration::from_micros(self.table.chance().u64(0..=most));
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        if Instant::now() + pause > self.until {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}
