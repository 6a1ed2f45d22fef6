//! Where everything lies.
//!
//! | What | pk | sk | Asked for as |
//! | --- | --- | --- | --- |
//! | shop | `mer#<merchant>` | `shop` | one shop with its people: for its page, for decisions, for who may act |
//! | policy | `mer#<merchant>` | `policy#<kind>` | one promise in all its languages |
//! | payout account | `mer#<merchant>` | `payout` | never to be shown: payments read it |
//! | calendar | `mer#<merchant>` | `calendar` | every holiday; with its shop (batch) |
//! | invitation | `mer#<merchant>` | `inv#<invitation>` | one, or all of a shop, newest first |
//! | letter | `ltr#<letter>` | `letter` | the invitation that a mail is about |
//! | place | `acc#<account>` | `mer#<merchant>` | the shops that an account works in |
//! | owner's count | `acc#<account>` | `owns` | never: it only must not grow too large |
//! | card | `state#<state>` | `<since>#<merchant>` | shops in a state, the longest there first |
//! | slug | `slug#<slug>` | `claim` | the approved shop at an address |
//! | rule | `rules#<merchant, or market>` | `rule#<rule>` | every rule of a book, in one query with its guard |
//! | book | `rules#<merchant, or market>` | `rules` | never alone: its version is what rules of a book are made against |
//! | pointer | `rul#<rule>` | `book` | the book that a rule is in |
//!
//! The shop's version counts for its policies and its payout account too: they are written together
//! with it, and only lie apart so that a reader of the shop neither pays for long texts nor holds an
//! account number. Members lie in the shop, so that who may act, whether the last owner would go, and
//! what is changed are one item at one version. Beside these lie what the plumbing keeps: `once#…`,
//! `heard#…`, the limits of letters (`limit#…`) and the buckets of the door.

use dynamo::Key;
use ids::{AccountId, InvitationId, LetterId, MerchantId, RuleId};
use jiff::Timestamp;

use crate::domain::{PolicyKind, Slug, State};

pub(super) const SHOP: &str = "shop";
pub(super) const OWNS: &str = "owns";
pub(super) const CLAIM: &str = "claim";
pub(super) const INVITATIONS: &str = "inv#";
pub(super) const PLACES: &str = "mer#";
/// The rules and the guard of their book begin with this, and nothing else in their partition.
pub(super) const BOOK_AND_RULES: &str = "rule";
pub(super) const RULES: &str = "rule#";
pub(super) const BOOK: &str = "rules";

pub(super) fn of_merchant(merchant: MerchantId) -> String {
    format!("mer#{merchant}")
}

pub(super) fn shop(merchant: MerchantId) -> Key {
    Key::new(of_merchant(merchant), SHOP)
}

pub(super) fn policy(merchant: MerchantId, kind: PolicyKind) -> Key {
    Key::new(of_merchant(merchant), format!("policy#{kind}"))
}

pub(super) fn payout(merchant: MerchantId) -> Key {
    Key::new(of_merchant(merchant), "payout")
}

pub(super) fn calendar(merchant: MerchantId) -> Key {
    Key::new(of_merchant(merchant), "calendar")
}

pub(super) fn invitation(merchant: MerchantId, invitation: InvitationId) -> Key {
    Key::new(of_merchant(merchant), format!("{INVITATIONS}{invitation}"))
}

pub(super) fn letter(letter: LetterId) -> Key {
    Key::new(format!("ltr#{letter}"), "letter")
}

pub(super) fn of_account(account: AccountId) -> String {
    format!("acc#{account}")
}

pub(super) fn place(account: AccountId, merchant: MerchantId) -> Key {
    Key::new(of_account(account), format!("{PLACES}{merchant}"))
}

pub(super) fn owns(account: AccountId) -> Key {
    Key::new(of_account(account), OWNS)
}

pub(super) fn in_state(state: State) -> String {
    format!("state#{state}")
}

pub(super) fn card(state: State, since: Timestamp, merchant: MerchantId) -> Key {
    // Every moment has the same length, or their order as text would not be that in time.
    Key::new(in_state(state), format!("{}#{merchant}", since.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")))
}

pub(super) fn slug(slug: &Slug) -> Key {
    Key::new(format!("slug#{slug}"), CLAIM)
}

pub(super) fn rules_of(merchant: Option<MerchantId>) -> String {
    merchant.map_or_else(|| "rules#market".to_owned(), |merchant| format!("rules#{merchant}"))
}

pub(super) fn rule(merchant: Option<MerchantId>, rule: RuleId) -> Key {
    Key::new(rules_of(merchant), format!("{RULES}{rule}"))
}

pub(super) fn book(merchant: Option<MerchantId>) -> Key {
    Key::new(rules_of(merchant), BOOK)
}

pub(super) fn pointer(rule: RuleId) -> Key {
    Key::new(format!("rul#{rule}"), "book")
}

#[cfg(test)]
mod tests {
    use ids::Uuid;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn who_came_later_into_a_state_sorts_later(a in 0i64..4_000_000_000_000_000, b in 0i64..4_000_000_000_000_000) {
            let [earlier, later] = [a.min(b), a.max(b)].map(|n| Timestamp::from_microsecond(n).unwrap());
            let merchant = MerchantId::from_uuid(Uuid::from_u128(1));
            let sort = |since| card(State::Submitted, since, merchant).sk;
            prop_assert!(sort(earlier) <= sort(later));
        }
    }

    #[test]
    fn a_book_is_read_with_all_its_rules_and_nothing_else() {
        let id = RuleId::from_uuid(Uuid::from_u128(1));
        for merchant in [None, Some(MerchantId::from_uuid(Uuid::from_u128(2)))] {
            assert!(
                rule(merchant, id).sk.starts_with(BOOK_AND_RULES) && rule(merchant, id).sk.starts_with(RULES)
            );
            assert!(book(merchant).sk.starts_with(BOOK_AND_RULES) && !book(merchant).sk.starts_with(RULES));
            assert_eq!(book(merchant).pk, rule(merchant, id).pk);
        }
    }
}
