//! Everything that a table says about stock, for whoever checks the books.

use dynamo::{Error, Item, Key};

use super::{LevelItem, keys, stored};
use crate::domain::{Books, Card, Cell, Reservation};

/// Reads the items of a whole table, in any order. What is not about stock is passed over.
pub fn read_books(items: impl IntoIterator<Item = Item>) -> Result<Books, Error> {
    let mut books = Books::default();
    for item in items {
        let Some(key) = Key::of(&item) else { continue };
        if let Some(name) = keys::cell_of(&key) {
            let (_, counts) = stored(item)?;
            books.cells.push(Cell { name, counts });
        } else if let Some(variant) = keys::variant_of(&key) {
            match key.sk.as_str() {
                keys::CARD => {
                    books.thresholds.insert(variant, stored::<Card>(item)?.1.threshold);
                }
                keys::LEVEL => {
                    books.levels.insert(variant, stored::<LevelItem>(item)?.1.level);
                }
                sk if sk.starts_with(keys::MOVEMENTS) => books.movements.push(stored(item)?.1),
                _ => {}
            }
        } else if key.pk.starts_with("rsv#") {
            books.reservations.push(stored::<Reservation>(item)?.1);
        }
    }
    Ok(books)
}
