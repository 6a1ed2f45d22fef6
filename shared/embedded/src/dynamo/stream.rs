//! Reads a table's stream as Lambda's event source does: in order, filtered, at least once.
//!
//! A reader's [`Position`] is stored beside the tables and moves only when its batch is
//! [done](StreamReader::done), so a process that dies in between reads the batch again.

use dynoxide::actions::get_records::{self, GetRecordsRequest};
use dynoxide::actions::get_shard_iterator::encode_shard_iterator;
use dynoxide::streams::shard_id;
use rusqlite::OptionalExtension;
use serde_json::{Value, json};

use super::{DynamoEngine, DynamoError, at_once};
use crate::client::REGION;
use crate::pattern::Pattern;
use crate::template::Table;

/// How long DynamoDB keeps a stream's records.
const KEPT_SECONDS: i64 = 24 * 60 * 60;
/// Added to the engine's sequence numbers, so that public ones are as long as AWS's.
const OFFSET: u128 = 100_000_000_000_000_000_000;
/// How many records one read looks at, however few of them pass the filter.
const READ: usize = 1_000;
/// How many steps over records that pass no filter are made before the position is stored.
const UNSTORED: u32 = 100;

/// Reads one table's stream for one function.
#[derive(Debug)]
pub struct StreamReader {
    engine: DynamoEngine,
    name: String,
    table: String,
    arn: String,
    filters: Vec<Pattern>,
    batch: usize,
    position: Position,
    /// Steps since the position was stored.
    unstored: u32,
}

/// A place between two records of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(i64);

/// Records that passed the filter, in order.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The event for the function: `{"Records": […]}`.
    pub event: Value,
    /// The position behind these records.
    pub end: Position,
    start: Position,
}

impl StreamReader {
    /// Opens the reader of this name where it stopped, or at the oldest record if it is new. Readers of
    /// different names are independent.
    pub fn open(
        engine: &DynamoEngine,
        name: &str,
        table: &Table,
        filters: &[Pattern],
        batch: usize,
    ) -> Result<StreamReader, DynamoError> {
        let position = {
            let storage = engine.storage()?;
            let mut find =
                storage.conn().prepare("SELECT position FROM stream_positions WHERE reader = ?1")?;
            find.query_row([name], |row| row.get(0)).optional()?
        };
        let mut reader = StreamReader {
            engine: engine.clone(),
            name: name.to_owned(),
            table: table.name.clone(),
            arn: format!("{}/stream/latest", table.arn),
            filters: filters.to_vec(),
            batch: batch.max(1),
            position: Position(position.unwrap_or(0)),
            unstored: 0,
        };
        // Old records are kept for a known reader, also before its first batch.
        reader.remember()?;
        Ok(reader)
    }

    /// The next records that pass the filter, or `None` when there are none now. It answers the same
    /// until [`done`](StreamReader::done).
    pub fn next_batch(&mut self) -> Result<Option<Batch>, DynamoError> {
        loop {
            if self.passes_over()? {
                return Ok(None);
            }
            let (records, last) = self.read()?;
            let Some(last) = last else { return Ok(None) };
            if !records.is_empty() {
                return Ok(Some(Batch {
                    event: json!({"Records": records}),
                    end: last,
                    start: self.position,
                }));
            }
            self.step(last)?;
        }
    }

