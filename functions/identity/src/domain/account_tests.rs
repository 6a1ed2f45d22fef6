//! What becomes of an account.

use ids::Uuid;
use jiff::SignedDuration;

use super::*;

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn letter(n: u128) -> LetterId {
    LetterId::from_uuid(Uuid::from_u128(n))
}

fn shop(n: u128) -> MerchantId {
    MerchantId::from_uuid(Uuid::from_u128(n))
}

fn email(text: &str) -> Email {
    text.parse().unwrap()
}

fn registered() -> Step {
    let id = AccountId::from_uuid(Uuid::from_u128(1));
    let (name, hash) = (Some("Ada".parse().unwrap()), PasswordHash::new("$argon2id$".into()));
    Account::register(id, email("ada@example.org"), name, "en".parse().unwrap(), hash, letter(1), noon())
}

fn confirmed() -> Account {
    registered().account.confirm(noon()).account
}

fn names(step: &Step) -> Vec<&'static str> {
    step.facts.iter().map(|fact| fact.name).collect()
}

#[test]
fn who_registers_gets_a_letter_and_no_role() {
    let step = registered();
    assert_eq!(names(&step), ["identity.account_registered.v1"]);
    assert_eq!(step.letters.len(), 1);
    assert!(step.letters[0].is_to(&email("ada@example.org")));
    assert!(step.account.roles().is_empty());
}

#[test]
fn a_confirmed_account_is_a_customer_and_what_an_admin_granted() {
    let mut account = confirmed();
    assert_eq!(account.roles(), BTreeSet::from([auth::Role::Customer]));
    account.granted.insert(Role::Admin);
    assert_eq!(account.roles(), BTreeSet::from([auth::Role::Customer, auth::Role::Admin]));
    assert!(names(&account.confirm(noon())).is_empty(), "said twice it is told once");
}

#[test]
fn whoever_has_signed_in_before_the_confirmation_is_out_with_it() {
    let (before, session) = (registered().account, SessionId::from_uuid(Uuid::from_u128(1)));
    assert!(before.keeps(session, before.epoch) && !confirmed().keeps(session, before.epoch));
    let again = confirmed().confirm(noon()).account;
    assert!(again.keeps(session, confirmed().epoch), "a second confirmation ends nothing");
}

#[test]
fn who_registers_an_email_again_that_nobody_has_confirmed_leaves_neither_password_good() {
    let first = registered();
    let contest = |account: &Account| account.show_a_way_back(letter(2), Purpose::AlreadyRegistered, noon());
    let step = contest(&first.account).unwrap();
    assert!(step.account.password.is_none() && step.account.name.is_none());
    assert_eq!(first.letters[0].address(&step.account, noon()), Err(Refusal::LetterVoid));
    assert!(step.letters[0].address(&step.account, noon()).is_ok(), "the reader of the mail chooses");
    let known = confirmed();
    assert_eq!(
        contest(&known).unwrap().account.password,
        known.password,
        "what is confirmed is not contested"
    );
}

#[test]
fn an_unconfirmed_account_has_no_say_in_any_shop() {
    let mut account = registered().account;
    account.granted.insert(Role::Admin);
    account.shops.insert(shop(1), MerchantRole::Owner);
    assert!(account.roles().is_empty() && account.shops_in_a_token().is_empty());
}

#[test]
fn a_token_names_the_shops_where_most_is_decided_and_no_more_than_it_holds() {
    let mut account = confirmed();
    account.shops.extend((0..150).map(|n| (shop(n), MerchantRole::Clerk)));
    account.shops.insert(shop(149), MerchantRole::Owner);
    let shops = account.shops_in_a_token();
    assert_eq!(shops.len(), MOST_SHOPS_IN_A_TOKEN);
    assert_eq!(shops[&shop(149)], MerchantRole::Owner);
}

#[test]
fn a_new_password_ends_every_session_but_the_spared_one_and_every_move() {
    let [mine, other] = [1, 2].map(|n| SessionId::from_uuid(Uuid::from_u128(n)));
    let moving = confirmed().ask_to_move(email("new@example.org"), [letter(2), letter(3)], noon()).unwrap();
    let account = moving.account.with_password(PasswordHash::new("other".into()), Some(mine));
    let before = confirmed().epoch;
    assert!(account.keeps(mine, before) && !account.keeps(other, before) && account.keeps(other, before + 1));
    assert!(account.moving.is_none());
    let again = account.in_a_new_epoch(Some(other));
    assert!(!again.keeps(mine, before), "who was spared once is not spared for ever");
}

