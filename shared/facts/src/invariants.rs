//! What must always be true of the market, numbered once.
//!
//! The simulation, the rooms' audits and the README speak of these by their numbers. Invariant of
//! this list: a number, once given, never comes to mean something else.

/// Every invariant, by its number.
pub const INVARIANTS: &[(&str, &str)] = &[
    ("STK-1", "per SKU: on hand = available + held + committed, none negative: nothing is sold twice"),
    ("STK-2", "every active hold has an owner that still wants it, or a date on which it expires"),
    ("BKG-1", "no slot above its capacity, at any instant, daylight saving included"),
    ("PAY-1", "the ledger sums to zero per currency after every transaction"),
    ("PAY-2", "refunded ≤ captured ≤ authorised; Σ splits + fee = captured, to the minor unit"),
    ("PAY-3", "money taken has an order that can be honoured, or a refund"),
    ("ORD-1", "a line moves only along its table; the order's status is the fold of its lines"),
    ("ORD-2", "once the queues are empty no order is between two states"),
    ("FCT-1", "the effect of a fact happens exactly once per subscriber"),
    ("FCT-2", "facts of one aggregate are heard in the order of its versions"),
    ("QTE-1", "the price paid is the price quoted for that file, byte for byte"),
    ("API-1", "the same idempotency key gives the same answer"),
    ("IDN-1", "one account per e-mail: accounts and claims agree, and a promised account exists"),
    ("IDN-2", "a session that is not over goes on: refreshes that race get one successor"),
    ("IDN-3", "a session that is over stays over, whichever of its tokens is shown"),
    ("MEM-1", "who works where is the same in the shops' table and in the copy that tokens are written from"),
    ("SHP-1", "what a shop has published is seen and sold while the shop may sell, and not otherwise"),
    ("CRT-1", "carts neither lose nor invent anything, also when lines are added during a merge"),
    ("NUM-1", "a numeric SKU is one variant's for ever, and every room knows it by that one"),
    ("IMP-1", "every row of a file acts once and is reported once"),
    ("FIL-1", "every object in the buckets is named by an item, or is deleted within a day"),
    (
        "DLQ-1",
        "a message that cannot be read goes to the dead-letter queue after its tries, and nothing else does",
    ),
];

/// The rule that has this number.
pub fn invariant(number: &str) -> Option<&'static str> {
    INVARIANTS.iter().find(|(known, _)| *known == number).map(|(_, rule)| *rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_stands_for_one_rule() {
        for (n, (number, rule)) in INVARIANTS.iter().enumerate() {
            assert!(INVARIANTS[..n].iter().all(|(other, _)| other != number), "{number} twice");
            assert_eq!(invariant(number), Some(*rule));
        }
        assert_eq!(invariant("STK-9"), None);
    }
}
