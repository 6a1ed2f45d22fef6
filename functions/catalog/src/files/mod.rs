//! Foreign bytes into rows: CSV, NDJSON and XLSX as merchants' systems write them.
//!
//! A file passes through here in four steps: the first bytes say whether it is what it was said to
//! be (`sniff.rs`); a workbook is turned into CSV (`xlsx.rs`), so that from here on there are only
//! texts; blocks of bytes become records of bounded length (`records.rs`); a record becomes cells
//! under known columns (`csv.rs`, `ndjson.rs`, `columns.rs`), and cells become an [`Offer`]
//! (`offer.rs`).
//!
//! Invariants: everything here is a function of bytes, and no bytes make it panic; what is wrong
//! with one row is told of that row, and reading goes on; memory is bounded by a constant whatever
//! the file claims, because what is kept of it is taken out of a budget first (`budget.rs`). The tests
//! run once more in a process that has little memory (`capped_tests.rs`).

mod budget;
mod columns;
mod csv;
mod decimal;
mod ndjson;
mod offer;
mod records;
mod sniff;
mod xlsx;
mod xml;

pub use columns::{Cells, Column};
pub use offer::{Offer, offer};
pub use records::{LONGEST_RECORD, Record, Records};
pub use sniff::{HEAD, Layout, is_zip, layout};
pub use xlsx::unpack;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    #[error("the file is empty")]
    Empty,
    #[error("the file has {size} bytes; at most {most} are read")]
    TooLarge { size: u64, most: u64 },
    #[error("the file was announced as {announced}, and it is {found}")]
    NotWhatItSays { announced: &'static str, found: &'static str },
    #[error("the file is not in UTF-8; save it as \"CSV UTF-8\"")]
    WrongEncoding,
    #[error("the column {column} is missing")]
    MissingColumn { column: &'static str },
    /// An unknown column; most likely a known one with a slip of the pen.
    #[error("the column {column:?} is not one of ours")]
    UnknownColumn { column: String },
    #[error("the column {column} is there twice")]
    ColumnTwice { column: &'static str },
    #[error("the workbook is damaged: {0}")]
    Damaged(String),
    #[error("row {row} says twice what stands in its column {}", .column + 1)]
    CellTwice {
        row: u64,
        /// The column, counted from zero.
        column: usize,
    },
    #[error("the workbook unpacks to more than is read")]
    Bomb,
    #[error("the workbook could not be unpacked: {0}")]
    Disk(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    pub code: &'static str,
    pub message: String,
}

impl BadFile {
    pub fn code(&self) -> &'static str {
        match self {
            BadFile::Empty => "empty_file",
            BadFile::TooLarge { .. } => "file_too_large",
            BadFile::NotWhatItSays { .. } => "not_what_it_says",
            BadFile::WrongEncoding => "wrong_encoding",
            BadFile::MissingColumn { .. } => "missing_column",
            BadFile::UnknownColumn { .. } => "unknown_column",
            BadFile::ColumnTwice { .. } => "column_twice",
            BadFile::Damaged(_) => "damaged_workbook",
            BadFile::CellTwice { .. } => "cell_twice",
            BadFile::Bomb => "unpacks_too_large",
            BadFile::Disk(_) => "not_unpacked",
        }
    }
}

impl From<budget::Spent> for BadFile {
    fn from(_: budget::Spent) -> BadFile {
        BadFile::Bomb
    }
}

impl BadRow {
    fn new(code: &'static str, message: impl Into<String>) -> BadRow {
        BadRow { code, message: message.into() }
    }
}

impl Layout {
    /// The cells of a record, or nothing for a blank one.
    pub fn cells(&self, record: &[u8]) -> Result<Option<Cells>, BadRow> {
        if record.iter().all(|byte| byte.is_ascii_whitespace()) {
            return Ok(None);
        }
        let cells = match self {
            Layout::Table { delimiter, columns, .. } => csv::cells(record, *delimiter, columns)?,
            Layout::Objects { .. } => ndjson::cells(record)?,
        };
        Ok(Some(cells).filter(|cells| !cells.is_empty()))
    }
}

#[cfg(test)]
#[path = "capped_tests.rs"]
mod capped;
