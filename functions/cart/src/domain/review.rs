//! What lies in a cart, held against what the catalog and the shelves say today.
//!
//! A room that could not be asked is no reason to show nothing: then the line stands there as it was
//! put in, and the review says what it could not look at.

use std::collections::BTreeMap;

pub use asks::catalog::PricedLine as Offer;
use ids::{MerchantId, VariantId};
use money::{Money, MoneyError};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Cart, Line, LineName, NotForSale};

/// What the catalog says of several variants today.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offers {
    pub offers: BTreeMap<VariantId, Offer>,
    pub refused: BTreeMap<VariantId, NotForSale>,
}

/// How many units of some variants can be had now.
pub type Shelf = BTreeMap<VariantId, u64>;

/// What is not as it was when the line was put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ChangeView)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Change {
    /// One costs something else.
    PriceChanged { from: Money, to: Money },
    /// It is not to be had at all.
    Unavailable {
        /// `unknown_variant`, `not_on_sale` or `no_price`.
        #[schema(value_type = String)]
        why: NotForSale,
    },
    /// There are fewer than are wanted.
    OnlyNLeft { left: u64 },
    /// There are none.
    SoldOut,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Seen<'a> {
    pub name: LineName,
    pub line: &'a Line,
    /// What the catalog says of it, if it could be asked and sells it.
    pub offer: Option<&'a Offer>,
    pub changes: Vec<Change>,
    /// What the line comes to; nothing if it is not for sale, or if it is more than can be said.
    pub total: Option<Money>,
}

/// The whole cart as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Review<'a> {
    /// In the order in which they were put in.
    pub lines: Vec<Seen<'a>>,
    /// What is bought of whom comes to; nothing where it is more than can be said.
    pub merchants: BTreeMap<MerchantId, Option<Money>>,
    pub total: Option<Money>,
    pub prices_checked: bool,
    pub availability_checked: bool,
}

impl Seen<'_> {
    /// What one costs, as far as it is known.
    pub fn price(&self) -> Money {
        self.offer.map_or(self.line.price, |offer| offer.price)
    }

    fn is_for_sale(&self) -> bool {
        !self.changes.iter().any(|change| matches!(change, Change::Unavailable { .. }))
    }
}

impl<'a> Review<'a> {
    /// Holds the cart against what could be learnt; `None` means that a room could not be asked.
    pub fn of(cart: &'a Cart, offers: Option<&'a Offers>, shelf: Option<&Shelf>) -> Review<'a> {
        let mut lines: Vec<Seen<'a>> =
            cart.lines.iter().map(|(name, line)| see(*name, line, offers, shelf)).collect();
        lines.sort_by_key(|seen| (seen.line.added_at, seen.name));
        let sums = || lines.iter().filter(|seen| seen.is_for_sale());
        let mut merchants: BTreeMap<MerchantId, Vec<Option<Money>>> = BTreeMap::new();
        for seen in sums() {
            merchants.entry(seen.line.merchant).or_default().push(seen.total);
        }
        let merchants = merchants.into_iter().map(|(merchant, parts)| (merchant, sum(parts))).collect();
        let nothing = cart.currency.map(|currency| Money::new(0, currency));
        let total = sum(nothing.map(Some).into_iter().chain(sums().map(|seen| seen.total)));
        Review {
            merchants,
            total,
            prices_checked: offers.is_some(),
            availability_checked: shelf.is_some(),
            lines,
        }
    }

    /// Whether an order for exactly this could be placed, as far as can be known now.
    pub fn is_ready(&self) -> bool {
        let sound = self.lines.iter().all(|seen| seen.changes.is_empty() && seen.total.is_some());
        let known = self.prices_checked && self.availability_checked && self.total.is_some();
        known && sound && !self.lines.is_empty()
    }
}

fn see<'a>(name: LineName, line: &'a Line, offers: Option<&'a Offers>, shelf: Option<&Shelf>) -> Seen<'a> {
    let offer = offers.and_then(|offers| offers.offers.get(&line.variant));
    let mut changes = Vec::new();
    match (offer, offers) {
        (Some(offer), _) if offer.price != line.price => {
            changes.push(Change::PriceChanged { from: line.price, to: offer.price });
        }
        (None, Some(offers)) => {
            let why = offers.refused.get(&line.variant).copied().unwrap_or(NotForSale::NotOnSale);
            changes.push(Change::Unavailable { why });
        }
        _ => {}
    }
    // What is not kept on a shelf does not run out there; and an unknown shelf is empty.
    if let Some(shelf) = shelf.filter(|_| line.is_stocked()) {
        match shelf.get(&line.variant).copied().unwrap_or(0) {
            0 => changes.push(Change::SoldOut),
            left if left < u64::from(line.quantity) => changes.push(Change::OnlyNLeft { left }),
            _ => {}
        }
    }
    let mut seen = Seen { name, line, offer, changes, total: None };
    if seen.is_for_sale() {
        seen.total = seen.price().times(line.quantity.into()).ok();
    }
    seen
}

