//! The LOMS contract: numbers for names.

use std::sync::Arc;

use auth::Tier;
use facts::catalog::LineKind;
use ids::VariantId;
use serde_json::{Value, json};

use crate::shop::Shop;

/// As on a laptop, whatever the template says of AWS.
const OPEN: &[(&str, &str)] = &[("LOMS", "on"), ("LOMS_KEY", "open")];

fn book(shop: &Shop, sku: i64, roubles: i64, free: u64) -> VariantId {
    shop.ware_of(LineKind::Physical, Some(sku), &[("RUB", roubles * 100 + 50)], free)
}

async fn add(shop: &Shop, user: i64, sku: i64, count: u32) -> u16 {
    let call = shop.house.post(&format!("/user/{user}/cart/{sku}")).json(&json!({ "count": count }));
    call.send().await.status.as_u16()
}

async fn cart(shop: &Shop, user: i64) -> Value {
    shop.house.get(&format!("/user/{user}/cart")).send().await.expect(200).json()
}

#[tokio::test]
async fn counts_add_up_and_the_cart_is_shown_by_sku_in_whole_units() {
    let shop = Shop::open_with(OPEN).await;
    book(&shop, 1_076_963, 3_379, 300);
    book(&shop, 99, 634, 300);
    let put = shop.house.post("/user/7/cart/1076963").json(&json!({ "count": 2 })).send().await.expect(200);
    assert_eq!(put.text(), "{}");
    assert_eq!((add(&shop, 7, 99, 1).await, add(&shop, 7, 1_076_963, 3).await), (200, 200));
    let expect = json!({
        "items": [
            { "sku": 99, "name": "Thing 1", "count": 1, "price": 634 },
            { "sku": 1_076_963, "name": "Thing 0", "count": 5, "price": 3_379 },
        ],
        "total_price": 634 + 5 * 3_379,
    });
    assert_eq!(cart(&shop, 7).await, expect);
    shop.house.get("/user/8/cart").send().await.expect(404);
}

#[tokio::test]
async fn what_is_taken_out_is_out_also_when_it_was_not_there() {
    let shop = Shop::open_with(OPEN).await;
    book(&shop, 5, 10, 300);
    book(&shop, 6, 10, 300);
    for path in ["/user/7/cart/5", "/user/7/cart"] {
        shop.house.delete(path).send().await.expect(204);
    }
    assert_eq!((add(&shop, 7, 5, 1).await, add(&shop, 7, 6, 1).await), (200, 200));
    for _ in 0..2 {
        assert_eq!(shop.house.delete("/user/7/cart/5").send().await.expect(204).text(), "");
    }
    assert_eq!(cart(&shop, 7).await["items"].as_array().unwrap().len(), 1);
    for _ in 0..2 {
        shop.house.delete("/user/7/cart").send().await.expect(204);
    }
    shop.house.get("/user/7/cart").send().await.expect(404);
}

#[tokio::test]
async fn no_more_is_put_in_than_is_free() {
    let shop = Shop::open_with(OPEN).await;
    let few = book(&shop, 5, 10, 3);
    book(&shop, 6, 10, 0);
    shop.ware_of(LineKind::Course, Some(8), &[("RUB", 100)], 0);
    assert_eq!(add(&shop, 7, 5, 4).await, 412);
    assert_eq!(
        (add(&shop, 7, 5, 2).await, add(&shop, 7, 5, 2).await, add(&shop, 7, 5, 1).await),
        (200, 412, 200)
    );
    assert_eq!(add(&shop, 8, 5, 3).await, 200, "nothing is held for anybody");
    for (sku, why) in
        [(6, "none is left"), (8, "no stock is known for it"), (404, "there is no such product")]
    {
        assert_eq!(add(&shop, 7, sku, 1).await, 412, "{why}");
    }
    assert_eq!(cart(&shop, 7).await["items"][0]["count"], 3);
    shop.change(few, |ware| ware.on_sale = false);
    assert_eq!(add(&shop, 7, 5, 1).await, 412);
    // It is still in the cart, for what it was called and cost.
    assert_eq!(
        cart(&shop, 7).await["items"][0],
        json!({ "sku": 5, "name": "Thing 0", "count": 3, "price": 10 })
    );
    let told = shop.house.post("/user/7/cart/6").json(&json!({ "count": 1 })).send().await.json();
    assert_eq!((&told["code"], &told["details"]), (&json!(9), &json!([])));
}

#[tokio::test]
async fn the_shelf_is_looked_at_to_its_end_only_when_the_first_sight_is_not_enough() {
    let shop = Shop::open_with(OPEN).await;
    book(&shop, 5, 10, 10);
    shop.street.known().at_first_sight = Some(4);
    let looks = || shop.street.known().asked.iter().filter(|asked| **asked == "free_units").count();
    assert_eq!((add(&shop, 7, 5, 4).await, looks()), (200, 1));
    assert_eq!((add(&shop, 7, 5, 3).await, looks()), (200, 3), "four and three are more than were seen");
    assert_eq!((add(&shop, 7, 5, 4).await, looks()), (412, 5), "eleven are more than there are");
    assert_eq!(cart(&shop, 7).await["items"][0]["count"], 7);
}

