//! A merchant's file, read to its end.
//!
//! Rows are read in pieces. When the rows of a piece are applied, what became of them is written
//! beside, and then the import's own item says how far reading has come: a reader that dies goes on
//! at the last such place, and rows that were applied behind it tell what they did. A reader whose
//! time is up leaves a note for its successor. Two readers of one file do no harm: they write the same
//! of a row, and the one that saves the next place second goes on where the first one is by then, because
//! that one may be dead already.

use std::collections::{BTreeSet, HashMap, HashSet};

use dynamo::Error;
use dynamo::Versioned;
use failure::Failure;
use futures::future::try_join_all;
use ids::{ImportId, MerchantId, ProductId};
use jiff::Timestamp;
use serde::Serialize;

use super::apply_row::Market;
use super::source::{Source, Unopened};
use super::{App, AppError};
use crate::domain::{Applied, ExternalId, Format, Import, Memory, Outcome};
use crate::files::{BadFile, BadRow, Cells, LONGEST_RECORD, Layout, Record, Records};
use crate::store::objects::{self, SOURCES};

/// How many rows make a piece: what at most is done again after a crash.
const PIECE: usize = 250;
const AT_ONCE: usize = 8;
/// How many of them are looked up in one request.
const READ_AT_ONCE: usize = 100;
/// A piece of the outcome is small; what is larger was not written by us.
const LARGEST_PIECE: usize = 4 * 1024 * 1024;

const NDJSON: &str = Format::Ndjson.content_type();

#[derive(Serialize)]
struct Told<'a> {
    row: u64,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<ProductId>,
}

enum Reached {
    /// There is nothing more to do for it now: there is no file yet, or its successor goes on.
    End,
    /// The import is over, or was never asked for: the file is not read again.
    Over,
    Overtaken,
}

impl App {
    /// Reads an import's file, or goes on reading it. The file of an import that is over, or that was never
    /// asked for, is deleted: a reader that dies in between is followed by one that hears the same
    /// notice.
    pub async fn read_import(&self, merchant: MerchantId, id: ImportId) -> Result<(), AppError> {
        let started = self.clock.now();
        // Every round but the last one ends because another reader has come further in the file.
        loop {
            match self.read_on(merchant, id, started).await? {
                Reached::Overtaken => observe::count("imports_overtaken", 1),
                Reached::End => return Ok(()),
                Reached::Over => return Ok(self.bucket()?.delete(&SOURCES.name(merchant, id)).await?),
            }
        }
    }

    /// Deletes the note that has woken this reader: what is left to do is done, or in the next one.
    pub async fn delete_note(
        &self,
        merchant: MerchantId,
        id: ImportId,
        again: Option<u64>,
    ) -> Result<(), AppError> {
        let Some(row) = again else { return Ok(()) };
        Ok(self.bucket()?.delete(&objects::again(merchant, id, row)).await?)
    }

    async fn read_on(
        &self,
        merchant: MerchantId,
        id: ImportId,
        started: Timestamp,
    ) -> Result<Reached, AppError> {
        let Some(found) = self.store.import(id).await? else { return Ok(Reached::Over) };
        let Versioned { mut version, body: mut import } = found;
        if import.merchant != merchant || !import.is_open() {
            return Ok(Reached::Over);
        }
        let key = SOURCES.name(merchant, id);
        let Some(head) = self.bucket()?.head(&key).await? else { return Ok(Reached::End) };
        if head.size > SOURCES.most() {
            let bad = BadFile::TooLarge { size: head.size, most: SOURCES.most() };
            return self.refuse(import, version, bad.code(), bad.to_string()).await;
        }
        if !import.begin(head.etag.as_deref().unwrap_or_default()) {
            let detail = "another file came while this one was read; ask for another import".into();
            return self.refuse(import, version, "file_changed", detail).await;
        }
        let (mut source, layout) = match Source::open(self.bucket()?, &key, import.format).await {
            Ok(opened) => opened,
            Err(Unopened::Bad(bad)) => {
                return self.refuse(import, version, bad.code(), bad.to_string()).await;
            }
            Err(Unopened::NotNow(trouble)) => return Err(trouble),
        };
        let tree = self.store.categories(false).await?.body;
        let mut reader = Reading::go_on(&layout, &import);
        loop {
            let piece = reader.piece(&mut source).await?;
            if piece.is_empty() {
                return self.finish(import, version).await;
            }
            let market = Market { tree: &tree, shop: self.store.standing(merchant).await? };
            self.read_piece(&mut import, &market, &layout, piece).await?;
            if !self.store.save_import(version, &import, Vec::new(), self.clock.now(), Vec::new()).await? {
                return Ok(Reached::Overtaken);
            }
            version += 1;
            if self.clock.now().duration_since(started) >= self.patience {
                let note = objects::again(merchant, id, import.read.row);
                self.bucket()?.put(&note, Vec::new(), "text/plain").await?;
                return Ok(Reached::End);
            }
        }
    }