/// The sum, unless a part of it is unknown or it is more than an amount can be.
fn sum(parts: impl IntoIterator<Item = Option<Money>>) -> Option<Money> {
    let mut parts = parts.into_iter();
    let first = parts.next()??;
    let sum = parts.try_fold(first, |sum, part| match part {
        Some(part) => sum.add(part),
        None => Err(MoneyError::Overflow),
    });
    sum.ok()
}

#[cfg(test)]
mod tests {
    use facts::catalog::LineKind;
    use ids::{ProductId, Uuid};
    use money::Currency;

    use super::*;
    use crate::domain::cart::tests::{cart, euros, variant};

    fn offer(n: u128, price: Money) -> (VariantId, Offer) {
        let id = Uuid::from_u128(n);
        let offer = Offer {
            variant: variant(n),
            product: ProductId::from_uuid(id),
            merchant: MerchantId::from_uuid(Uuid::from_u128(n % 2)),
            kind: LineKind::Physical,
            sku: "A-1".to_owned(),
            numeric_sku: None,
            weight_grams: None,
            title: Some(format!("Thing {n}")),
            price,
        };
        (variant(n), offer)
    }

    fn offers(prices: &[(u128, i64)]) -> Offers {
        let offers = prices.iter().map(|(n, minor)| offer(*n, euros(*minor))).collect();
        Offers { offers, refused: BTreeMap::new() }
    }

    #[test]
    fn a_review_says_what_has_changed_and_sums_what_is_for_sale() {
        let here = cart(&[(1, 2), (2, 3), (3, 1), (4, 5)]);
        let mut today = offers(&[(1, 100), (2, 120), (4, 100)]);
        today.refused.insert(variant(3), NotForSale::NotOnSale);
        let shelf = BTreeMap::from([(variant(1), 9), (variant(2), 0), (variant(4), 4)]);
        let review = Review::of(&here, Some(&today), Some(&shelf));
        let changes: Vec<_> = review.lines.iter().map(|seen| seen.changes.clone()).collect();
        let dearer = Change::PriceChanged { from: euros(100), to: euros(120) };
        let gone = Change::Unavailable { why: NotForSale::NotOnSale };
        let expect = [
            vec![],
            vec![dearer, Change::SoldOut],
            vec![gone, Change::SoldOut],
            vec![Change::OnlyNLeft { left: 4 }],
        ];
        assert_eq!(changes, expect);
        assert_eq!(review.total, Some(euros(2 * 100 + 3 * 120 + 5 * 100)));
        let merchant = |n| MerchantId::from_uuid(Uuid::from_u128(n));
        let by_merchant = BTreeMap::from([(merchant(0), Some(euros(860))), (merchant(1), Some(euros(200)))]);
        assert_eq!(review.merchants, by_merchant);
        assert!(!review.is_ready());
        let one = cart(&[(1, 2)]);
        assert!(Review::of(&one, Some(&today), Some(&shelf)).is_ready());
    }

    #[test]
    fn what_could_not_be_asked_is_said_and_hides_nothing() {
        let here = cart(&[(1, 2)]);
        let review = Review::of(&here, None, None);
        assert_eq!((review.lines[0].changes.len(), review.total), (0, Some(euros(200))));
        assert!(!review.prices_checked && !review.availability_checked && !review.is_ready());
        let today = offers(&[(1, 100)]);
        assert!(!Review::of(&here, Some(&today), None).is_ready());
    }

    #[test]
    fn what_nobody_keeps_on_a_shelf_does_not_run_out() {
        let mut here = cart(&[(1, 2)]);
        here.lines.values_mut().for_each(|line| line.kind = LineKind::Course);
        let today = offers(&[(1, 100)]);
        assert!(Review::of(&here, Some(&today), Some(&BTreeMap::new())).is_ready());
    }

    #[test]
    fn a_total_that_cannot_be_said_is_left_out_and_not_wrapped() {
        let here = cart(&[(1, 2), (2, 1)]);
        let today = offers(&[(1, i64::MAX), (2, 5)]);
        let review = Review::of(&here, Some(&today), None);
        let totals: Vec<_> = review.lines.iter().map(|seen| seen.total).collect();
        assert_eq!(totals, [None, Some(euros(5))]);
        assert_eq!(review.total, None);
        let halves = offers(&[(1, i64::MAX / 2), (2, i64::MAX / 2)]);
        let review = Review::of(&here, Some(&halves), None);
        assert_eq!((review.lines[0].total, review.total), (Some(euros(i64::MAX - 1)), None));
    }

    #[test]
    fn an_empty_cart_comes_to_nothing() {
        let (here, nothing) = (cart(&[]), Offers::default());
        let review = Review::of(&here, Some(&nothing), Some(&BTreeMap::new()));
        assert_eq!((review.total, review.lines.len(), review.is_ready()), (None, 0, false));
        let mut here = cart(&[(3, 1)]);
        here.currency = Some(Currency::EUR);
        let review = Review::of(&here, Some(&nothing), None);
        assert_eq!(review.total, Some(euros(0)), "a cart of what is not for sale comes to zero");
    }
}
