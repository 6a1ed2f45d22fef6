//! Pictures: asked for, awaited, and believed only by their content.
//!
//! Invariants: a picture is shown only after its first bytes have said what it is; one that a version
//! names and the next one does not is told of by the next one, and the room deletes what it is told of.

use std::collections::BTreeSet;

use facts::catalog::MediaDropped;
use facts::{Fact, Unsent};
use ids::MediaId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Product;

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// What it was said to be.
    pub kind: PictureKind,
    /// Whether it is there.
    pub state: MediaState,
}

/// Whether a picture is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaState {
    /// Its upload was asked for.
    Awaited,
    /// It is there and is what it was said to be.
    Ready,
    /// What came is no such picture.
    Refused,
}

/// The kinds of pictures that every browser shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum PictureKind {
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// WebP.
    #[serde(rename = "image/webp")]
    Webp,
}

impl PictureKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            PictureKind::Png => "image/png",
            PictureKind::Jpeg => "image/jpeg",
            PictureKind::Webp => "image/webp",
        }
    }
}

impl Product {
    /// The pictures that are there or may come. What was refused is not kept.
    pub fn pictures(&self) -> BTreeSet<MediaId> {
        let named = self.media.iter().filter(|media| media.state != MediaState::Refused);
        named.map(|media| media.id).collect()
    }

    /// What is told of the pictures that the version before named and this one does not.
    pub fn says_dropped(&self, before: &Product) -> Option<Unsent> {
        let media: Vec<_> = before.pictures().difference(&self.pictures()).copied().collect();
        let some = !media.is_empty();
        some.then(|| Fact::of(&MediaDropped { product: self.id, media }))
    }

    /// Its shop is no more, and so are its pictures, whatever state it is in. Whether there were any.
    pub fn clear_media(&mut self, now: Timestamp) -> bool {
        if self.media.is_empty() {
            return false;
        }
        self.media.clear();
        self.changed_at = now;
        true
    }
}
