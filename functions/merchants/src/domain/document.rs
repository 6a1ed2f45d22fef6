//! Files that a shop shows: papers to the market, a logo to the public. Asked for, awaited, and
//! believed only by their content.
//!
//! Invariant: a file counts only after its length and its first bytes have said that it is what was
//! announced.

use ids::{DocumentId, MediaId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub id: DocumentId,
    pub kind: DocumentKind,
    pub file: FileType,
    pub bytes: u64,
    pub state: FileState,
    pub asked_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    pub media: MediaId,
    pub file: FileType,
    pub bytes: u64,
    pub state: FileState,
}

/// What a paper shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// That the shop stands in a register.
    RegisterExtract,
    /// Who its owner is.
    Identity,
    /// Where it is.
    ProofOfAddress,
    /// That it pays taxes.
    TaxCertificate,
    /// Something else that the market asked for.
    Other,
}

/// Whether a file is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Its upload was asked for.
    Awaited,
    /// It is there and is what it was said to be.
    Received,
    /// What came is something else.
    Refused,
}

/// The kinds of files that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum FileType {
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// PDF, for papers only.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// WebP, for logos only.
    #[serde(rename = "image/webp")]
    Webp,
}

impl FileType {
    pub const fn as_str(self) -> &'static str {
        match self {
            FileType::Png => "image/png",
            FileType::Jpeg => "image/jpeg",
            FileType::Pdf => "application/pdf",
            FileType::Webp => "image/webp",
        }
    }

    pub const fn extension(self) -> &'static str {
        match self {
            FileType::Png => "png",
            FileType::Jpeg => "jpg",
            FileType::Pdf => "pdf",
            FileType::Webp => "webp",
        }
    }

    /// Whether people can read it as a paper on every machine.
    pub const fn is_paper(self) -> bool {
        matches!(self, FileType::Png | FileType::Jpeg | FileType::Pdf)
    }

    /// Whether every browser shows it as a picture.
    pub const fn is_picture(self) -> bool {
        matches!(self, FileType::Png | FileType::Jpeg | FileType::Webp)
    }
}
