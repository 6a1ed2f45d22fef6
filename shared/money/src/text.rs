//! How an amount is written by people: `12.34 USD`, with exactly the decimals of its currency.
//!
//! Invariant: what is written reads back as itself, and no digit that was read is dropped.

use std::fmt;

use crate::{Currency, Money};

/// Why a text is not an amount of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAmount {
    /// It is not digits with at most one decimal point between them.
    #[error("an amount is written in digits with a decimal point, such as 1234.50")]
    NotANumber,
    /// It has more decimals than the currency, even if they are zeros.
    #[error("the currency has no more than {allowed} decimals")]
    TooManyDecimals {
        /// How many the currency has.
        allowed: u8,
    },
    /// It is larger than an amount can be.
    #[error("the amount is too large")]
    TooLarge,
}

impl Money {
    /// Reads `12.34`, `-12.3` or `+12`. Grouping, spaces and exponents are refused, because `1,234`
    /// means two different amounts in two places.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, BadAmount> {
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, decimals) = match unsigned.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (unsigned, None),
        };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !decimals.is_none_or(digits) {
            return Err(BadAmount::NotANumber);
        }
        let decimals = decimals.unwrap_or("");
        let exponent = usize::from(currency.exponent());
        if decimals.len() > exponent {
            return Err(BadAmount::TooManyDecimals { allowed: currency.exponent() });
        }

        let padding = std::iter::repeat_n(b'0', exponent - decimals.len());
        let mut minor = 0i64;
        for digit in whole.bytes().chain(decimals.bytes()).chain(padding) {
            // Counting downwards from the start lets the most negative amount be read, too.
            let digit = i64::from(digit - b'0') * if negative { -1 } else { 1 };
            minor = minor.checked_mul(10).and_then(|m| m.checked_add(digit)).ok_or(BadAmount::TooLarge)?;
        }
        Ok(Money::new(minor, currency))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let currency = self.currency();
        let unit = 10u64.pow(u32::from(currency.exponent()));
        let (whole, decimals) = (self.minor().unsigned_abs() / unit, self.minor().unsigned_abs() % unit);
        let sign = if self.minor() < 0 { "-" } else { "" };
        match usize::from(currency.exponent()) {
            0 => write!(f, "{sign}{whole} {currency}"),
            width => write!(f, "{sign}{whole}.{decimals:0width$} {currency}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_written_with_the_decimals_of_its_currency() {
        check(1234, Currency::USD, "12.34 USD");
        check(5, Currency::USD, "0.05 USD");
        check(-5, Currency::USD, "-0.05 USD");
        check(-100, Currency::USD, "-1.00 USD");
        check(1234, Currency::JPY, "1234 JPY");
        check(1234, Currency::KWD, "1.234 KWD");
        check(i64::MIN, Currency::USD, "-92233720368547758.08 USD");

        #[track_caller]
        fn check(minor: i64, currency: Currency, expect: &str) {
            assert_eq!(Money::new(minor, currency).to_string(), expect);
        }
    }

    #[test]
    fn an_amount_is_read_to_the_minor_unit() {
        check("12.34", Currency::USD, Ok(1234));
        check("12.3", Currency::USD, Ok(1230));
        check("+12", Currency::USD, Ok(1200));
        check("-0.05", Currency::USD, Ok(-5));
        check("-0", Currency::USD, Ok(0));
        check("0012", Currency::JPY, Ok(12));
        check("1.234", Currency::KWD, Ok(1234));
        check("92233720368547758.07", Currency::USD, Ok(i64::MAX));
        check("-92233720368547758.08", Currency::USD, Ok(i64::MIN));

        check("92233720368547758.08", Currency::USD, Err(BadAmount::TooLarge));
        check("92233720368547759", Currency::USD, Err(BadAmount::TooLarge));
        check("12.345", Currency::USD, Err(BadAmount::TooManyDecimals { allowed: 2 }));
        check("12.340", Currency::USD, Err(BadAmount::TooManyDecimals { allowed: 2 }));
        check("12.0", Currency::JPY, Err(BadAmount::TooManyDecimals { allowed: 0 }));
        for text in [
            "", "-", "+", ".", "1.", ".5", "--1", "1-", "1,234", "1 234", "1e3", "١٢", "0x1", "1.2.3", "NaN",
            "é",
        ] {
            check(text, Currency::USD, Err(BadAmount::NotANumber));
        }

        #[track_caller]
        fn check(text: &str, currency: Currency, expect: Result<i64, BadAmount>) {
            assert_eq!(Money::parse(text, currency).map(Money::minor), expect, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_as_itself(
            minor: i64,
            currency in proptest::sample::select(Currency::TABLE),
        ) {
            let money = Money::new(minor, currency);
            let text = money.to_string();
            let (amount, code) = text.split_once(' ').unwrap();
            prop_assert_eq!(Money::parse(amount, code.parse().unwrap()), Ok(money));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,30}|[-+]?[0-9]{0,30}\\.?[0-9]{0,5}") {
            if let Ok(money) = Money::parse(&text, Currency::KWD) {
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte)), "{}", money);
            }
        }
    }
}
