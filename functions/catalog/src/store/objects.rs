//! What lies in the room's bucket, and under which name.
//!
//! | What | Name | Written by |
//! | --- | --- | --- |
//! | a merchant's file | `imports/<merchant>/<import>/source` | the merchant, by a presigned PUT |
//! | go on with it | `imports/<merchant>/<import>/again/<row>` | the reader, when its time is up |
//! | a piece of its outcome | `outcomes/<merchant>/<import>/<piece>.ndjson` | the reader |
//! | its outcome | `outcomes/<merchant>/<import>/outcome.ndjson` | the reader, at the end |
//! | a picture | `media/<product>/<media>` | the merchant, by a presigned PUT |
//!
//! A file and its notes are deleted when they have been read, a picture when its product does not name it
//! any more; outcomes go after their term, by the bucket's own rule.
//!
//! S3 tells the `uploads` role of everything under `imports/` and `media/`, and of nothing else. A
//! reader whose time is up leaves a note there for its successor: the notice of the note is the
//! message that wakes it, so no function needs the right to send messages.

use std::time::Duration;

use blob::{BadSize, Folder};
use ids::{ImportId, MediaId, MerchantId, ProductId};

use crate::domain::Refusal;

const MEGABYTE: u64 = 1024 * 1024;
const MINUTE: u64 = 60;

/// Ten megabytes show every detail that a screen can.
pub const PICTURES: Folder<ProductId, MediaId> =
    Folder::new("media/", 10 * MEGABYTE, Duration::from_secs(15 * MINUTE));

/// A permit lasts as long as a hundred megabytes take over a slow line.
pub const SOURCES: Folder<MerchantId, ImportId> =
    Folder::new("imports/", 100 * MEGABYTE, Duration::from_secs(60 * MINUTE)).ending("/source");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// A merchant's file, or a note to go on with it.
    File {
        merchant: MerchantId,
        import: ImportId,
        /// Behind which row a note says to go on.
        again: Option<u64>,
    },
    Picture {
        product: ProductId,
        media: MediaId,
    },
}

pub fn again(merchant: MerchantId, import: ImportId, row: u64) -> String {
    format!("imports/{merchant}/{import}/again/{row}")
}

pub fn piece(merchant: MerchantId, import: ImportId, piece: u32) -> String {
    format!("outcomes/{merchant}/{import}/{piece:06}.ndjson")
}

pub fn outcome(merchant: MerchantId, import: ImportId) -> String {
    format!("outcomes/{merchant}/{import}/outcome.ndjson")
}

impl Arrived {
    /// Reads a name; none of ours is nothing.
    pub fn read(name: &str) -> Option<Arrived> {
        if let Some((product, media)) = PICTURES.read(name) {
            return Some(Arrived::Picture { product, media });
        }
        if let Some((merchant, import)) = SOURCES.read(name) {
            return Some(Arrived::File { merchant, import, again: None });
        }
        let parts: Vec<&str> = name.split('/').collect();
        let ["imports", merchant, import, "again", row] = parts[..] else { return None };
        let again = Some(row.parse().ok()?);
        Some(Arrived::File { merchant: merchant.parse().ok()?, import: import.parse().ok()?, again })
    }
}

impl From<BadSize> for Refusal {
    fn from(bad: BadSize) -> Refusal {
        Refusal::UploadTooLarge { most: bad.most }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    #[test]
    fn what_arrives_is_known_by_its_name() {
        let uuid = Uuid::from_u128(7);
        let (merchant, import) = (MerchantId::from_uuid(uuid), ImportId::from_uuid(uuid));
        let (product, media) = (ProductId::from_uuid(uuid), MediaId::from_uuid(uuid));
        let file = |again| Some(Arrived::File { merchant, import, again });
        assert_eq!(Arrived::read(&SOURCES.name(merchant, import)), file(None));
        assert_eq!(Arrived::read(&again(merchant, import, 400)), file(Some(400)));
        assert_eq!(Arrived::read(&PICTURES.name(product, media)), Some(Arrived::Picture { product, media }));
        for other in
            ["", "imports", &outcome(merchant, import), "media/x/y", "imports/x/y/source", "media/../x"]
        {
            assert_eq!(Arrived::read(other), None, "{other}");
        }
    }
}