    /// Moves behind records of which none can pass, without taking them apart: most writes tell no fact.
    /// Whether there are no others; one look is at as many as a read looks at, however many wait.
    fn passes_over(&mut self) -> Result<bool, DynamoError> {
        let [filter] = &self.filters[..] else { return Ok(false) };
        let Some(attribute) = filter.attribute() else { return Ok(false) };
        let named = format!("\"{attribute}\"");
        loop {
            let (last, some): (Option<i64>, Option<bool>) = {
                let storage = self.engine.storage()?;
                let mut find = storage.conn().prepare_cached(
                    "SELECT MAX(n), MAX(instr(new_image, ?3) > 0) FROM
                     (SELECT CAST(sequence_number AS INTEGER) AS n, new_image FROM _stream_records
                      WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) > ?2
                      ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?4)",
                )?;
                let asked = (&self.table, self.position.0, &named, READ as i64);
                find.query_row(asked, |row| Ok((row.get(0)?, row.get(1)?)))?
            };
            match last {
                None => return Ok(true),
                Some(_) if some == Some(true) => return Ok(false),
                Some(last) => self.step(Position(last))?,
            }
        }
    }

    /// Moves behind records that do not pass. They may be looked at again after a restart, so not every
    /// such step is stored.
    fn step(&mut self, position: Position) -> Result<(), DynamoError> {
        self.position = position;
        self.unstored += 1;
        if self.unstored == UNSTORED { self.remember() } else { Ok(()) }
    }

    /// Moves to this position and stores it.
    pub fn done(&mut self, position: Position) -> Result<(), DynamoError> {
        self.position = position;
        self.remember()
    }

    /// The table.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The position of the reader.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Up to one batch of records that pass, and the last record that was looked at.
    fn read(&self) -> Result<(Vec<Value>, Option<Position>), DynamoError> {
        let shard_iterator = encode_shard_iterator(&self.table, &shard_id(&self.table), self.position.0);
        let found = {
            let storage = self.engine.storage()?;
            let request = GetRecordsRequest { shard_iterator, limit: Some(READ) };
            at_once(get_records::execute(&*storage, request))?.records
        };
        let mut passed = Vec::new();
        let mut last = None;
        for record in found {
            let mut event =
                serde_json::to_value(&record).map_err(|problem| DynamoError(problem.to_string()))?;
            event["awsRegion"] = REGION.into();
            event["eventSourceARN"] = self.arn.as_str().into();
            last = Some(Position::of(&record.dynamodb.sequence_number)?);
            if Pattern::any(&self.filters, &event) {
                passed.push(event);
                if passed.len() == self.batch {
                    break;
                }
            }
        }
        Ok((passed, last))
    }

    fn remember(&mut self) -> Result<(), DynamoError> {
        self.unstored = 0;
        let storage = self.engine.storage()?;
        storage
            .conn()
            .prepare_cached(
                "INSERT INTO stream_positions (reader, table_name, position) VALUES (?1, ?2, ?3)
             ON CONFLICT (reader) DO UPDATE SET table_name = ?2, position = ?3",
            )?
            .execute((&self.name, &self.table, self.position.0))?;
        Ok(())
    }
}

impl Batch {
    /// The number of records.
    pub fn len(&self) -> usize {
        self.records().len()
    }

    /// The position before these records.
    pub fn start(&self) -> Position {
        self.start
    }

    /// Whether there are none, which never happens.
    pub fn is_empty(&self) -> bool {
        self.records().is_empty()
    }

    /// The position right before the record of this sequence number, which failed. A number that is not
    /// in the batch fails all of it, as on AWS.
    pub fn before(&self, sequence_number: &str) -> Position {
        let mut place = self.start;
        for record in self.records() {
            let number = record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default();
            if number == sequence_number {
                return place;
            }
            place = Position::of(number).unwrap_or(place);
        }
        self.start
    }

    /// Two halves in order, to find the record that fails a batch; `None` for a single record.
    pub fn halves(&self) -> Option<(Batch, Batch)> {
        let records = self.records();
        let (first, second) = records.split_at(records.len() / 2);
        let middle = Position::of(first.last()?["dynamodb"]["SequenceNumber"].as_str()?).ok()?;
        let part = |records: &[Value], start, end| Batch { event: json!({"Records": records}), start, end };
        Some((part(first, self.start, middle), part(second, middle, self.end)))
    }

    fn records(&self) -> &[Value] {
        self.event["Records"].as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

impl Position {
    fn of(sequence_number: &str) -> Result<Position, DynamoError> {
        let number = sequence_number.parse::<u128>().ok().and_then(|number| number.checked_sub(OFFSET));
        let number = number.and_then(|number| i64::try_from(number).ok());
        number.map(Position).ok_or_else(|| DynamoError(format!("{sequence_number} is no sequence number")))
    }
}

impl DynamoEngine {
    /// Deletes records older than a day, as DynamoDB does, except those that a reader has not seen yet,
    /// since a laptop may sleep for longer.
    pub(super) fn forget_old_records(&self) -> Result<(), DynamoError> {
        let before = self.inner.clock.now().as_second() - KEPT_SECONDS;
        self.storage()?.conn().execute(
            "DELETE FROM _stream_records WHERE created_at < ?1 AND CAST(sequence_number AS INTEGER) <=
                 COALESCE((SELECT MIN(position) FROM stream_positions
                           WHERE stream_positions.table_name = _stream_records.table_name), 9223372036854775807)",
            [before],
        )?;
        Ok(())
    }
}
