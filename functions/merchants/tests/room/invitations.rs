//! Places that are offered by mail.

use facts::merchants::{MemberAdded, MemberInvited};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::Reply;

use crate::high_street::{Shop, Street, only};

#[tokio::test]
async fn an_invitation_brings_somebody_in_once() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (invitation, token) = street.invited(shop, "manager").await;
    assert!(invitation.get("token").is_none() && invitation.get("letter").is_none());
    let account = street.somebody();
    let accepted = street.accept(account, &token).await.expect(201).json();
    assert_eq!((accepted["role"].as_str(), accepted["name"].as_str()), (Some("manager"), Some("The Kiln")));
    street.accept(account, &token).await.refused(409, "invitation_accepted");
    street.accept(street.somebody(), &token).await.refused(409, "invitation_accepted");
    let members = street.get(account, &shop.path("/members")).send().await.expect(200).json();
    let new = &members["items"][1];
    assert_eq!((&new["account"], &new["invited_as"]), (&json!(account), &invitation["email"]));
    let facts = street.house.facts();
    assert_eq!(only::<MemberAdded>(&facts).last().unwrap().account, account);
    let list = street.get(shop.owner, &shop.path("/invitations")).send().await.expect(200).json();
    assert_eq!(list["items"][0]["state"], "accepted");
}

#[tokio::test]
async fn a_letter_can_be_written_twice_and_its_words_lie_nowhere() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    street.house.facts();
    let body = json!({ "email": "ann@kiln.example", "role": "clerk", "locale": "ar" });
    street.post(shop.owner, &shop.path("/invitations"), &body).send().await.expect(201);
    let facts = street.house.facts();
    let invited = only::<MemberInvited>(&facts);
    assert!(!serde_json::to_string(&facts).unwrap().contains("ann@"), "a fact names no address");
    let letter = invited[0].letter.to_string();
    let first = street.letter(&letter).await.expect(200).json();
    assert_eq!(street.letter(&letter).await.expect(200).json(), first);
    let expect = json!({
        "to": "ann@kiln.example", "locale": "ar", "purpose": "invitation", "token": first["token"],
        "expires_at": "2026-11-28T12:00:00Z", "shop": "The Kiln", "role": "clerk",
    });
    assert_eq!(first, expect);
    let token = first["token"].as_str().unwrap();
    let seal = &token[26..];
    for item in street.house.items().await {
        assert!(!format!("{item:?}").contains(seal), "the words of a letter lie in the table");
    }
    assert!(!street.house.lines.text().contains(seal), "the words of a letter are in the log");
    assert!(!street.house.lines.text().contains("ann@kiln.example"), "an address is in the log");
    let unknown = ids::LetterId::mint(&street.house.mint).to_string();
    street.letter(&unknown).await.refused(404, "no_such_invitation");
}

#[tokio::test]
async fn an_invitation_outlives_a_rotation_of_the_secret() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (_, token) = street.invited(shop, "clerk").await;
    let vault = &street.house.around.vault;
    let name = street.house.around.env.need("LETTER_SECRET").unwrap();
    let old = vault.read(name).await.unwrap();
    vault.put(name, &format!("another secret that only tests know of,{}", old.reveal()));
    street.accept(street.somebody(), &token).await.expect(201);
}

#[tokio::test]
async fn words_that_we_have_not_written_open_nothing() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (_, token) = street.invited(shop, "owner").await;
    let account = street.somebody();
    let other = "A".repeat(43);
    let forged = format!("{}{other}", &token[..26]);
    for wrong in ["", "x", &forged, &token[1..], &format!("{token}x"), &"я".repeat(60), &"a".repeat(10_000)]
    {
        let reply = street.accept(account, wrong).await.refused(422, "bad_token");
        // The key's claim and the memory of the refusal: the table was not asked about the words.
        assert_eq!(reply.spend.requests, 2, "{wrong}");
    }
    street.get(account, &shop.path("")).send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn an_invitation_is_good_for_a_week() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (invitation, token) = street.invited(shop, "clerk").await;
    street.house.advance(SignedDuration::from_hours(7 * 24));
    street.accept(street.somebody(), &token).await.refused(409, "invitation_expired");
    let list = street.get(shop.owner, &shop.path("/invitations")).send().await.expect(200).json();
    assert_eq!(list["items"][0]["state"], "expired");
    let again = json!({ "email": invitation["email"], "role": "clerk" });
    street.post(shop.owner, &shop.path("/invitations"), &again).send().await.expect(201);
}