    /// Applies the rows of a piece, writes down what became of them, and how far reading has come.
    async fn read_piece(
        &self,
        import: &mut Import,
        market: &Market<'_>,
        layout: &Layout,
        piece: Vec<Record>,
    ) -> Result<(), AppError> {
        let mut counts = import.counts;
        let mut told = Vec::new();
        let Some((end, row)) = piece.last().map(|last| (last.end, last.number)) else { return Ok(()) };
        let rows = piece.into_iter().filter_map(|record| Some((record.number, cells(layout, record)?)));
        let rows: Vec<Row> = rows.collect();
        let known = self.said_before(import.merchant, &rows).await?;
        for together in apart(rows) {
            let applied = together.iter().map(|(number, cells)| async {
                match cells {
                    Ok(cells) => self.apply_row(import, market, &known, *number, cells).await,
                    Err(bad) => Ok(Applied::refused(bad.code, bad.message.as_str(), None)),
                }
            });
            let applied = try_join_all(applied).await?;
            for ((number, _), applied) in together.iter().zip(applied) {
                counts.count(applied.outcome);
                told.extend(line(*number, &applied)?);
            }
        }
        let name = objects::piece(import.merchant, import.id, import.read.pieces);
        self.bucket()?.put(&name, told, NDJSON).await?;
        observe::count("rows_read", counts.rows() - import.counts.rows());
        import.checkpoint(end, row, counts);
        Ok(())
    }

    /// What was said before of the products that these rows speak of.
    async fn said_before(
        &self,
        merchant: MerchantId,
        rows: &[Row],
    ) -> Result<HashMap<ExternalId, Versioned<Memory>>, AppError> {
        let named = rows.iter().filter_map(|(_, cells)| cells.as_ref().ok()?.about()?.parse().ok());
        let named: BTreeSet<ExternalId> = named.collect();
        let named: Vec<ExternalId> = named.into_iter().collect();
        let mut known = HashMap::new();
        for some in named.chunks(READ_AT_ONCE) {
            known.extend(self.store.memories(merchant, some).await?);
        }
        Ok(known)
    }

    async fn finish(&self, mut import: Import, version: u64) -> Result<Reached, AppError> {
        let bucket = self.bucket()?;
        let mut outcome = bucket.upload(objects::outcome(import.merchant, import.id), NDJSON);
        for piece in 0..import.read.pieces {
            let name = objects::piece(import.merchant, import.id, piece);
            let bytes = bucket.read_small(&name, LARGEST_PIECE).await?.ok_or(blob::BlobError::Missing)?;
            outcome.write(bytes).await?;
        }
        outcome.finish().await?;
        let now = self.clock.now();
        let facts = import.finish(now);
        // False when another reader was faster: then it has told.
        let told = self.store.save_import(version, &import, facts, now, Vec::new()).await?;
        observe::count("imports_finished", u64::from(told));
        Ok(Reached::Over)
    }

    async fn refuse(
        &self,
        mut import: Import,
        version: u64,
        code: &str,
        detail: String,
    ) -> Result<Reached, AppError> {
        let now: Timestamp = self.clock.now();
        import.refuse(code, detail, now);
        observe::note("import_refused", code);
        match self.store.save_import(version, &import, Vec::new(), now, Vec::new()).await? {
            true => Ok(Reached::Over),
            false => Err(Failure::overtaken().into()),
        }
    }
}

struct Reading {
    records: Records,
    position: u64,
    ended: bool,
}

impl Reading {
    fn go_on(layout: &Layout, import: &Import) -> Reading {
        let records = layout.records(import.read.offset, import.read.row);
        Reading { records, position: layout.offset(import.read.offset), ended: false }
    }

    async fn piece(&mut self, source: &mut Source) -> Result<Vec<Record>, AppError> {
        let mut piece = Vec::new();
        while piece.len() < PIECE {
            if let Some(record) = self.records.next() {
                piece.push(record);
                continue;
            }
            if self.ended {
                break;
            }
            let block = source.block(self.position).await?;
            self.position += block.len() as u64;
            self.ended = block.is_empty();
            if self.ended { self.records.end() } else { self.records.feed(&block) }
        }
        Ok(piece)
    }
}

type Row = (u64, Result<Cells, BadRow>);

/// The cells of a record; nothing for a blank line.
fn cells(layout: &Layout, record: Record) -> Option<Result<Cells, BadRow>> {
    let Some(bytes) = record.bytes else {
        let message = format!("a row has at most {LONGEST_RECORD} bytes; is a quotation mark missing?");
        return Some(Err(BadRow { code: "row_too_long", message }));
    };
    layout.cells(&bytes).transpose()
}

/// Rows that may be applied at the same time: a few, and never two about the same product, because
/// of those the order matters.
fn apart(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut groups: Vec<Vec<Row>> = Vec::new();
    let mut about: HashSet<String> = HashSet::new();
    for row in rows {
        let same = row.1.as_ref().ok().and_then(Cells::about).is_some_and(|id| !about.insert(id.to_owned()));
        match groups.last_mut() {
            Some(group) if !same && group.len() < AT_ONCE => group.push(row),
            _ => {
                about = row.1.as_ref().ok().and_then(Cells::about).map(str::to_owned).into_iter().collect();
                groups.push(vec![row]);
            }
        }
    }
    groups
}

fn line(row: u64, applied: &Applied) -> Result<Vec<u8>, AppError> {
    let (code, message) = applied.why.as_ref().map(|why| (&*why.code, &*why.message)).unzip();
    let told = Told { row, outcome: applied.outcome, code, message, product: applied.product };
    let mut line = serde_json::to_vec(&told).map_err(|e| Error::Malformed(e.to_string()))?;
    line.push(b'\n');
    Ok(line)
}
