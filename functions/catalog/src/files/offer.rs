//! The cells of a row as what a merchant offers.

use std::str::FromStr;

use facts::catalog::LineKind;
use ids::Sku;
use money::{Currency, Money};

use crate::domain::{Barcode, Description, ExternalId, Locale, MerchantSku, Slug, Title};
use crate::files::{BadRow, Cells, Column};

/// A product with one variant and one price, as a row of a file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub external_id: ExternalId,
    pub kind: LineKind,
    pub locale: Locale,
    pub title: Title,
    pub description: Option<Description>,
    pub slug: Option<Slug>,
    pub category: Option<String>,
    pub sku: MerchantSku,
    pub numeric_sku: Option<Sku>,
    pub barcode: Option<Barcode>,
    pub weight_grams: Option<u32>,
    pub price: Money,
    pub publish: bool,
}

/// The external id alone, as far as there is one: by it rows about the same product are kept in
/// their order.
impl Cells {
    /// What the row is about, for ordering; it may still be refused.
    pub fn about(&self) -> Option<&str> {
        self.get(Column::ExternalId)
    }
}

/// Reads an offer, or says what is wrong with the first cell that is.
pub fn offer(cells: &Cells) -> Result<Offer, BadRow> {
    let external_id: ExternalId = needed(cells, Column::ExternalId)?;
    let currency: Currency = needed(cells, Column::Currency)?;
    let price = present(cells, Column::Price)?;
    let price = Money::parse(price, currency).map_err(|error| bad(Column::Price, error))?;
    let sku = match said(cells, Column::Sku)? {
        Some(sku) => sku,
        None => external_id.as_str().parse().map_err(|error| bad(Column::Sku, error))?,
    };
    Ok(Offer {
        kind: needed(cells, Column::Kind)?,
        locale: said(cells, Column::Locale)?.unwrap_or_else(english),
        title: needed(cells, Column::Title)?,
        description: said(cells, Column::Description)?,
        slug: said(cells, Column::Slug)?,
        category: cells.get(Column::Category).map(str::to_owned),
        numeric_sku: said(cells, Column::NumericSku)?,
        barcode: said(cells, Column::Barcode)?,
        weight_grams: said(cells, Column::WeightGrams)?,
        publish: publish(cells)?,
        external_id,
        sku,
        price,
    })
}

fn english() -> Locale {
    "en".parse().expect("`en` names a language")
}

fn publish(cells: &Cells) -> Result<bool, BadRow> {
    match cells.get(Column::Publish).map(str::to_ascii_lowercase).as_deref() {
        Some("yes" | "true" | "1") => Ok(true),
        None | Some("no" | "false" | "0") => Ok(false),
        Some(_) => Err(bad(Column::Publish, "is `yes` or `no`")),
    }
}

fn present(cells: &Cells, column: Column) -> Result<&str, BadRow> {
    cells.get(column).ok_or_else(|| BadRow::new("missing_value", format!("{} is empty", column.as_str())))
}

fn needed<T: FromStr<Err: std::fmt::Display>>(cells: &Cells, column: Column) -> Result<T, BadRow> {
    present(cells, column)?.parse().map_err(|error| bad(column, error))
}

fn said<T: FromStr<Err: std::fmt::Display>>(cells: &Cells, column: Column) -> Result<Option<T>, BadRow> {
    cells.get(column).map(|text| text.parse().map_err(|error| bad(column, error))).transpose()
}

fn bad(column: Column, why: impl std::fmt::Display) -> BadRow {
    BadRow::new("invalid_value", format!("{}: {why}", column.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &[(Column, &str)]) -> Cells {
        let mut cells = Cells::default();
        for (column, text) in row {
            cells.add(*column, text).unwrap();
        }
        cells
    }

    const MUG: [(Column, &str); 5] = [
        (Column::ExternalId, "E-1"),
        (Column::Kind, "physical"),
        (Column::Title, "A mug"),
        (Column::Price, "12.50"),
        (Column::Currency, "EUR"),
    ];

    #[test]
    fn five_cells_make_an_offer() {
        let offer = offer(&cells(&MUG)).unwrap();
        assert_eq!((offer.sku.as_str(), offer.locale.as_str(), offer.publish), ("E-1", "en", false));
        assert_eq!(offer.price, Money::new(1250, Currency::EUR));
    }

    #[test]
    fn what_is_wrong_names_its_column() {
        let check = |column, text: &str, code, message: &str| {
            let mut row: Vec<_> = MUG.iter().copied().filter(|(other, _)| *other != column).collect();
            row.push((column, text));
            let bad = offer(&cells(&row)).unwrap_err();
            assert_eq!((bad.code, bad.message.split(':').next()), (code, Some(message)));
        };
        check(Column::Title, "", "missing_value", "title is empty");
        check(Column::Price, "12,50", "invalid_value", "price");
        check(Column::Price, "12.505", "invalid_value", "price");
        check(Column::Currency, "EURO", "invalid_value", "currency");
        check(Column::Kind, "thing", "invalid_value", "kind");
        check(Column::NumericSku, "0", "invalid_value", "numeric_sku");
        check(Column::WeightGrams, "-3", "invalid_value", "weight_grams");
        check(Column::Publish, "maybe", "invalid_value", "publish");
        check(Column::Locale, "english", "invalid_value", "locale");
        let long = "x".repeat(201);
        check(Column::Title, &long, "invalid_value", "title");
    }

    #[test]
    fn the_hash_tells_contents_apart_and_not_their_order() {
        let mut turned = MUG;
        turned.reverse();
        assert_eq!(cells(&MUG).hash(), cells(&turned).hash());
        let mut other = MUG;
        other[3].1 = "12.51";
        assert_ne!(cells(&MUG).hash(), cells(&other).hash());
    }
}
