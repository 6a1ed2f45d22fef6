//! The days on which a shop is closed.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::high_street::{Shop, Street};

async fn add(street: &Street, shop: Shop, from: &str, to: &str) -> String {
    let body = json!({ "from": from, "to": to, "title": "Closed" });
    let made = street.post(shop.owner, &shop.path("/holidays"), &body).send().await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

async fn upcoming(street: &Street, shop: Shop) -> Vec<String> {
    let list = street.house.get(&shop.public_path("/holidays")).send().await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|day| day["from"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn everybody_sees_when_a_shop_is_closed() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    assert!(upcoming(&street, shop).await.is_empty());
    add(&street, shop, "2026-12-24", "2026-12-26").await;
    let first = add(&street, shop, "2026-11-22", "2026-11-22").await;
    assert_eq!(upcoming(&street, shop).await, ["2026-11-22", "2026-12-24"]);
    let list = street.house.get(&shop.public_path("/holidays")).send().await.expect(200);
    assert_eq!((list.version(), list.spend.requests), (2, 1));
    let remove = shop.path(&format!("/holidays/{first}/remove"));
    let stale = street.post(shop.owner, &remove, &Value::Null).if_match(1);
    stale.send().await.refused(412, "stale_version");
    street.post(shop.owner, &remove, &Value::Null).if_match(2).send().await.expect(200);
    street.post(shop.owner, &remove, &Value::Null).send().await.refused(404, "no_such_holiday");
    assert_eq!(upcoming(&street, shop).await, ["2026-12-24"]);
    let draft = street.draft().await;
    street.house.get(&draft.public_path("/holidays")).send().await.refused(404, "no_such_shop");
    street.get(draft.owner, &draft.path("/holidays")).send().await.expect(200);
}

#[tokio::test]
async fn a_day_is_over_when_it_is_over_where_the_shop_is() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    add(&street, shop, "2026-11-21", "2026-11-21").await;
    // Noon in Greenwich is midnight and an hour in Auckland.
    let zone = |name: &str| json!({ "time_zone": name });
    street.post(shop.owner, &shop.path("/time-zone"), &zone("Pacific/Auckland")).send().await.expect(200);
    assert!(upcoming(&street, shop).await.is_empty());
    street.post(shop.owner, &shop.path("/time-zone"), &zone("America/Los_Angeles")).send().await.expect(200);
    street.house.advance(SignedDuration::from_hours(19));
    assert_eq!(upcoming(&street, shop).await, ["2026-11-21"]);
    street.house.advance(SignedDuration::from_hours(1));
    assert!(upcoming(&street, shop).await.is_empty());
    let over = json!({ "from": "2026-11-20", "to": "2026-11-21" });
    street.post(shop.owner, &shop.path("/holidays"), &over).send().await.refused(422, "holiday_over");
}

#[tokio::test]
async fn days_that_make_no_holiday_are_refused() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let first = add(&street, shop, "2026-12-24", "2026-12-26").await;
    let check = async |body: Value, status, code| {
        street.post(shop.owner, &shop.path("/holidays"), &body).send().await.refused(status, code)
    };
    let overlap = check(json!({ "from": "2026-12-26", "to": "2026-12-31" }), 409, "holiday_overlaps").await;
    assert_eq!(overlap.json()["with"], json!(first));
    check(json!({ "from": "2026-12-31", "to": "2026-12-30" }), 422, "holiday_backwards").await;
    check(json!({ "from": "2027-01-01", "to": "2029-01-01" }), 422, "holiday_too_long").await;
    check(json!({ "from": "2026-02-30", "to": "2026-12-30" }), 400, "invalid_body").await;
    check(json!({ "from": "yesterday", "to": "2026-12-30" }), 400, "invalid_body").await;
    check(json!({ "from": "2026-12-30" }), 400, "invalid_body").await;
    check(json!({ "from": "9999-12-30", "to": "9999-12-31" }), 422, "holiday_too_long").await;
}
