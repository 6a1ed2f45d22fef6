//! What lies in the room's bucket, and under which name.
//!
//! | What | Name | Written by |
//! | --- | --- | --- |
//! | a paper | `documents/<merchant>/<document>` | the shop's owner, by a presigned PUT |
//! | a logo | `logos/<merchant>/<media>` | the people of the shop, by a presigned PUT |
//!
//! S3 tells the `uploads` role of everything that comes.

use ids::{DocumentId, MediaId, MerchantId};

/// Something that has come into the bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// A paper.
    Document(MerchantId, DocumentId),
    /// A logo.
    Logo(MerchantId, MediaId),
}

/// A paper.
pub fn document(merchant: MerchantId, document: DocumentId) -> String {
    format!("documents/{merchant}/{document}")
}

/// A logo.
pub fn logo(merchant: MerchantId, media: MediaId) -> String {
    format!("logos/{merchant}/{media}")
}

impl Arrived {
    /// Reads a name; none of ours is nothing.
    pub fn read(name: &str) -> Option<Arrived> {
        let parts: Vec<&str> = name.split('/').collect();
        match parts[..] {
            ["documents", merchant, document] => {
                Some(Arrived::Document(merchant.parse().ok()?, document.parse().ok()?))
            }
            ["logos", merchant, media] => Some(Arrived::Logo(merchant.parse().ok()?, media.parse().ok()?)),
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
        assert_eq!(Arrived::read(&document(merchant, paper)), Some(Arrived::Document(merchant, paper)));
        assert_eq!(Arrived::read(&logo(merchant, media)), Some(Arrived::Logo(merchant, media)));
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
