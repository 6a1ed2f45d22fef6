//! A file that a merchant drops: what was asked for, how far it has been read, how it ended.
//!
//! Invariant: the rows of an import are the sum of its four counts, at every checkpoint.

use facts::catalog::ImportFinished;
use facts::{Fact, Unsent};
use ids::{ImportId, MerchantId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub id: ImportId,
    pub merchant: MerchantId,
    pub format: Format,
    pub state: ImportState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<BadImport>,
    #[serde(default)]
    pub read: Read,
    #[serde(default)]
    pub counts: Counts,
    pub requested_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Comma- or semicolon-separated values in UTF-8, with a header.
    Csv,
    /// One JSON object on each line.
    Ndjson,
    /// The first sheet of an Excel workbook, with a header.
    Xlsx,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// The file has not come yet.
    Waiting,
    /// It is being read.
    Reading,
    /// It was read to its end.
    Finished,
    /// The file as a whole is wrong.
    Refused,
}

/// Why a file as a whole is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BadImport {
    /// The stable name of the reason.
    pub code: String,
    /// The reason in a sentence.
    pub detail: String,
}

/// A place in a file from which reading goes on, with all that lies before it done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// The file, as S3 tells one content from another; another content under the same name
    /// cannot be gone on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    pub offset: u64,
    /// The number of the last row that was read, counted as a person counts them in the file.
    pub row: u64,
    pub pieces: u32,
}

/// What became of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Rows that became new products.
    pub created: u64,
    /// Rows that changed a product.
    pub updated: u64,
    /// Rows that said what was known already.
    pub unchanged: u64,
    /// Rows that were wrong.
    pub refused: u64,
}

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is a new product.
    Created,
    /// It changed a product.
    Updated,
    /// It said what was known already.
    Unchanged,
    /// It was wrong.
    Refused,
}

/// How long what became of the rows can be read; the bucket's own rule deletes it then.
pub const OUTCOME_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Format {
    pub const fn content_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv",
            Format::Ndjson => "application/x-ndjson",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl Counts {
    pub fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Created => self.created += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Refused => self.refused += 1,
        }
    }

    pub fn rows(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.refused
    }
}

impl Import {
    pub fn request(id: ImportId, merchant: MerchantId, format: Format, now: Timestamp) -> Import {
        Import {
            id,
            merchant,
            format,
            state: ImportState::Waiting,
            refused: None,
            read: Read::default(),
            counts: Counts::default(),
            requested_at: now,
            ended_at: None,
        }
    }

    pub fn is_open(&self) -> bool {
        matches!(self.state, ImportState::Waiting | ImportState::Reading)
    }

    pub fn outcome_is_kept(&self, now: Timestamp) -> bool {
        self.ended_at.is_none_or(|ended| now < ended + OUTCOME_KEPT_FOR)
    }

    /// The file has come and is of this content. False when reading had begun with another one.
    pub fn begin(&mut self, file: &str) -> bool {
        match &self.read.file {
            Some(begun) => begun == file,
            None => {
                self.state = ImportState::Reading;
                self.read.file = Some(file.to_owned());
                true
            }
        }
    }

    pub fn checkpoint(&mut self, offset: u64, row: u64, counts: Counts) {
        self.read = Read { offset, row, pieces: self.read.pieces + 1, ..std::mem::take(&mut self.read) };
        self.counts = counts;
    }

    pub fn finish(&mut self, now: Timestamp) -> Vec<Unsent> {
        self.state = ImportState::Finished;
        self.ended_at = Some(now);
        let Counts { created, updated, unchanged, refused } = self.counts;
        let rows = self.counts.rows();
        let (import, merchant) = (self.id, self.merchant);
        vec![Fact::of(&ImportFinished { import, merchant, rows, created, updated, unchanged, refused })]
    }

    pub fn refuse(&mut self, code: &str, detail: String, now: Timestamp) {
        self.state = ImportState::Refused;
        self.refused = Some(BadImport { code: code.to_owned(), detail });
        self.ended_at = Some(now);
    }
}