#[tokio::test]
async fn an_invitation_that_was_taken_back_opens_nothing() {
    let mut street = Street::open().await;
    let (shop, other) = (street.active().await, street.active().await);
    let (invitation, token) = street.invited(shop, "clerk").await;
    let operation = format!("/invitations/{}/revoke", invitation["id"].as_str().unwrap());
    let elsewhere = street.post(other.owner, &other.path(&operation), &Value::Null);
    elsewhere.send().await.refused(404, "no_such_invitation");
    let revoked =
        street.post(shop.owner, &shop.path(&operation), &Value::Null).send().await.expect(200).json();
    assert_eq!(revoked["state"], "revoked");
    street.accept(street.somebody(), &token).await.refused(409, "invitation_revoked");
    let again = street.post(shop.owner, &shop.path(&operation), &Value::Null);
    again.send().await.refused(409, "invitation_revoked");
    let letter =
        ids::LetterId::from_uuid(format!("ltr_{}", &token[..26]).parse::<ids::LetterId>().unwrap().uuid());
    street.letter(&letter.to_string()).await.refused(409, "invitation_revoked");
}

#[tokio::test]
async fn an_address_is_invited_once_at_a_time_and_a_member_not_at_all() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (invitation, token) = street.invited(shop, "clerk").await;
    let again = json!({ "email": invitation["email"], "role": "manager" });
    street.post(shop.owner, &shop.path("/invitations"), &again).send().await.refused(409, "already_invited");
    street.accept(shop.owner, &token).await.refused(409, "already_a_member");
    // The refusal was of the account, not of the invitation.
    street.accept(street.somebody(), &token).await.expect(201);
}

#[tokio::test]
async fn nobody_comes_into_a_closed_shop() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (_, token) = street.invited(shop, "owner").await;
    street.post(shop.owner, &shop.path("/close"), &Value::Null).send().await.expect(200);
    street.accept(street.somebody(), &token).await.refused(409, "not_in_this_state");
}

