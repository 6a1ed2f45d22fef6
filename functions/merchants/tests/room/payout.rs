//! Where a shop's money goes: taken in, verified by people, and never shown but for its end.

use facts::merchants::PayoutAccountVerified;
use serde_json::{Value, json};

use crate::high_street::{Street, only};

const IBAN: &str = "DE89 3704 0044 0532 0130 00";

fn account() -> Value {
    json!({ "holder": "Kiln Ceramics Ltd", "currency": "EUR", "iban": IBAN })
}

#[tokio::test]
async fn an_account_is_verified_by_the_market_with_evidence() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let path = shop.path("/payout");
    street.get(shop.owner, &path).send().await.refused(404, "no_payout_account");
    let set = street.post(shop.owner, &path, &account()).send().await.expect(201).json();
    assert_eq!(
        (set["state"].as_str(), set["ending"].as_str(), set["country"].as_str()),
        (Some("unverified"), Some("3000"), Some("DE"))
    );
    let evidence = json!({ "evidence": "The cent came back with the right words." });
    let verify = || street.admin(&shop.admin_path("/payout/verified"), &evidence);
    verify().send().await.refused(409, "payout_not_in_this_state");
    street.post(shop.owner, &shop.path("/payout/verify"), &Value::Null).send().await.expect(200);
    verify().send().await.expect(200);
    verify().send().await.refused(409, "payout_not_in_this_state");
    let seen = street.get(shop.owner, &path).send().await.expect(200).json();
    assert_eq!(seen["state"], "verified");
    assert!(seen.get("evidence").is_none(), "the evidence is for the market's own eyes");
    assert!(street.inspected(shop).await["evidence"].is_string());
    assert_eq!(only::<PayoutAccountVerified>(&street.house.facts()).len(), 1);
}

#[tokio::test]
async fn another_account_begins_anew_and_one_that_failed_is_looked_at_again() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let path = shop.path("/payout");
    street.post(shop.owner, &path, &account()).send().await.expect(201);
    let ask = || street.post(shop.owner, &shop.path("/payout/verify"), &Value::Null);
    ask().send().await.expect(200);
    ask().send().await.refused(409, "payout_not_in_this_state");
    let failed = json!({ "note": "The name is another." });
    street.admin(&shop.admin_path("/payout/failed"), &failed).send().await.expect(200);
    let seen = street.get(shop.owner, &path).send().await.json();
    assert_eq!(
        (seen["state"].as_str(), seen["note"].as_str()),
        (Some("failed"), Some("The name is another."))
    );
    ask().send().await.expect(200);
    let other = json!({ "country": "US", "bank": "021000021", "number": "000123456789" });
    let body = json!({ "holder": "Kiln", "currency": "USD", "other": other });
    let set = street.post(shop.owner, &path, &body).send().await.expect(201).json();
    assert_eq!(
        (set["state"].as_str(), set["kind"].as_str(), set["ending"].as_str()),
        (Some("unverified"), Some("other"), Some("6789"))
    );
    let verified = json!({ "evidence": "x" });
    street
        .admin(&shop.admin_path("/payout/verified"), &verified)
        .send()
        .await
        .refused(409, "payout_not_in_this_state");
}

#[tokio::test]
async fn of_an_account_number_only_the_end_gets_out() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let set = street.post(shop.owner, &shop.path("/payout"), &account()).send().await.expect(201);
    street.post(shop.owner, &shop.path("/payout/verify"), &Value::Null).send().await.expect(200);
    let evidence = json!({ "evidence": "Seen." });
    let verified = street.admin(&shop.admin_path("/payout/verified"), &evidence).send().await.expect(200);
    let wrong = json!({ "holder": "Kiln", "currency": "EUR", "iban": "DE88370400440532013000" });
    let wrong =
        street.post(shop.owner, &shop.path("/payout"), &wrong).send().await.refused(400, "invalid_body");
    let facts = serde_json::to_string(&street.house.facts()).unwrap();
    let shown = [
        set.text(),
        verified.text(),
        wrong.text(),
        street.own(shop).await.to_string(),
        street.inspected(shop).await.to_string(),
        street.house.get(&shop.public_path("")).send().await.text(),
        street.house.lines.text(),
        facts,
    ];
    for text in shown {
        assert!(!text.contains("0532013000") && !text.contains("0532 0130"), "{text}");
    }
    // It does lie somewhere: payments will need it.
    let kept: Vec<_> = street
        .house
        .items()
        .await
        .into_iter()
        .filter(|item| format!("{item:?}").contains("DE89370400440532013000"))
        .collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["sk"].as_s().unwrap(), "payout");
}

#[tokio::test]
async fn an_account_that_can_be_none_is_refused() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let other = json!({ "country": "US", "bank": "021000021", "number": "000123456789" });
    let short = json!({ "country": "US", "bank": "021000021", "number": "1234" });
    let check = async |body: Value, status, code| {
        street.post(shop.owner, &shop.path("/payout"), &body).send().await.refused(status, code);
    };
    check(json!({ "holder": "K", "currency": "EUR" }), 422, "one_account").await;
    check(json!({ "holder": "K", "currency": "EUR", "iban": IBAN, "other": other }), 422, "one_account")
        .await;
    check(json!({ "holder": "K", "currency": "USD", "other": short }), 422, "short_account_number").await;
    check(json!({ "holder": "K", "currency": "XXX", "iban": IBAN }), 400, "invalid_body").await;
    check(json!({ "holder": "", "currency": "EUR", "iban": IBAN }), 400, "invalid_body").await;
    check(json!({ "holder": "K", "currency": "EUR", "iban": "DE89" }), 400, "invalid_body").await;
    check(json!({ "holder": "K", "currency": "EUR", "iban": 7 }), 400, "invalid_body").await;
    street.get(shop.owner, &shop.path("/payout")).send().await.refused(404, "no_payout_account");
}
