//! What lies in the room's bucket, and under which name.
//!
//! | What | Name | Written by |
//! | --- | --- | --- |
//! | a paper | `documents/<merchant>/<document>` | the shop's owner, by a presigned PUT |
//! | a logo | `logos/<merchant>/<media>` | the people of the shop, by a presigned PUT |
//!
//! S3 tells the `uploads` role of everything that comes. It deletes what no shop names; what a shop names
//! no longer is deleted by the worker, which hears of it.

use ids::{DocumentId, MediaId, MerchantId};

use crate::domain::ShopFile;

/// Something that has come into the bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    pub merchant: MerchantId,
    pub file: ShopFile,
}

pub fn name(merchant: MerchantId, file: ShopFile) -> String {
    match file {
        ShopFile::Document(id) => document(merchant, id),
        ShopFile::Logo(media) => logo(merchant, media),
    }
}

pub fn document(merchant: MerchantId, document: DocumentId) -> String {
    format!("documents/{merchant}/{document}")
}

pub fn logo(merchant: MerchantId, media: MediaId) -> String {
    format!("logos/{merchant}/{media}")
}

impl Arrived {
    /// Reads a name; none of ours is nothing.
    pub fn read(name: &str) -> Option<Arrived> {
        let parts: Vec<&str> = name.split('/').collect();
        match parts[..] {
            ["documents", merchant, document] => {
                let file = ShopFile::Document(document.parse().ok()?);
                Some(Arrived { merchant: merchant.parse().ok()?, file })
            }
            ["logos", merchant, media] => {
                let file = ShopFile::Logo(media.parse().ok()?);
                Some(Arrived { merchant: merchant.parse().ok()?, file })
            }
            _ => None,
        }
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
