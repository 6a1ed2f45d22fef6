//! Where everything lies.
//!
//! | What | pk | sk | Asked for as |
//! | --- | --- | --- | --- |
//! | product | `prd#<product>` | `product` | one product with all that its page shows |
//! | line card | `var#<variant>` | `line` | up to 100 variants with their prices (batch) |
//! | shelf card | `shelf#<category or merchant>` | `<published>#<product>` | what is published there, newest first |
//! | newest card | `shelf#<yyyy-mm>` | `<published>#<product>` | what is newest in the market, month by month backwards |
//! | merchant's card | `mine#<merchant>` | `<state>#<product>` | everything of a merchant, in all states or in one |
//! | pictured | `pictured#<merchant>` | `<product>` | which products of a merchant name pictures, in an order that no change moves |
//! | slug | `slug#<locale>#<slug>` | `claim` | the product at an address |
//! | number | `num` | 19 digits | the variant with a number; variants by number |
//! | category, tree | `categories` | `<category>`, `~tree` | the whole tree (query) |
//! | import | `imp#<import>` | `import` | one import and how far it is |
//! | row | `row#<merchant>#<external id>` | `row` | what a merchant's system has said of a product |
//! | standing | `shop#<merchant>` | `standing` | whether a shop sells; of up to 100 shops (batch) |
//! | sweep | `shop#<merchant>` | `sweep` | how far the pictures of a closed shop are gone |
//!
//! A shelf is a partition, and its sort key is the moment of publication, so a page is one query
//! however much stands there. The newest of the whole market is every write's shelf: it changes
//! its partition with the month, so that no partition grows for ever and a page still reads
//! backwards from where the last one ended. All numbers share the partition `num`, because only one
//! partition has an order; a number is written once in a variant's life and hardly read, which is
//! far below what one partition carries. Beside these lie what the plumbing keeps: `once#…`,
//! `heard#…` and the buckets of the door.

