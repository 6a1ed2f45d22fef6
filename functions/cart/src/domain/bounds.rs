//! Numbers as the room accepts them. What does not fit is refused where it is read.

words::numbers! {
    /// How many of one line a person may want.
    Quantity(u32) 1 to 9_999, "a quantity is from 1 to 9999" as "A quantity is from 1 to 9999.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_from_one_to_the_most() {
        for good in [1, 2, 9_999] {
            assert_eq!(i64::from(Quantity::new(good).unwrap()), good);
        }
        for bad in [0, -1, 10_000, i64::MAX, i64::MIN] {
            assert!(Quantity::new(bad).is_err(), "{bad}");
        }
    }
}
