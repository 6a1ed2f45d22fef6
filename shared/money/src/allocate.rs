//! Division by largest remainder.
//!
//! Invariant: the parts add up to the whole, none has the opposite sign, and none is a whole unit or
//! more away from its exact share.

use std::cmp::Reverse;

/// Divides an amount in proportion to the weights, or refuses when there is no weight at all.
pub(crate) fn largest_remainder(whole: i64, weights: &[u64]) -> Option<Vec<i64>> {
    let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    if total == 0 {
        return None;
    }
    // A debt is divided like a credit of the same size, so that a refund mirrors its payment. The
    // largest product is 2^63 · (2^64 − 1), which 128 bits hold.
    let magnitude = u128::from(whole.unsigned_abs());
    let share =
        |weight: u64| (magnitude * u128::from(weight) / total, magnitude * u128::from(weight) % total);
    let (mut parts, lost): (Vec<u128>, Vec<u128>) = weights.iter().map(|&weight| share(weight)).unzip();

    let remaining = magnitude - parts.iter().sum::<u128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    // The sort is stable: among equal losses the earliest part comes first.
    order.sort_by_key(|&i| Reverse(lost[i]));
    for &i in order.iter().take(usize::try_from(remaining).expect("fewer units remain than there are parts"))
    {
        parts[i] += 1;
    }

    let sign = i128::from(whole.signum());
    let signed = |part: u128| i64::try_from(sign * part as i128).expect("no part is larger than the whole");
    Some(parts.into_iter().map(signed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_remains_goes_to_the_largest_loss_and_then_to_the_earliest() {
        check(100, &[1, 1, 1], &[34, 33, 33]);
        check(-100, &[1, 1, 1], &[-34, -33, -33]);
        check(200, &[1, 1, 1], &[67, 67, 66]);
        check(5, &[3, 7], &[2, 3]);
        check(10, &[0, 1, 0], &[0, 10, 0]);
        check(1, &[1, 2, 1], &[0, 1, 0]);
        check(0, &[1, 2], &[0, 0]);
        check(7, &[u64::MAX, u64::MAX], &[4, 3]);
        check(i64::MAX, &[u64::MAX], &[i64::MAX]);
        check(i64::MIN, &[u64::MAX], &[i64::MIN]);
        check(i64::MIN, &[1, 1], &[i64::MIN / 2, i64::MIN / 2]);

        #[track_caller]
        fn check(whole: i64, weights: &[u64], expect: &[i64]) {
            assert_eq!(largest_remainder(whole, weights).unwrap(), expect, "{whole} by {weights:?}");
        }
    }

    #[test]
    fn no_weight_divides_nothing() {
        assert_eq!(largest_remainder(1, &[]), None);
        assert_eq!(largest_remainder(0, &[0]), None);
    }

    fn weights() -> impl Strategy<Value = Vec<u64>> {
        let weight = prop_oneof![Just(0), 1..10u64, any::<u64>()];
        proptest::collection::vec(weight, 1..30)
            .prop_filter("somebody is paid", |weights| weights.iter().any(|&weight| weight > 0))
    }

    proptest! {
        #[test]
        fn the_parts_add_up_and_each_is_within_a_unit_of_its_share(whole: i64, weights in weights()) {
            let parts = largest_remainder(whole, &weights).unwrap();
            prop_assert_eq!(parts.iter().map(|&part| i128::from(part)).sum::<i128>(), i128::from(whole));

            let total: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
            for (&part, &weight) in parts.iter().zip(&weights) {
                prop_assert!(part == 0 || part.signum() == whole.signum());
                let floor = u128::from(whole.unsigned_abs()) * u128::from(weight) / total;
                let part = u128::from(part.unsigned_abs());
                prop_assert!(part == floor || part == floor + 1);
                prop_assert!(weight > 0 || part == 0);
            }
        }

        #[test]
        fn a_refund_mirrors_its_payment(whole in 0..i64::MAX, weights in weights()) {
            let paid = largest_remainder(whole, &weights).unwrap();
            let refunded = largest_remainder(-whole, &weights).unwrap();
            prop_assert!(paid.iter().zip(&refunded).all(|(paid, refunded)| *paid == -refunded));
        }
    }
}
