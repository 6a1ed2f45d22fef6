//! Shops that open, are looked at, sell, stop and end; and who works in them meanwhile.

use facts::Spoken;
use facts::merchants::{MemberAdded, MemberRemoved};
use ids::{DocumentId, MediaId, Uuid};
use jiff::SignedDuration;
use money::Currency;

use super::*;
use crate::domain::{DocumentKind, FileType, OtherAccount, PayoutAccount, PayoutState};

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn account(n: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(n))
}

fn words(name: &str, description: Option<&str>) -> Words {
    Words { name: name.parse().unwrap(), description: description.map(|text| text.parse().unwrap()) }
}

fn draft() -> Shop {
    let id = MerchantId::from_uuid(Uuid::from_u128(77));
    let (locale, words) = ("en".parse().unwrap(), words("The Kiln", None));
    let new = NewShop { locale, words, slug: None, zone: None };
    let (shop, facts) = Shop::open(id, account(1), new, noon()).unwrap();
    assert_eq!(names(&facts), [MemberAdded::NAME]);
    shop
}

pub(super) fn complete() -> Shop {
    let mut shop = draft();
    let legal =
        Legal { name: "Kiln Ltd".parse().unwrap(), country: "DE".parse().unwrap(), registration: None };
    shop.identify(legal, noon()).unwrap();
    shop.set_contact(Contact { email: "hello@kiln.example".parse().unwrap(), phone: None }, noon()).unwrap();
    shop.describe("en".parse().unwrap(), words("The Kiln", Some("Pots.")), noon()).unwrap();
    let id = DocumentId::from_uuid(Uuid::from_u128(1));
    shop.expect_document(id, DocumentKind::RegisterExtract, FileType::Pdf, 7, noon()).unwrap();
    shop.receive_document(id, Some("application/pdf"), 7).unwrap();
    shop
}

fn active() -> Shop {
    let mut shop = complete();
    shop.submit(noon()).unwrap();
    assert_eq!(names(&shop.approve(noon()).unwrap()), [MerchantActivated::NAME]);
    shop
}

fn names(facts: &[facts::Unsent]) -> Vec<&'static str> {
    facts.iter().map(|fact| fact.name).collect()
}

fn note() -> Note {
    "Because.".parse().unwrap()
}

#[test]
fn a_submission_says_everything_that_it_lacks() {
    let mut shop = draft();
    let Err(Refusal::Incomplete(missing)) = shop.submit(noon()) else {
        panic!("an empty shop was submitted")
    };
    let codes: Vec<_> = missing.iter().map(|missing| missing.code).collect();
    assert_eq!(codes, ["legal_missing", "contact_missing", "description_missing", "document_missing"]);
    assert!(complete().missing().is_empty());
}

#[test]
fn a_paper_counts_when_it_is_what_was_announced() {
    let id = DocumentId::from_uuid(Uuid::from_u128(9));
    let check = |found: Option<&str>, bytes: u64, expect: FileState| {
        let mut shop = draft();
        shop.expect_document(id, DocumentKind::Identity, FileType::Png, 10, noon()).unwrap();
        shop.receive_document(id, found, bytes).unwrap();
        assert_eq!(shop.documents[0].state, expect);
        let again = shop.receive_document(id, Some("image/png"), 10);
        assert_eq!(again, Err(Refusal::NoSuchDocument), "a notice that comes again says nothing");
    };
    check(Some("image/png"), 10, FileState::Received);
    check(Some("image/png"), 11, FileState::Refused);
    check(Some("image/jpeg"), 10, FileState::Refused);
    check(None, 10, FileState::Refused);
    let mut shop = draft();
    let webp = shop.expect_document(id, DocumentKind::Other, FileType::Webp, 1, noon());
    assert_eq!(webp, Err(Refusal::FileTypeNotTaken));
}

