//! What a merchant's files have said of one product, and what came of it.
//!
//! A row is known by (merchant, external id), and what it says by a digest. The memory is saved in the
//! transaction that does what the row says, or alone when nothing is to be done, so what a row came to
//! is decided once: a reader that comes upon the row again, because another one died over it or reads
//! beside it, finds the answer here, whatever other files have said of the product meanwhile.

use ids::{ImportId, ProductId, VariantId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::Outcome;

/// How many files are remembered for one product at most, and for how long: a day is longer than any
/// file is being read, with all the tries of its queue.
const REMEMBERED: usize = 16;
const FOR: SignedDuration = SignedDuration::from_hours(24);

/// A reason quotes what stood in a cell, and a cell may be long.
const LONGEST_REASON: usize = 300;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
    /// What the latest files have said, the last one at the end.
    #[serde(default)]
    said: Vec<Said>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub product: ProductId,
    pub variant: VariantId,
    /// What the last row that was taken says, as a digest.
    pub hash: String,
}

/// The row of one file that spoke of the product, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    import: ImportId,
    number: u64,
    at: Timestamp,
    came: Applied,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub code: String,
    pub message: String,
}

impl Applied {
    pub fn well(outcome: Outcome, product: ProductId) -> Applied {
        Applied { outcome, product: Some(product), why: None }
    }

    pub fn refused(code: &str, message: impl Into<String>, product: Option<ProductId>) -> Applied {
        let mut message: String = message.into();
        if let Some((end, _)) = message.char_indices().nth(LONGEST_REASON) {
            message.replace_range(end.., "…");
        }
        let why = Why { code: code.to_owned(), message };
        Applied { outcome: Outcome::Refused, product, why: Some(why) }
    }
}

impl Memory {
    /// What a row has come to already: it was read before, or the file spoke of the product in an
    /// earlier row, of which the order matters. Nothing when it is still to be decided.
    pub fn came(&self, import: ImportId, number: u64) -> Option<Applied> {
        let said = self.said.iter().find(|said| said.import == import)?;
        if said.number == number {
            return Some(said.came.clone());
        }
        let message = format!("row {} of this file speaks of the same external_id", said.number);
        // Which product that is may be another by the time that another reader comes to the row.
        Some(Applied::refused("external_id_twice", message, None))
    }

    pub fn holds(&self, hash: &str) -> bool {
        self.known.as_ref().is_some_and(|known| known.hash == hash)
    }

    pub fn product(&self) -> Option<ProductId> {
        self.known.as_ref().map(|known| known.product)
    }

    pub fn knowing(mut self, product: ProductId, variant: VariantId, hash: &str) -> Memory {
        self.known = Some(Known { product, variant, hash: hash.to_owned() });
        self
    }

    pub fn with(mut self, import: ImportId, number: u64, came: Applied, at: Timestamp) -> Memory {
        self.said.retain(|said| at.duration_since(said.at) < FOR);
        self.said.push(Said { import, number, at, came });
        let old = self.said.len().saturating_sub(REMEMBERED);
        self.said.drain(..old);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    fn import(n: u128) -> ImportId {
        ImportId::from_uuid(Uuid::from_u128(n))
    }

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    fn created() -> Applied {
        Applied::well(Outcome::Created, ProductId::from_uuid(Uuid::from_u128(1)))
    }

    #[test]
    fn a_row_that_is_read_again_comes_to_the_same_whatever_other_files_say() {
        let refused = Applied::refused("slug_taken", "the slug is taken", None);
        let memory =
            Memory::default().with(import(1), 5, created(), at(1)).with(import(2), 9, refused.clone(), at(2));
        assert_eq!(memory.came(import(1), 5), Some(created()));
        assert_eq!(memory.came(import(2), 9), Some(refused));
        assert_eq!(memory.came(import(3), 5), None);
    }

    #[test]
    fn a_second_row_of_one_file_about_the_product_is_refused_by_name_of_the_first() {
        let memory = Memory::default().with(import(1), 5, created(), at(1));
        let why = memory.came(import(1), 6).unwrap().why.unwrap();
        assert_eq!(why.code, "external_id_twice");
        assert!(why.message.contains("row 5 "), "{}", why.message);
    }

    #[test]
    fn the_oldest_files_are_forgotten_first_and_after_a_day() {
        let memory =
            (1..=17).fold(Memory::default(), |memory, n| memory.with(import(n), 2, created(), at(1)));
        assert_eq!(memory.came(import(1), 2), None);
        assert!((2..=17).all(|n| memory.came(import(n), 2) == Some(created())));
        let memory = memory.with(import(18), 2, created(), at(25));
        assert_eq!(memory.came(import(17), 2), None);
        assert_eq!(memory.said.len(), 1);
    }

    #[test]
    fn a_reason_is_cut_where_it_is_long() {
        let why = Applied::refused("no_such_category", "ё".repeat(70_000), None).why.unwrap();
        assert_eq!(why.message.chars().count(), LONGEST_REASON + 1);
        let why = Applied::refused("no_such_category", "short", None).why.unwrap();
        assert_eq!(why.message, "short");
    }
}
