//! What things cost, and when.

use http::header::IF_NONE_MATCH;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::shop::{Shop, Thing, names};

async fn shown(shop: &Shop, thing: &Thing) -> [Value; 2] {
    let page = shop.house.get(&format!("/catalog/products/{}", thing.id)).send().await.expect(200).json();
    let list = shop.house.get("/catalog/products").send().await.expect(200).json();
    [page["variants"][0]["prices"].clone(), list["items"][0]["from"].clone()]
}

#[tokio::test]
async fn a_sale_begins_and_ends_by_itself_on_the_page_and_on_the_shelf() {
    let mut shop = Shop::open().await;
    let thing = shop.published("A mug", 1000).await;
    shop.house.facts();
    let now = shop.house.clock.now();
    let hours = |n| now + SignedDuration::from_hours(n);
    let sale = json!({
        "price": { "amount": 800, "currency": "EUR" }, "from": hours(24), "until": hours(48),
    });
    shop.price(&thing, &sale).await.send().await.expect(200);
    assert!(shop.house.facts().is_empty(), "a price that begins later is no news yet");
    let euros = |amount: i64| json!([{ "amount": amount, "currency": "EUR" }]);
    let mut seen = String::from("\"0\"");
    for (after, amount) in [(0, 1000), (24, 800), (24, 1000)] {
        shop.house.advance(SignedDuration::from_hours(after));
        assert_eq!(shown(&shop, &thing).await, [euros(amount), euros(amount)]);
        // The product has not changed, and a reader who has seen another price is not told so.
        let page = shop.house.get(&format!("/catalog/products/{}", thing.id)).header(IF_NONE_MATCH, &seen);
        seen = page.send().await.expect(200).header("etag").unwrap().to_owned();
    }
}

#[tokio::test]
async fn each_currency_has_its_own_price_and_its_own_decimals() {
    let mut shop = Shop::open().await;
    let thing = shop.published("A mug", 1000).await;
    shop.house.facts();
    for (amount, currency) in [(1500, "JPY"), (3125, "KWD")] {
        let price = json!({ "price": { "amount": amount, "currency": currency } });
        shop.price(&thing, &price).await.send().await.expect(200);
    }
    let facts = shop.house.facts();
    assert_eq!(names(&facts), ["catalog.price_changed.v1"; 2]);
    let all = json!([
        { "amount": 1000, "currency": "EUR" },
        { "amount": 1500, "currency": "JPY" },
        { "amount": 3125, "currency": "KWD" },
    ]);
    assert_eq!(facts[1].data["prices"], all);
    assert_eq!(shown(&shop, &thing).await, [all.clone(), all]);
}

#[tokio::test]
async fn a_price_that_makes_no_sense_is_refused() {
    let shop = Shop::open().await;
    let thing = shop.published("A mug", 1000).await;
    let before = shop.own(&thing.id).await;
    let now = shop.house.clock.now();
    let check = async |body: Value, status, code| {
        shop.price(&thing, &body).await.send().await.refused(status, code);
    };
    let price = json!({ "amount": 1, "currency": "EUR" });
    check(json!({ "price": { "amount": -1, "currency": "EUR" } }), 422, "amount_out_of_range").await;
    check(json!({ "price": { "amount": i64::MAX, "currency": "EUR" } }), 422, "amount_out_of_range").await;
    check(json!({ "price": { "amount": 1, "currency": "EURO" } }), 400, "invalid_body").await;
    check(json!({ "price": { "amount": 1.5, "currency": "EUR" } }), 400, "invalid_body").await;
    check(json!({ "price": price, "until": now }), 422, "bad_period").await;
    check(json!({ "price": price, "from": "yesterday" }), 400, "invalid_body").await;
    check(json!({ "price": price, "from": now, "until": now }), 422, "bad_period").await;
    assert_eq!(shop.own(&thing.id).await.json(), before.json());
}