#[test]
fn a_new_logo_takes_the_place_of_the_old_one_when_it_has_come() {
    let mut shop = draft();
    let media = |n| MediaId::from_uuid(Uuid::from_u128(n));
    shop.expect_logo(media(1), FileType::Png, 5, noon()).unwrap();
    assert!(shop.logo.is_none());
    shop.receive_logo(media(1), Some("image/png"), 5).unwrap();
    shop.expect_logo(media(2), FileType::Png, 5, noon()).unwrap();
    assert_eq!(shop.logo.as_ref().unwrap().media, media(1));
    shop.receive_logo(media(2), None, 5).unwrap();
    assert_eq!(shop.logo.as_ref().unwrap().media, media(1));
    assert_eq!(shop.receive_logo(media(1), Some("image/png"), 5), Err(Refusal::NoLogo));
    assert_eq!(shop.expect_logo(media(3), FileType::Pdf, 5, noon()), Err(Refusal::FileTypeNotTaken));
}

#[test]
fn what_is_submitted_stays_as_it_is() {
    let mut shop = complete();
    shop.submit(noon()).unwrap();
    let before = shop.clone();
    let frozen = |refused: Decided| assert!(matches!(refused, Err(Refusal::NotInThisState { .. })));
    frozen(shop.describe("ru".parse().unwrap(), words("Печь", None), noon()));
    frozen(shop.change_slug("kiln".parse().unwrap(), noon()));
    frozen(shop.identify(before.legal.clone().unwrap(), noon()));
    frozen(shop.remove_document(before.documents[0].id, noon()));
    assert_eq!(shop, before);
}

#[test]
fn what_was_rejected_is_mended_and_submitted_again() {
    let mut shop = complete();
    shop.submit(noon()).unwrap();
    shop.reject(note(), noon()).unwrap();
    assert_eq!((shop.state, shop.note.clone()), (State::Rejected, Some(note())));
    shop.change_slug("the-old-kiln".parse().unwrap(), noon()).unwrap();
    // What the market said is there to be read while it is being mended.
    assert_eq!((shop.state, shop.note.clone()), (State::Draft, Some(note())));
    shop.submit(noon()).unwrap();
    assert_eq!((shop.state, shop.note.clone()), (State::Submitted, None));
}

#[test]
fn a_shop_that_sells_is_who_it_was_approved_as() {
    let mut shop = active();
    let legal = shop.legal.clone().unwrap();
    assert!(shop.identify(legal.clone(), noon()).is_err());
    assert_eq!(
        names(&shop.restrict(Restriction::Papers, note(), noon()).unwrap()),
        [MerchantRestricted::NAME]
    );
    shop.identify(legal, noon()).unwrap();
    assert_eq!(names(&shop.reinstate(noon()).unwrap()), [MerchantActivated::NAME]);
    assert_eq!((shop.restriction, shop.note), (None, None));
}

#[test]
fn an_owner_closes_a_shop_but_not_one_that_is_being_looked_into() {
    let mut shop = active();
    shop.restrict(Restriction::SuspectedFraud, note(), noon()).unwrap();
    assert!(shop.close(noon()).is_err());
    assert_eq!(names(&shop.shut_down(note(), noon()).unwrap()), [MerchantClosed::NAME]);
    assert!(shop.members.is_empty());
    assert_eq!(names(&active().close(noon()).unwrap()), [MerchantClosed::NAME]);
}

#[test]
fn a_shop_is_never_left_without_an_owner() {
    let mut shop = active();
    assert_eq!(shop.remove_member(account(1), noon()), Err(Refusal::LastOwner));
    assert_eq!(shop.change_member_role(account(1), MerchantRole::Manager, noon()), Err(Refusal::LastOwner));
    shop.add_member(account(2), MerchantRole::Manager, None, noon()).unwrap();
    assert_eq!(shop.remove_member(account(1), noon()), Err(Refusal::LastOwner));
    let facts = shop.change_member_role(account(2), MerchantRole::Owner, noon()).unwrap();
    assert_eq!(names(&facts), [MemberAdded::NAME]);
    assert_eq!(names(&shop.remove_member(account(1), noon()).unwrap()), [MemberRemoved::NAME]);
    assert_eq!(shop.remove_member(account(2), noon()), Err(Refusal::LastOwner));
}

