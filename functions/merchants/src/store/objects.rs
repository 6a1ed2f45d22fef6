//! What lies in the room's bucket, and under which name.
//!
//! | What | Name | Written by |
//! | --- | --- | --- |
//! | a paper | `documents/<merchant>/<document>` | the shop's owner, by a presigned PUT |
//! | a logo | `logos/<merchant>/<media>` | the people of the shop, by a presigned PUT |
//!
//! S3 tells the `uploads` role of everything that comes. It deletes what no shop names; what a shop names
//! no longer is deleted by the worker, which hears of it.

use std::time::Duration;

use blob::{BadSize, Folder};
use ids::{DocumentId, MediaId, MerchantId};

use crate::domain::{Refusal, ShopFile};

/// Ten megabytes are a long contract, and every detail that a screen can show.
const LARGEST_FILE: u64 = 10 * 1024 * 1024;
const PERMIT_LASTS: Duration = Duration::from_secs(15 * 60);

pub const DOCUMENTS: Folder<MerchantId, DocumentId> = Folder::new("documents/", LARGEST_FILE, PERMIT_LASTS);
pub const LOGOS: Folder<MerchantId, MediaId> = Folder::new("logos/", LARGEST_FILE, PERMIT_LASTS);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    pub merchant: MerchantId,
    pub file: ShopFile,
}

pub fn name(merchant: MerchantId, file: ShopFile) -> String {
    match file {
        ShopFile::Document(id) => DOCUMENTS.name(merchant, id),
        ShopFile::Logo(media) => LOGOS.name(merchant, media),
    }
}

impl Arrived {
    /// Reads a name; none of ours is nothing.
    pub fn read(name: &str) -> Option<Arrived> {
        let document = DOCUMENTS.read(name).map(|(merchant, id)| (merchant, ShopFile::Document(id)));
        let file = document.or_else(|| LOGOS.read(name).map(|(merchant, id)| (merchant, ShopFile::Logo(id))));
        file.map(|(merchant, file)| Arrived { merchant, file })
    }
}

impl From<BadSize> for Refusal {
    fn from(bad: BadSize) -> Refusal {
        Refusal::FileTooLarge { most: bad.most }
    }
}

#[cfg(test)]
mod tests {
    use ids::Uuid;

    use super::*;

    #[test]
    fn what_arrives_is_known_by_its_name() {
        let uuid = Uuid::from_u128(7);
        let merchant = MerchantId::from_uuid(uuid);
        let (paper, media) = (DocumentId::from_uuid(uuid), MediaId::from_uuid(uuid));
        for file in [ShopFile::Document(paper), ShopFile::Logo(media)] {
            assert_eq!(Arrived::read(&name(merchant, file)), Some(Arrived { merchant, file }));
        }
        for other in [
            "",
            "documents",
            "documents/x/y",
            "logos/x/y",
            &format!("documents/{merchant}/{media}"),
            "logos/../x",
        ] {
            assert_eq!(Arrived::read(other), None, "{other}");
        }
    }
}
