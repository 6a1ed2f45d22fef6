//! Money: a whole number of minor units and the currency they are units of.
//!
//! Invariants: rounding is never silent; amounts of two currencies are never combined; a divided amount
//! adds up again to the minor unit; there is no floating point in this crate.

#![deny(clippy::float_arithmetic)]

mod allocate;
mod currency;
mod text;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use currency::{BadCurrency, Currency};
pub use text::BadAmount;

/// An amount of money, negative when it is owed the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
// A sender that says more about an amount than these two fields means something we do not know.
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": 1234, "currency": "USD"}))]
pub struct Money {
    /// How many of the smallest unit of the currency: 1234 is 12.34 USD, 1234 JPY and 1.234 KWD.
    #[serde(rename = "amount")]
    minor: i64,
    /// What the amount is counted in.
    currency: Currency,
}

/// Why two amounts cannot be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result is larger than an amount can be.
    #[error("the amount is too large")]
    Overflow,
    /// The amounts are in two currencies.
    #[error("{left} and {right} cannot be put together")]
    CurrencyMismatch {
        /// The currency of the first amount.
        left: Currency,
        /// The currency of the second amount.
        right: Currency,
    },
    /// No weights were given, or only zeros.
    #[error("there is nobody to divide the amount among")]
    NoWeights,
}

#[allow(clippy::should_implement_trait, reason = "an operator would promise that the sum always exists")]
impl Money {
    /// So many minor units of a currency.
    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// The number of minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// What the amount is counted in.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum of two amounts of one currency.
    pub fn add(self, other: Money) -> Result<Money, MoneyError> {
        self.with(other, i64::checked_add)
    }

    /// The difference between two amounts of one currency.
    pub fn sub(self, other: Money) -> Result<Money, MoneyError> {
        self.with(other, i64::checked_sub)
    }

    /// The amount multiplied.
    pub fn times(self, count: i64) -> Result<Money, MoneyError> {
        let minor = self.minor.checked_mul(count).ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }

    /// Divides the amount in proportion to the weights, one part for each.
    ///
    /// Every part is rounded down and what remains goes, unit by unit, to the parts that lost the most
    /// by it, the earliest first among equals. The parts always add up to the whole, and no part is
    /// more than one unit away from its exact share.
    pub fn allocate(self, weights: &[u64]) -> Result<Vec<Money>, MoneyError> {
        let parts = allocate::largest_remainder(self.minor, weights).ok_or(MoneyError::NoWeights)?;
        Ok(parts.into_iter().map(|minor| Money { minor, ..self }).collect())
    }

    fn with(self, other: Money, op: fn(i64, i64) -> Option<i64>) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency });
        }
        let minor = op(self.minor, other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const USD: Currency = Currency::USD;

    #[test]
    fn amounts_of_one_currency_add_and_subtract() {
        let ten = Money::new(1000, USD);
        assert_eq!(ten.add(Money::new(234, USD)), Ok(Money::new(1234, USD)));
        assert_eq!(ten.sub(Money::new(1234, USD)), Ok(Money::new(-234, USD)));
        assert_eq!(ten.times(-3), Ok(Money::new(-3000, USD)));
    }

    #[test]
    fn amounts_of_two_currencies_never_meet() {
        let mismatch = Err(MoneyError::CurrencyMismatch { left: USD, right: Currency::JPY });
        assert_eq!(Money::new(1, USD).add(Money::new(1, Currency::JPY)), mismatch);
        assert_eq!(Money::new(0, USD).sub(Money::new(0, Currency::JPY)), mismatch);
    }

    #[test]
    fn an_amount_too_large_is_an_error_and_never_wraps() {
        let most = Money::new(i64::MAX, USD);
        assert_eq!(most.add(Money::new(1, USD)), Err(MoneyError::Overflow));
        assert_eq!(Money::new(i64::MIN, USD).sub(Money::new(1, USD)), Err(MoneyError::Overflow));
        assert_eq!(Money::new(i64::MIN, USD).times(-1), Err(MoneyError::Overflow));
        assert_eq!(most.times(2), Err(MoneyError::Overflow));
    }

    #[test]
    fn in_json_an_amount_is_whole_minor_units_and_a_code() {
        let json = r#"{"amount":-1234,"currency":"KWD"}"#;
        let money = Money::new(-1234, Currency::KWD);
        assert_eq!(serde_json::to_string(&money).unwrap(), json);
        assert_eq!(serde_json::from_str::<Money>(json).unwrap(), money);
    }

    #[test]
    fn an_amount_that_is_not_exactly_that_is_refused() {
        for bad in [
            r#"{"amount":12.34,"currency":"USD"}"#,
            r#"{"amount":"1234","currency":"USD"}"#,
            r#"{"amount":1e3,"currency":"USD"}"#,
            r#"{"amount":9223372036854775808,"currency":"USD"}"#,
            r#"{"amount":1234,"currency":"usd"}"#,
            r#"{"amount":1234,"currency":"XXX"}"#,
            r#"{"amount":1234}"#,
            r#"{"currency":"USD"}"#,
            r#"{"amount":1234,"currency":"USD","exponent":3}"#,
        ] {
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_somebody_can_be_paid() {
        let ten = Money::new(1000, USD);
        assert_eq!(ten.allocate(&[]), Err(MoneyError::NoWeights));
        assert_eq!(ten.allocate(&[0, 0]), Err(MoneyError::NoWeights));
    }

    proptest! {
        #[test]
        fn what_is_added_can_be_taken_away(a: i64, b: i64) {
            let (a, b) = (Money::new(a, USD), Money::new(b, USD));
            if let Ok(sum) = a.add(b) {
                prop_assert_eq!(sum.sub(b), Ok(a));
                prop_assert_eq!(b.add(a), Ok(sum));
            }
        }

        #[test]
        fn parts_keep_the_currency_and_add_up_to_the_whole(
            minor: i64,
            weights in proptest::collection::vec(any::<u64>(), 1..20),
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let whole = Money::new(minor, Currency::JPY);
            let parts = whole.allocate(&weights).unwrap();
            prop_assert_eq!(parts.len(), weights.len());
            let sum = parts.iter().try_fold(Money::new(0, Currency::JPY), |sum, part| sum.add(*part));
            prop_assert_eq!(sum, Ok(whole));
        }
    }
}