#[test]
fn an_account_moves_when_both_addresses_agree_in_whatever_order() {
    let (old, new) = (email("ada@example.org"), email("new@example.org"));
    let step = confirmed().ask_to_move(new.clone(), [letter(2), letter(3)], noon()).unwrap();
    assert_eq!(names(&step), ["identity.email_change_requested.v1"]);
    for order in [[0, 1], [1, 0]] {
        let [first, second] = order.map(|n: usize| &step.letters[n]);
        let waiting = step.account.agree(first, noon()).unwrap();
        assert_eq!(waiting.account.email, Some(old.clone()), "too early");
        let moved = waiting.account.agree(second, noon()).unwrap();
        assert_eq!(moved.account.email, Some(new.clone()), "both have agreed");
        assert_eq!(moved.account.agree(second, noon()).unwrap_err(), Refusal::NotMoving);
    }
}

#[test]
fn a_move_lapses_and_a_letter_of_another_move_does_not_count() {
    let step = confirmed().ask_to_move(email("new@example.org"), [letter(2), letter(3)], noon()).unwrap();
    let late = noon() + SignedDuration::from_hours(24);
    assert_eq!(step.account.agree(&step.letters[1], late).unwrap_err(), Refusal::NotMoving);
    let other = step.account.ask_to_move(email("third@example.org"), [letter(4), letter(5)], noon()).unwrap();
    for earlier in &step.letters {
        assert_eq!(other.account.agree(earlier, noon()).unwrap_err(), Refusal::NotMoving);
    }
    let same = confirmed().ask_to_move(email("ADA@example.org"), [letter(2), letter(3)], noon());
    assert_eq!(same.unwrap_err(), Refusal::SameEmail);
}

#[test]
fn an_address_that_was_never_confirmed_is_not_asked_and_the_new_one_confirms() {
    let unconfirmed = registered().account;
    let step = unconfirmed.ask_to_move(email("new@example.org"), [letter(2), letter(3)], noon()).unwrap();
    assert_eq!(step.letters.len(), 1);
    let moved = step.account.agree(&step.letters[0], noon()).unwrap();
    assert_eq!(moved.account.email, Some(email("new@example.org")), "no other address is asked");
    assert!(moved.account.is_confirmed());
    assert_eq!(names(&moved), ["identity.account_confirmed.v1"]);
}

#[test]
fn an_owner_asks_for_a_few_letters_and_nobody_else_uses_them_up() {
    let mut account = confirmed();
    let mut sent = 0;
    for n in 0..100 {
        account = account.show_a_way_back(letter(n), Purpose::ResetPassword, noon()).unwrap().account;
        let to = email(&format!("new{n}@example.org"));
        if let Ok(step) = account.ask_to_move(to, [letter(n), letter(n + 1_000)], noon()) {
            account = step.account;
            sent += 1;
        }
    }
    assert_eq!(sent, 2, "the letter of the registration counts as well");
    let later = noon() + SignedDuration::from_mins(30);
    assert!(account.ask_to_move(email("new@example.org"), [letter(1), letter(2)], later).is_ok());
    assert!(Purpose::ALL.iter().all(|purpose| purpose.lifetime() > LETTERS.most), "one is always good");
}

#[test]
fn a_closed_account_says_nothing_about_a_person_and_does_nothing() {
    let mut account = confirmed();
    account.granted.insert(Role::Operator);
    account.shops.insert(shop(1), MerchantRole::Owner);
    let step = account.close(noon());
    assert_eq!(names(&step), ["identity.account_closed.v1"]);
    let closed = step.account;
    assert!(closed.email.is_none() && closed.name.is_none() && closed.password.is_none());
    assert!(closed.roles().is_empty() && closed.shops.is_empty());
    assert_eq!((closed.id, closed.created_at, closed.closed_at), (account.id, noon(), Some(noon())));
    assert!(!closed.keeps(SessionId::from_uuid(Uuid::from_u128(1)), closed.epoch));
    assert_eq!(closed.ask_again(letter(9), noon()).unwrap_err(), Refusal::Closed);
    let back = closed.show_a_way_back(letter(9), Purpose::ResetPassword, noon());
    assert_eq!(back.unwrap_err(), Refusal::Closed);
}

#[test]
fn letters_that_nobody_is_sent_are_void_from_the_start() {
    let step = registered().unsent(noon());
    assert_eq!(step.letters.len(), 1);
    assert_eq!(step.letters[0].address(&step.account, noon()), Err(Refusal::LetterUsed));
}
