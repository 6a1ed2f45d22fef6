//! What must be true of every cart at every moment.

use super::{Cart, LineName, MOST_LINES, Owner};

/// What is wrong with a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// It has more lines than a cart may have.
    TooManyLines(Owner, usize),
    /// There is none of a line, or more than there may be.
    Quantity(Owner, LineName, u32),
    /// A line is priced in another currency than the cart, or the cart has a currency and no line,
    /// or lines and none.
    Currency(Owner),
    /// A line is not known by what makes it unique.
    Name(Owner, LineName),
}

/// Checks one cart.
pub fn audit(owner: Owner, cart: &Cart) -> Vec<Violation> {
    let mut found = Vec::new();
    if cart.lines.len() > MOST_LINES {
        found.push(Violation::TooManyLines(owner, cart.lines.len()));
    }
    let foreign = matches!(owner, Owner::Loms(_));
    let currency = match cart.currency {
        None => foreign || cart.lines.is_empty(),
        Some(currency) => {
            let same = cart.lines.values().all(|line| line.price.currency() == currency);
            !foreign && same && !cart.lines.is_empty()
        }
    };
    if !currency {
        found.push(Violation::Currency(owner));
    }
    for (name, line) in &cart.lines {
        if !(1..=name.most(owner.most())).contains(&line.quantity) {
            found.push(Violation::Quantity(owner, *name, line.quantity));
        }
        let right = match name {
            LineName::Variant(variant) => (line.variant, line.slot, line.quote) == (*variant, None, None),
            LineName::Slot(slot) => (line.slot, line.quote) == (Some(*slot), None),
            LineName::Quote(quote) => (line.slot, line.quote) == (None, Some(*quote)),
        };
        if !right {
            found.push(Violation::Name(owner, *name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cart::tests::{cart, guest, line, variant};
    use money::{Currency, Money};

    #[test]
    fn every_rule_that_is_broken_is_seen() {
        let name = LineName::Variant(variant(1));
        assert_eq!(audit(guest(), &cart(&[(1, 1), (2, 9_999)])), []);
        assert_eq!(audit(guest(), &cart(&[])), []);
        assert_eq!(audit(guest(), &cart(&[(1, 0)])), [Violation::Quantity(guest(), name, 0)]);
        assert_eq!(audit(guest(), &cart(&[(1, 10_000)])), [Violation::Quantity(guest(), name, 10_000)]);
        let full = cart(&(0..101).map(|n| (n, 1)).collect::<Vec<_>>());
        assert_eq!(audit(guest(), &full), [Violation::TooManyLines(guest(), 101)]);
        let mut mixed = cart(&[(1, 1)]);
        mixed.lines.insert(LineName::Variant(variant(2)), line(2, 1, Money::new(1, Currency::USD)));
        assert_eq!(audit(guest(), &mixed), [Violation::Currency(guest())]);
        mixed.currency = None;
        assert_eq!(audit(guest(), &mixed), [Violation::Currency(guest())]);
        assert_eq!(audit(Owner::Loms(7), &mixed), []);
        let mut wrong = cart(&[(1, 1)]);
        wrong.lines.values_mut().for_each(|line| line.variant = variant(2));
        assert_eq!(audit(guest(), &wrong), [Violation::Name(guest(), name)]);
    }
}
