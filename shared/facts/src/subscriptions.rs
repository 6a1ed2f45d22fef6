//! Which room hears which fact: the table that `relay` fans out by.
//!
//! Invariant: this is the only place that joins a publisher to a subscriber. A room that is not listed
//! under a fact never receives it.

/// Each room with the facts that it hears.
pub const SUBSCRIPTIONS: &[(&str, &[&str])] = &[
    ("cart", &["identity.account_closed.v1"]),
    (
        "catalog",
        &[
            // Its own, after which it deletes pictures, and goes on with a closed shop.
            "catalog.media_dropped.v1",
            "catalog.shop_swept.v1",
            // Only products of a shop that may sell are shown.
            "merchants.merchant_activated.v1",
            "merchants.merchant_closed.v1",
            "merchants.merchant_restricted.v1",
        ],
    ),
    (
        "identity",
        &[
            // Its own, after which it deletes the rest of a closed account.
            "identity.account_closed.v1",
            // Tokens contain who works where.
            "merchants.member_added.v1",
            "merchants.member_removed.v1",
            "merchants.merchant_closed.v1",
        ],
    ),
    (
        "inventory",
        &[
            "catalog.variant_created.v1",
            "catalog.variant_numbered.v1",
            // Its own, after which it sets timers and watches thresholds.
            "inventory.reservation_committed.v1",
            "inventory.reservation_expired.v1",
            "inventory.reservation_made.v1",
            "inventory.reservation_released.v1",
            "inventory.stock_received.v1",
        ],
    ),
    (
        "merchants",
        &[
            "identity.account_closed.v1",
            // Its own, after which it deletes files.
            "merchants.files_dropped.v1",
        ],
    ),
];

/// The rooms that hear the fact of this name.
pub fn subscribers(name: &str) -> impl Iterator<Item = &'static str> {
    SUBSCRIPTIONS.iter().filter(move |(_, heard)| heard.contains(&name)).map(|(room, _)| *room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn nobody_waits_for_a_fact_that_is_never_said() {
        for (room, heard) in SUBSCRIPTIONS {
            for name in *heard {
                assert!(words().any(|word| word.name == *name), "{room} waits for {name}");
            }
        }
    }

    #[test]
    fn rooms_and_what_they_hear_are_listed_once_and_in_order() {
        assert!(SUBSCRIPTIONS.is_sorted_by(|(a, _), (b, _)| a < b));
        for (room, heard) in SUBSCRIPTIONS {
            assert!(heard.is_sorted_by(|a, b| a < b), "{room}");
        }
    }

    #[test]
    fn a_fact_reaches_the_rooms_that_hear_it_and_no_other() {
        check("catalog.variant_created.v1", &["inventory"]);
        check("catalog.variant_numbered.v1", &["inventory"]);
        check("inventory.reservation_made.v1", &["inventory"]);
        check("identity.account_closed.v1", &["cart", "identity", "merchants"]);
        check("merchants.merchant_closed.v1", &["catalog", "identity"]);
        check("catalog.import_finished.v1", &[]);
        check("catalog.variant_created.v2", &[]);
        check("", &[]);

        #[track_caller]
        fn check(name: &str, expect: &[&str]) {
            assert_eq!(subscribers(name).collect::<Vec<_>>(), expect);
        }
    }
}
