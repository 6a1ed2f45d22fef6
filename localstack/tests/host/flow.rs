//! From a new product to something that can be bought, through both rooms and the relay.

use axum::body::Body;
use http::Request;
use localstack::Market;
use localstack::options::Options;
use localstack::people::Part;
use serde_json::{Value, json};

use crate::world::{empty_market, eventually, get, get_as, market, options, post_as, send, shop};

/// A product with one variant; answers both ids.
pub async fn product(market: &Market, slug: &str) -> (String, String) {
    let products = format!("/catalog/merchants/{}/products", shop(market));
    let words = json!({ "locale": "en", "title": slug, "slug": slug });
    let product = post_as(market, Part::Clerk, &products, &words).await.expect(201);
    let product = product["id"].as_str().unwrap().to_owned();
    let line = json!({ "kind": "physical", "sku": slug });
    let path = format!("{products}/{product}/variants");
    let variants = post_as(market, Part::Clerk, &path, &line).await.expect(201);
    (product, variants["variants"][0]["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_new_variant_can_be_stocked_and_is_then_to_be_had() {
    let market = market().await;
    let (product, variant) = product(&market, "blue-mug").await;
    let own = format!("/inventory/merchants/{}/stock/{variant}", shop(&market));
    let stock: Value = eventually("inventory hears of the variant", async || {
        let answer = get_as(&market, Part::Clerk, &own).await;
        (answer.status == 200).then(|| answer.json())
    })
    .await;
    assert_eq!((&stock["product"], &stock["total"]["free"]), (&json!(product), &json!(0)));
    let arrived = json!({ "quantity": 40 });
    post_as(&market, Part::Clerk, &format!("{own}/receive"), &arrived).await.expect(201);
    let public = format!("/inventory/availability?variant={variant}");
    eventually("everybody hears that it is there", async || {
        let items = get(&market, &public).await.expect(200);
        (items["items"][0]["availability"] == "in_stock").then_some(())
    })
    .await;
    market.stop().await;
}

#[tokio::test]
async fn a_body_that_the_gateway_does_not_take_reaches_no_room() {
    let market = empty_market().await;
    let path = "/catalog/merchants/mer_01kdvdna00e008008000000001/products";
    let large = Request::post(path).body(Body::from(vec![b' '; 10 * 1024 * 1024 + 1])).unwrap();
    let answer = send(&market, large).await;
    assert_eq!(answer.expect(413)["code"], "body_too_large");
    market.stop().await;
}

#[tokio::test]
async fn a_guest_who_asks_too_fast_is_told_to_wait_where_there_are_limits() {
    let limited = Market::open(&Options { limits: true, ..options() }, &|_| ()).await.unwrap();
    let mut refused = 0;
    for _ in 0..60 {
        let answer = get(&limited, "/catalog/categories").await;
        refused += usize::from(answer.status == 429);
        assert!(answer.status == 200 || answer.headers.contains_key("retry-after"), "{}", answer.text);
    }
    assert!(refused > 0);
    limited.stop().await;
}
