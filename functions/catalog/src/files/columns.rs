//! The columns that a file may have, and the cells of one row under them.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::files::{BadFile, BadRow};

macro_rules! columns {
    ($($name:ident $text:literal,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column {
            $($name,)*
        }

        impl Column {
            pub const ALL: &[Column] = &[$(Column::$name,)*];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Column::$name => $text,)*
                }
            }
        }
    };
}

columns! {
    ExternalId "external_id",
    Kind "kind",
    Title "title",
    Price "price",
    Currency "currency",
    Description "description",
    Locale "locale",
    Slug "slug",
    Category "category",
    Sku "sku",
    NumericSku "numeric_sku",
    Barcode "barcode",
    WeightGrams "weight_grams",
    Publish "publish",
}

/// What every row needs, and so every header.
const NEEDED: [Column; 5] =
    [Column::ExternalId, Column::Kind, Column::Title, Column::Price, Column::Currency];

/// The cells of a row that say something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(BTreeMap<Column, String>);

impl Column {
    pub(super) fn named(name: &str) -> Option<Column> {
        let name = name.trim();
        Column::ALL.iter().copied().find(|column| column.as_str().eq_ignore_ascii_case(name))
    }

    /// The columns of a header.
    pub(super) fn header(names: &[String]) -> Result<Vec<Column>, BadFile> {
        let mut columns = Vec::new();
        for name in names {
            let column = Column::named(name)
                .ok_or_else(|| BadFile::UnknownColumn { column: name.trim().chars().take(80).collect() })?;
            if columns.contains(&column) {
                return Err(BadFile::ColumnTwice { column: column.as_str() });
            }
            columns.push(column);
        }
        match NEEDED.iter().find(|needed| !columns.contains(needed)) {
            Some(missing) => Err(BadFile::MissingColumn { column: missing.as_str() }),
            None => Ok(columns),
        }
    }
}

impl Cells {
    /// Adds a cell; an empty one says nothing.
    pub(super) fn add(&mut self, column: Column, text: &str) -> Result<(), BadRow> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        match self.0.insert(column, text.to_owned()) {
            None => Ok(()),
            Some(_) => Err(BadRow::new("column_twice", format!("{} is said twice", column.as_str()))),
        }
    }

    /// What stands under a column.
    pub fn get(&self, column: Column) -> Option<&str> {
        self.0.get(&column).map(String::as_str)
    }

    /// Whether nothing is said at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A digest of what is said: the same whatever the format of the file and the order of its
    /// columns.
    pub fn hash(&self) -> String {
        let mut digest = Sha256::new();
        for (column, text) in &self.0 {
            for part in [column.as_str(), text] {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part);
            }
        }
        hex::encode(&digest.finalize()[..16])
    }
}
