//! Everything that a table says about stock, for the audit.

use dynamo::{Error, Item, Key, decode};

use super::{LevelItem, keys};
use crate::domain::{Books, Card, Cell};

/// Reads the items of a whole table, in any order. What is not about stock is passed over.
pub fn read_books(items: impl IntoIterator<Item = Item>) -> Result<Books, Error> {
    let mut books = Books::default();
    for item in items {
        let Some(key) = Key::of(&item) else { continue };
        if let Some(name) = keys::cell_of(&key) {
            books.cells.push(Cell { name, counts: decode(item)?.body });
        } else if let Some(variant) = keys::variant_of(&key) {
            match key.sk.as_str() {
                keys::CARD => {
                    books.thresholds.insert(variant, decode::<Card>(item)?.body.threshold);
                }
                keys::LEVEL => {
                    books.levels.insert(variant, decode::<LevelItem>(item)?.body.level);
                }
                sk if sk.starts_with(keys::MOVEMENTS) => books.movements.push(decode(item)?.body),
                _ => {}
            }
        } else if key.pk.starts_with("rsv#") {
            books.reservations.push(decode(item)?.body);
        }
    }
    Ok(books)
}