#[test]
fn members_are_added_once_and_not_without_end() {
    let mut shop = draft();
    assert_eq!(shop.add_member(account(1), MerchantRole::Clerk, None, noon()), Err(Refusal::AlreadyMember));
    assert_eq!(shop.change_member_role(account(9), MerchantRole::Clerk, noon()), Err(Refusal::NoSuchMember));
    for n in 2..=40 {
        shop.add_member(account(n), MerchantRole::Clerk, None, noon()).unwrap();
    }
    let one_more = shop.add_member(account(41), MerchantRole::Clerk, None, noon());
    assert_eq!(one_more, Err(Refusal::TooManyMembers { most: 40 }));
    assert_eq!(shop.change_member_role(account(2), MerchantRole::Clerk, noon()), Err(Refusal::SameRole));
}

#[test]
fn a_shop_whose_last_owner_is_gone_does_not_sell() {
    let mut shop = active();
    shop.add_member(account(2), MerchantRole::Manager, None, noon()).unwrap();
    let facts = shop.forget(account(1), noon()).unwrap();
    assert_eq!(names(&facts), [MemberRemoved::NAME, MerchantRestricted::NAME]);
    assert_eq!(facts[1].data["reason"], "owner_gone");
    assert_eq!((shop.state, shop.restriction), (State::Restricted, Some(Restriction::OwnerGone)));
    assert_eq!(shop.reinstate(noon()), Err(Refusal::NoOwner));
    shop.appoint_owner(account(3), noon()).unwrap();
    assert_eq!(names(&shop.reinstate(noon()).unwrap()), [MerchantActivated::NAME]);
    assert_eq!(shop.forget(account(77), noon()), Ok(Vec::new()));
}

#[test]
fn the_papers_of_an_owner_who_is_gone_go_when_the_shop_sells_again_under_another() {
    let after = |seconds| noon() + SignedDuration::from_secs(seconds);
    let papers = |shop: &Shop| shop.documents.iter().map(|paper| paper.id).collect::<Vec<_>>();
    let mut shop = active();
    let old = papers(&shop);
    shop.restrict(Restriction::Papers, note(), noon()).unwrap();
    shop.forget(account(1), after(1)).unwrap();
    shop.appoint_owner(account(2), after(2)).unwrap();
    let own = DocumentId::from_uuid(Uuid::from_u128(2));
    shop.expect_document(own, DocumentKind::Identity, FileType::Pdf, 7, after(3)).unwrap();
    assert_eq!(papers(&shop), [old[0], own], "the market still looks into both");
    let before = shop.clone();
    shop.reinstate(after(4)).unwrap();
    assert_eq!(papers(&shop), [own]);
    assert_eq!(shop.says_dropped(&before).unwrap().data["documents"], serde_json::json!(old));
    shop.restrict(Restriction::Papers, note(), after(5)).unwrap();
    shop.reinstate(after(6)).unwrap();
    assert_eq!(papers(&shop), [own], "an owner who stays keeps their papers");
}

#[test]
fn what_ends_with_the_whole_id_of_a_shop_is_that_shops_to_wish_for() {
    let mut shop = draft();
    let id = |n| MerchantId::from_uuid(Uuid::from_u128(n)).to_string().replace("mer_", "");
    let mut wish = |slug: &str| shop.change_slug(slug.parse().unwrap(), noon()).map(drop);
    for taken in [id(78), format!("the-kiln-{}", id(78))] {
        assert_eq!(wish(&taken), Err(Refusal::SlugTaken), "{taken}");
    }
    for free in [id(77), format!("the-kiln-{}", id(77)), format!("{}-kiln", id(78)), id(78)[20..].to_owned()]
    {
        assert_eq!(wish(&free), Ok(()), "{free}");
    }
}

#[test]
fn a_shop_that_never_sold_ends_with_its_last_owner() {
    let mut shop = draft();
    shop.add_member(account(2), MerchantRole::Clerk, None, noon()).unwrap();
    let facts = shop.forget(account(1), noon()).unwrap();
    assert_eq!(names(&facts), [MemberRemoved::NAME, MerchantClosed::NAME]);
    assert!(shop.members.is_empty());
}

