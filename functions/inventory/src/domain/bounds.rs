//! Numbers and texts as the room accepts them. What does not fit is refused where it is read.

/// What documents say of a text on one line whose ends may be blank.
const LOOSE_LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]+$";

words::numbers! {
    /// So many units.
    Quantity(u32) 1 to 1_000_000, "a quantity is a whole number from 1 to 1000000";
    /// So many units more, or with a minus fewer. Zero is allowed here and refused where it is used.
    Difference(i32) -1_000_000 to 1_000_000, "a difference is a whole number from -1000000 to 1000000";
    /// Over how many cells the stock of a variant in a warehouse is spread.
    Shards(u8) 1 to 64, "stock is spread over 1 to 64 shards";
    /// At how many free units, or fewer, a variant counts as low.
    Threshold(u32) 0 to 1_000_000, "a threshold is a whole number from 0 to 1000000";
    /// For how long something is held, in seconds.
    Seconds(u16) 1 to 900, "stock is held for 1 to 900 seconds";
}

words::texts! {
    /// Who something is held for, in the owner's own words: usually the id of an order.
    Owner 128 "^[0-9A-Za-z_.:-]+$",
        |text| text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:".contains(c))
        => "an owner is 1 to 128 letters, digits and _ - . :";
    /// What a person says about a movement.
    Note 500 LOOSE_LINE, |text| words::is_line(text) => "a note is 1 to 500 characters without line breaks";
    /// What a warehouse is called.
    Title 100 LOOSE_LINE, |text| words::is_line(text) => "a name is 1 to 100 characters without line breaks";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_or_are_refused() {
        let check = |n, fits| assert_eq!(Quantity::new(n).is_ok(), fits, "{n}");
        check(1, true);
        check(1_000_000, true);
        check(0, false);
        check(-1, false);
        check(1_000_001, false);
        check(i64::MAX, false);
        assert!(Shards::new(64).is_ok() && Shards::new(65).is_err() && Shards::new(257).is_err());
        assert!(Difference::new(-5).is_ok() && Difference::new(-1_000_001).is_err());
    }

    #[test]
    fn texts_fit_or_are_refused() {
        let check = |text: &str, fits| assert_eq!(text.parse::<Owner>().is_ok(), fits, "{text:?}");
        check("ord_01kb2x5m8ee8v9w2m4n5p7q8rs", true);
        check("loms:17", true);
        check("", false);
        check("a b", false);
        check("a#b", false);
        check("заказ", false);
        check(&"x".repeat(128), true);
        check(&"x".repeat(129), false);
        assert!("две коробки".parse::<Note>().is_ok());
        assert!("two\nlines".parse::<Note>().is_err());
    }

    #[test]
    fn a_number_that_is_no_whole_number_is_refused_as_json() {
        for bad in ["0", "1.5", "\"1\"", "null", "true", "1e3", "99999999999999999999"] {
            assert!(serde_json::from_str::<Quantity>(bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::from_str::<Quantity>("7").map(Quantity::get).ok(), Some(7));
    }
}