#[tokio::test]
async fn a_count_is_a_uint32_and_no_more() {
    let shop = Shop::open_with(OPEN).await;
    book(&shop, 5, 1, u64::MAX);
    assert_eq!(add(&shop, 7, 5, u32::MAX).await, 200);
    assert_eq!(add(&shop, 7, 5, 1).await, 412);
    assert_eq!(cart(&shop, 7).await["total_price"], u32::MAX);
}

#[tokio::test]
async fn numbers_that_are_none_are_refused() {
    let shop = Shop::open_with(OPEN).await;
    book(&shop, 5, 10, 300);
    let check = async |path: &str, body: &str| {
        let call = shop.house.post(path).body("application/json", body.to_owned());
        let told = call.send().await.expect(400).json();
        assert_eq!((&told["code"], &told["details"]), (&json!(3), &json!([])), "{path} {body}");
        assert!(told["message"].is_string());
    };
    let sound = r#"{"count":1}"#;
    for bad in ["0", "-1", "1-23", "x", "1.5", "9223372036854775808", "%20", "%00", "01"] {
        check(&format!("/user/{bad}/cart/5"), sound).await;
        check(&format!("/user/7/cart/{bad}"), sound).await;
        shop.house.delete(&format!("/user/7/cart/{bad}")).send().await.expect(400);
        shop.house.delete(&format!("/user/{bad}/cart")).send().await.expect(400);
        shop.house.get(&format!("/user/{bad}/cart")).send().await.expect(400);
    }
    for bad in ["0", "-1", "1.5", "\"1\"", "4294967296", "null", "[]"] {
        check("/user/7/cart/5", &format!(r#"{{"count":{bad}}}"#)).await;
    }
    for bad in ["", "{", "{}", "[]", "null", r#"{"count":1,"colour":"red"}"#] {
        check("/user/7/cart/5", bad).await;
    }
    let large = format!(r#"{{"count":1,"x":"{}"}}"#, "x".repeat(300_000));
    shop.house.post("/user/7/cart/5").body("application/json", large).send().await.expect(413);
    shop.house.get("/user/7").send().await.refused(404, "no_such_route");
    assert!(shop.house.items().await.is_empty());
}

#[tokio::test]
async fn a_room_that_does_not_answer_is_a_reason_to_try_again_and_not_to_hide_the_cart() {
    let shop = Shop::open_with(OPEN).await;
    book(&shop, 5, 10, 300);
    assert_eq!(add(&shop, 7, 5, 1).await, 200);
    let seen = cart(&shop, 7).await;
    shop.street.known().inventory_is_down = true;
    assert_eq!(add(&shop, 7, 5, 1).await, 503);
    shop.street.known().catalog_is_down = true;
    assert_eq!(add(&shop, 7, 5, 1).await, 503);
    assert_eq!(cart(&shop, 7).await, seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_additions_at_once_all_count_and_none_beyond_the_stock() {
    let shop = Arc::new(Shop::open_with(OPEN).await);
    book(&shop, 5, 10, 20);
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move { add(&shop, 7, 5, 1).await })
        })
        .collect();
    let mut put_in = 0;
    for task in tasks {
        put_in += u32::from(task.await.unwrap() == 200);
    }
    assert_eq!((put_in, &cart(&shop, 7).await["items"][0]["count"]), (20, &json!(20)));
}

#[tokio::test]
async fn the_contract_is_closed_unless_the_stage_opens_it() {
    let shop = Shop::open_with(&[("LOMS", "off")]).await;
    shop.house.get("/user/7/cart").send().await.refused(404, "no_such_route");
    let shop = Shop::open_with(&[("LOMS", "on"), ("LOMS_KEY", "required")]).await;
    book(&shop, 5, 10, 300);
    let other = shop.house.people.api_key(&["cart:write"], Tier::Standard, None);
    let key = shop.house.people.api_key(&["loms"], Tier::Standard, None);
    let name = http::HeaderName::from_static("x-api-key");
    let post = || shop.house.post("/user/7/cart/5").json(&json!({ "count": 1 }));
    assert_eq!(post().send().await.expect(403).json()["code"], 7);
    assert_eq!(post().header(name.clone(), &other).send().await.expect(403).json()["code"], 7);
    for call in [
        shop.house.get("/user/7/cart"),
        shop.house.delete("/user/7/cart"),
        shop.house.delete("/user/7/cart/5"),
    ] {
        call.send().await.expect(403);
    }
    assert!(shop.house.items().await.is_empty());
    post().header(name, &key).send().await.expect(200);
}
