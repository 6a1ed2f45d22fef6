//! Shops to whom anything happens in any order: whatever is refused changes nothing, and what must
//! always hold, holds.

use facts::Spoken;
use facts::merchants::{MemberAdded, MemberRemoved};
use ids::Uuid;
use proptest::prelude::*;

use super::*;
use crate::domain::{Decided, Words};

#[derive(Clone, Copy, Debug)]
enum Transaction {
    Describe,
    Submit,
    Withdraw,
    Approve,
    Reject,
    Restrict,
    Reinstate,
    Close,
    ShutDown,
    Add(u8, MerchantRole),
    Change(u8, MerchantRole),
    Remove(u8),
    Forget(u8),
    Appoint(u8),
}

fn role() -> impl Strategy<Value = MerchantRole> {
    prop_oneof![Just(MerchantRole::Clerk), Just(MerchantRole::Manager), Just(MerchantRole::Owner)]
}

fn transaction() -> impl Strategy<Value = Transaction> {
    let of_the_shop = prop_oneof![
        1 => Just(Transaction::Describe),
        3 => Just(Transaction::Submit),
        1 => Just(Transaction::Withdraw),
        3 => Just(Transaction::Approve),
        1 => Just(Transaction::Reject),
        1 => Just(Transaction::Restrict),
        2 => Just(Transaction::Reinstate),
        1 => Just(Transaction::Close),
        1 => Just(Transaction::ShutDown),
    ];
    let of_people = prop_oneof![
        2 => (0u8..5, role()).prop_map(|(who, role)| Transaction::Add(who, role)),
        2 => (0u8..5, role()).prop_map(|(who, role)| Transaction::Change(who, role)),
        1 => (0u8..5).prop_map(Transaction::Remove),
        1 => (0u8..5).prop_map(Transaction::Forget),
        1 => (0u8..5).prop_map(Transaction::Appoint),
    ];
    prop_oneof![of_the_shop, of_people]
}

fn account(n: u8) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(u128::from(n)))
}

fn happens(shop: &mut Shop, transaction: Transaction, now: Timestamp) -> Decided {
    let note = || "Because.".parse().unwrap();
    match transaction {
        Transaction::Describe => {
            let words = Words { name: "The Kiln".parse().unwrap(), description: "Pots.".parse().ok() };
            shop.describe("en".parse().unwrap(), words, now)
        }
        Transaction::Submit => shop.submit(now),
        Transaction::Withdraw => shop.withdraw(now),
        Transaction::Approve => shop.approve(now),
        Transaction::Reject => shop.reject(note(), now),
        Transaction::Restrict => shop.restrict(Restriction::Complaints, note(), now),
        Transaction::Reinstate => shop.reinstate(now),
        Transaction::Close => shop.close(now),
        Transaction::ShutDown => shop.shut_down(note(), now),
        Transaction::Add(who, role) => shop.add_member(account(who), role, None, now),
        Transaction::Change(who, role) => shop.change_member_role(account(who), role, now),
        Transaction::Remove(who) => shop.remove_member(account(who), now),
        Transaction::Forget(who) => shop.forget(account(who), now),
        Transaction::Appoint(who) => shop.appoint_owner(account(who), now),
    }
}

/// A shop that could be submitted at once.
fn complete(now: Timestamp) -> Shop {
    let mut shop = super::tests::complete();
    shop.members =
        BTreeMap::from([(account(0), Seat { role: MerchantRole::Owner, since: now, invited_as: None })]);
    shop
}

proptest! {
    #[test]
    fn whatever_happens_somebody_answers_for_the_shop_and_facts_tell_all_of_it(
        deeds in proptest::collection::vec(transaction(), 0..60),
    ) {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let mut shop = complete(now);
        // What a room knows that only hears facts.
        let mut heard = BTreeMap::from([(account(0), MerchantRole::Owner)]);
        let mut sells = false;
        for transaction in deeds {
            let mut next = shop.clone();
            let Ok(facts) = happens(&mut next, transaction, now) else { continue };
            for fact in &facts {
                let of = |field: &str| fact.data[field].as_str().unwrap().parse::<AccountId>().unwrap();
                match fact.name {
                    MemberAdded::NAME => {
                        let role = serde_json::from_value(fact.data["role"].clone()).unwrap();
                        heard.insert(of("account"), role);
                    }
                    MemberRemoved::NAME => drop(heard.remove(&of("account"))),
                    MerchantClosed::NAME => {
                        heard.clear();
                        sells = false;
                    }
                    MerchantActivated::NAME => sells = true,
                    MerchantRestricted::NAME => sells = false,
                    name => prop_assert!(false, "{name} was not to be said"),
                }
            }
            shop = next;
            let members: BTreeMap<_, _> = shop.members.iter().map(|(who, seat)| (*who, seat.role)).collect();
            prop_assert_eq!(&heard, &members, "{:?}", transaction);
            prop_assert_eq!(sells, shop.state == State::Active, "{:?}", transaction);
            prop_assert!(shop.is_answered_for(), "{:?}", transaction);
            prop_assert!(shop.state != State::Closed || shop.members.is_empty());
            prop_assert_eq!(shop.restriction.is_some(), shop.state == State::Restricted, "{:?}", transaction);
        }
    }
}