#[test]
fn another_account_is_verified_anew() {
    let mut shop = active();
    let evidence = || "A cent came back.".parse().unwrap();
    assert_eq!(shop.request_payout_verification(noon()), Err(Refusal::NoPayoutAccount));
    let iban = PayoutAccount {
        holder: "Kiln Ltd".parse().unwrap(),
        currency: Currency::EUR,
        iban: Some("DE89370400440532013000".parse().unwrap()),
        other: None,
    };
    shop.set_payout_account(&iban, noon()).unwrap();
    assert_eq!(
        shop.verify_payout_account(evidence(), noon()),
        Err(Refusal::PayoutNotInThisState(PayoutState::Unverified))
    );
    shop.request_payout_verification(noon()).unwrap();
    assert_eq!(
        names(&shop.verify_payout_account(evidence(), noon()).unwrap()),
        [<facts::merchants::PayoutAccountVerified as Spoken>::NAME]
    );
    shop.set_payout_account(&iban, noon()).unwrap();
    let payout = shop.payout.clone().unwrap();
    assert_eq!(
        (payout.state, payout.ending.as_str(), payout.evidence),
        (PayoutState::Unverified, "3000", None)
    );
    shop.request_payout_verification(noon()).unwrap();
    shop.fail_payout_account(note(), noon()).unwrap();
    shop.request_payout_verification(noon()).unwrap();
    assert!(
        !serde_json::to_string(&shop).unwrap().contains("0532013000"),
        "the shop knows the end and no more"
    );
}

#[test]
fn an_account_is_an_iban_or_another_and_long_enough_to_be_hidden() {
    let other = |number: &str| OtherAccount {
        country: "US".parse().unwrap(),
        bank: "021000021".parse().unwrap(),
        number: number.parse().unwrap(),
    };
    let account = |iban: Option<&str>, other| PayoutAccount {
        holder: "Kiln Ltd".parse().unwrap(),
        currency: Currency::USD,
        iban: iban.map(|iban| iban.parse().unwrap()),
        other,
    };
    let iban = Some("DE89370400440532013000");
    let check = |account: PayoutAccount, expect: Result<&str, Refusal>| {
        let mut shop = active();
        let found = shop.set_payout_account(&account, noon()).map(|_| shop.payout.unwrap().ending);
        assert_eq!(found.as_deref(), expect.as_ref().copied());
    };
    check(account(None, Some(other("000123456789"))), Ok("6789"));
    check(account(iban, None), Ok("3000"));
    check(account(iban, Some(other("000123456789"))), Err(Refusal::OneAccount));
    check(account(None, None), Err(Refusal::OneAccount));
    check(account(None, Some(other("1-2-3-4-5"))), Err(Refusal::ShortAccountNumber));
}

#[test]
fn a_shop_speaks_its_own_language_and_a_dozen_at_most() {
    let mut shop = draft();
    let own = "en".parse().unwrap();
    assert_eq!(shop.remove_translation(&own, noon()), Err(Refusal::OwnLanguage));
    assert_eq!(shop.speak("ru".parse().unwrap(), noon()), Err(Refusal::NoSuchTranslation));
    shop.describe("ru".parse().unwrap(), words("Печь", None), noon()).unwrap();
    shop.speak("ru".parse().unwrap(), noon()).unwrap();
    assert_eq!(shop.name().as_str(), "Печь");
    shop.remove_translation(&own, noon()).unwrap();
    for tag in ["de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "fi", "ar"] {
        shop.describe(tag.parse().unwrap(), words("X", None), noon()).unwrap();
    }
    let one_more = shop.describe("ja".parse().unwrap(), words("X", None), noon());
    assert_eq!(one_more, Err(Refusal::TooManyLocales { most: 12 }));
    shop.write_policy(PolicyKind::Returns, "en".parse().unwrap(), noon()).unwrap();
    assert_eq!(shop.remove_policy(PolicyKind::Privacy, &own, noon()), Err(Refusal::NoSuchTranslation));
    shop.remove_policy(PolicyKind::Returns, &own, noon()).unwrap();
    assert!(shop.policies.is_empty());
}