use dynamo::Key;
use ids::{CategoryId, ImportId, MerchantId, ProductId, Sku, VariantId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::{ExternalId, Locale, Slug, State};

/// The market has opened in this month; nothing was published before.
const FIRST_MONTH: &str = "2026-01";

/// Sorts behind every letter and digit of a key.
const LAST: char = '~';

pub(super) const CATEGORIES: &str = "categories";
pub(super) const NUMBERS: &str = "num";

pub(super) fn product(product: ProductId) -> Key {
    Key::new(format!("prd#{product}"), "product")
}

pub(super) fn line(variant: VariantId) -> Key {
    Key::new(format!("var#{variant}"), "line")
}

pub(super) fn standing(merchant: MerchantId) -> Key {
    Key::new(format!("shop#{merchant}"), "standing")
}

pub(super) fn sweep(merchant: MerchantId) -> Key {
    Key::new(format!("shop#{merchant}"), "sweep")
}

pub(super) fn category_shelf(category: CategoryId) -> String {
    format!("shelf#{category}")
}

pub(super) fn merchant_shelf(merchant: MerchantId) -> String {
    format!("shelf#{merchant}")
}

pub(super) fn month_shelf(month: &Month) -> String {
    format!("shelf#{}", month.0)
}

pub(super) fn on_shelf(shelf: String, published: Timestamp, product: ProductId) -> Key {
    // Every moment has the same length, or their order as text would not be that in time.
    Key::new(shelf, format!("{}#{product}", published.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")))
}

pub(super) fn mine(merchant: MerchantId) -> String {
    format!("mine#{merchant}")
}

pub(super) fn in_state(state: State) -> String {
    format!("{state}#")
}

pub(super) fn mine_card(merchant: MerchantId, state: State, product: ProductId) -> Key {
    Key::new(mine(merchant), format!("{}{product}", in_state(state)))
}

pub(super) fn pictured(merchant: MerchantId) -> String {
    format!("pictured#{merchant}")
}

pub(super) fn slug(locale: &Locale, slug: &Slug) -> Key {
    Key::new(format!("slug#{locale}#{slug}"), "claim")
}

pub(super) fn number(sku: Sku) -> Key {
    Key::new(NUMBERS, number_sort(sku))
}

pub(super) fn number_sort(sku: Sku) -> String {
    format!("{:019}", sku.get())
}

pub(super) fn category(category: CategoryId) -> Key {
    Key::new(CATEGORIES, category.to_string())
}

pub(super) fn tree() -> Key {
    Key::new(CATEGORIES, format!("{LAST}tree"))
}

pub(super) fn import(import: ImportId) -> Key {
    Key::new(format!("imp#{import}"), "import")
}

pub(super) fn row(merchant: MerchantId, external: &ExternalId) -> Key {
    Key::new(format!("row#{merchant}#{external}"), "row")
}

/// A month of the market, as `yyyy-mm`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month(String);

impl Month {
    pub(super) fn of(at: Timestamp) -> Month {
        Month(at.strftime("%Y-%m").to_string())
    }

    /// The month that a sort key of a month's shelf begins with, or else that which `now` is in: a
    /// forged cursor may skip, and neither looks into the future nor before the beginning.
    pub(super) fn of_key(sk: &str, now: Timestamp) -> Month {
        let month = sk.get(..7).filter(|month| first_day(month).is_some());
        let month = month.map_or_else(|| Month::of(now), |month| Month(month.to_owned()));
        month.clamp(Month(FIRST_MONTH.to_owned()), Month::of(now).max(Month(FIRST_MONTH.to_owned())))
    }

    pub(super) fn before(&self) -> Option<Month> {
        let last_day = first_day(&self.0)?.yesterday().ok()?;
        let before = Month(last_day.strftime("%Y-%m").to_string());
        (*before.0 >= *FIRST_MONTH).then_some(before)
    }

    /// A sort key behind everything of the month.
    pub(super) fn end(&self) -> String {
        format!("{}{LAST}", self.0)
    }
}

fn first_day(month: &str) -> Option<Date> {
    let date: Date = format!("{month}-01").parse().ok()?;
    // What reads back as itself was written by us.
    (date.to_zoned(TimeZone::UTC).ok()?.strftime("%Y-%m").to_string() == month).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn months_go_backwards_to_the_opening_of_the_market() {
        let month = Month::of(at("2026-03-31T23:59:59Z"));
        assert_eq!(month.0, "2026-03");
        assert_eq!(month.before().unwrap().0, "2026-02");
        assert_eq!(month.before().unwrap().before().unwrap().before(), None);
        assert!(month.end().as_str() > "2026-03-31T23:59:59.999999Z#prd_zzz");
    }

    #[test]
    fn a_forged_cursor_neither_looks_into_the_future_nor_before_the_beginning() {
        let now = at("2026-11-21T00:00:00Z");
        let check = |sk: &str, expect: &str| assert_eq!(Month::of_key(sk, now).0, expect, "{sk}");
        check("2026-09-05T00:00:00.000000Z#prd_x", "2026-09");
        check("2026-09~", "2026-09");
        check("2999-01-01", "2026-11");
        check("1999-01-01", "2026-01");
        check("2026-13-01", "2026-11");
        check("nonsense", "2026-11");
        check("", "2026-11");
        check("ывафыва", "2026-11");
    }

    proptest! {
        #[test]
        fn what_is_published_later_sorts_later(a in 0i64..4_000_000_000_000_000, b in 0i64..4_000_000_000_000_000) {
            let [earlier, later] = [a.min(b), a.max(b)].map(|n| Timestamp::from_microsecond(n).unwrap());
            let product = ProductId::from_uuid(Uuid::from_u128(1));
            let sort = |at| on_shelf("s".into(), at, product).sk;
            prop_assert!(sort(earlier) <= sort(later));
        }

        #[test]
        fn numbers_sort_as_numbers(a in 1i64.., b in 1i64..) {
            let sort = |n| number_sort(Sku::new(n).unwrap());
            prop_assert_eq!(a.cmp(&b), sort(a).cmp(&sort(b)));
        }
    }
}