#[tokio::test]
async fn invitations_are_listed_newest_first_page_by_page() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.push(street.invited(shop, "clerk").await.0["id"].clone());
    }
    sent.reverse();
    let mut found = Vec::new();
    let mut path = shop.path("/invitations?limit=2");
    loop {
        let page = street.get(shop.owner, &path).send().await.expect(200).json();
        found.extend(page["items"].as_array().unwrap().iter().map(|invitation| invitation["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = shop.path(&format!("/invitations?limit=2&cursor={next}"));
    }
    assert_eq!(found, sent);
}

impl Street {
    /// Invites an address; what the room answers.
    async fn invites(&self, shop: Shop, email: &str) -> Reply {
        let body = json!({ "email": email, "role": "clerk" });
        self.post(shop.owner, &shop.path("/invitations"), &body).send().await
    }

    /// Takes an invitation back, so that its address could be invited again.
    async fn revokes(&self, shop: Shop, invitation: &Reply) {
        let id = invitation.json()["id"].as_str().unwrap().to_owned();
        let path = shop.path(&format!("/invitations/{id}/revoke"));
        self.post(shop.owner, &path, &Value::Null).send().await.expect(200);
    }
}

#[tokio::test]
async fn a_shop_that_may_not_sell_invites_nobody() {
    let mut street = Street::open().await;
    let check = async |street: &Street, shop: Shop| {
        let refused = street.invites(shop, "stranger@elsewhere.example").await;
        refused.refused(409, "not_in_this_state");
    };
    let (draft, submitted) = (street.draft().await, street.submitted().await);
    check(&street, draft).await;
    check(&street, submitted).await;
    let note = json!({ "note": "The extract is from last year." });
    street.admin(&submitted.admin_path("/reject"), &note).send().await.expect(200);
    check(&street, submitted).await;
    let restricted = street.active().await;
    let offered = street.invites(restricted, "stranger@elsewhere.example").await.expect(201).json();
    let facts = street.house.facts();
    let letters = only::<MemberInvited>(&facts);
    assert_eq!((letters.len(), json!(letters[0].invitation)), (1, offered["id"].clone()));
    let restrict = json!({ "reason": "complaints", "note": "It writes to strangers." });
    street.admin(&restricted.admin_path("/restrict"), &restrict).send().await.expect(200);
    check(&street, restricted).await;
    // What was offered before and not mailed yet is not mailed.
    street.letter(&letters[0].letter.to_string()).await.refused(409, "not_in_this_state");
}

#[tokio::test]
async fn to_one_stranger_five_letters_a_day_are_written_whoever_writes_and_however_it_is_spelt() {
    let mut street = Street::open().await;
    let (shop, other) = (street.active().await, street.active().await);
    street.house.facts();
    let spellings =
        ["stranger@elsewhere.example", "Stranger@ELSEWHERE.example", "s.tranger+9@elsewhere.example"];
    for n in 0..5 {
        let shop = if n % 2 == 0 { shop } else { other };
        let offered = street.invites(shop, spellings[n % 3]).await.expect(201);
        street.revokes(shop, &offered).await;
    }
    for shop in [shop, other] {
        for spelling in spellings {
            let refused = street.invites(shop, spelling).await.refused(429, "too_many_letters");
            assert_eq!(refused.header("retry-after"), Some("43201"), "until midnight");
        }
    }
    assert_eq!(only::<MemberInvited>(&street.house.facts()).len(), 5);
    // Who is refused is told so under every key, and under the same key again once there is room.
    let again = || {
        let body = json!({ "email": "stranger@elsewhere.example", "role": "clerk" });
        street
            .house
            .post(&shop.path("/invitations"))
            .bearer(&street.token(shop.owner))
            .key("again")
            .json(&body)
    };
    again().send().await.refused(429, "too_many_letters");
    street.invites(shop, "somebody@elsewhere.example").await.expect(201);
    street.house.advance(SignedDuration::from_hours(12));
    again().send().await.expect(201);
    for item in street.house.items().await.iter().filter(|item| format!("{item:?}").contains("limit#")) {
        assert!(!format!("{item:?}").contains("elsewhere"), "a limit names an address: {item:?}");
    }
}

#[tokio::test]
async fn a_shop_and_a_person_write_fifty_letters_a_day() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    for n in 0..50 {
        let offered = street.invites(shop, &format!("a{n}@elsewhere.example")).await.expect(201);
        street.revokes(shop, &offered).await;
    }
    street.invites(shop, "one-more@elsewhere.example").await.refused(429, "too_many_letters");
    // Another owner of the shop does not get around the shop's limit, nor the first one around their own.
    let second = street.somebody();
    let appoint = json!({ "account": second });
    street.admin(&shop.admin_path("/owners"), &appoint).send().await.expect(200);
    street
        .invites(Shop { owner: second, ..shop }, "b@elsewhere.example")
        .await
        .refused(429, "too_many_letters");
    let other = street.active().await;
    street.admin(&other.admin_path("/owners"), &json!({ "account": shop.owner })).send().await.expect(200);
    let elsewhere = Shop { owner: shop.owner, ..other };
    street.invites(elsewhere, "c@elsewhere.example").await.refused(429, "too_many_letters");
    street.invites(other, "c@elsewhere.example").await.expect(201);
}

#[tokio::test]
async fn a_letter_calls_the_shop_what_the_market_has_approved() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (bait, lure) = ("Your bank: call 0900", "Ваш банк");
    for (locale, name) in [("en", bait), ("ru", lure)] {
        let words = json!({ "locale": locale, "name": name, "description": "Pots." });
        street.post(shop.owner, &shop.path("/describe"), &words).send().await.expect(200);
    }
    street.house.facts();
    for (n, locale) in ["en", "ru", "ar"].into_iter().enumerate() {
        let body = json!({ "email": format!("s{n}@elsewhere.example"), "role": "clerk", "locale": locale });
        street.post(shop.owner, &shop.path("/invitations"), &body).send().await.expect(201);
    }
    let facts = street.house.facts();
    let letters = only::<MemberInvited>(&facts);
    for letter in &letters {
        let letter = street.letter(&letter.letter.to_string()).await.expect(200).json();
        assert_eq!(letter["shop"], "The Kiln");
    }
    // The market has read the new name when it lets the shop sell again.
    let restrict = json!({ "reason": "other", "note": "We look at your name." });
    street.admin(&shop.admin_path("/restrict"), &restrict).send().await.expect(200);
    street.admin(&shop.admin_path("/reinstate"), &Value::Null).send().await.expect(200);
    let letter = street.letter(&letters[1].letter.to_string()).await.expect(200).json();
    assert_eq!(letter["shop"], lure);
}
