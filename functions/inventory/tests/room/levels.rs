//! What the public is told, and when.

use facts::inventory::{BackInStock, LowStock, SoldOut, StockReceived};
use ids::VariantId;
use jiff::SignedDuration;
use serde_json::json;

use crate::market::{Market, only};

#[tokio::test]
async fn the_public_is_told_of_a_level_and_never_of_a_number() {
    let mut market = Market::open().await;
    let variant = market.stocked(20).await;
    assert_eq!(only::<StockReceived>(&market.comes_to_rest().await).len(), 1);
    assert_eq!(market.availability(variant).await, "in_stock");
    let path = format!("/inventory/availability?variant={variant}");
    let reply = market.house.get(&path).send().await.expect(200);
    assert!(!reply.text().contains("20"), "{}", reply.text());
    assert_eq!(reply.spend.requests, 1);
}

#[tokio::test]
async fn fifty_variants_are_looked_up_in_one_request_and_unknown_ones_left_out() {
    let market = Market::open().await;
    let mut query = String::new();
    for _ in 0..25 {
        query += &format!("variant={}&", market.variant().await);
    }
    for _ in 0..25 {
        query += &format!("variant={}&", VariantId::mint(&market.house.mint));
    }
    let reply = market.house.get(&format!("/inventory/availability?{query}")).send().await.expect(200);
    assert_eq!(reply.json()["items"].as_array().unwrap().len(), 25);
    assert_eq!(reply.spend.requests, 1);
}

#[tokio::test]
async fn passing_from_one_level_to_another_is_told_once() {
    let mut market = Market::open().await;
    let variant = market.stocked(10).await;
    let heard = market.comes_to_rest().await;
    assert_eq!(only::<BackInStock>(&heard).len(), 1);

    market.reserve("ord_1", &[(variant, 4)]).await.expect(200);
    let heard = market.comes_to_rest().await;
    assert!(only::<LowStock>(&heard).is_empty());

    market.reserve("ord_2", &[(variant, 1)]).await.expect(200);
    let low: Vec<LowStock> = only(&market.comes_to_rest().await);
    assert_eq!(low.iter().map(|l| (l.free, l.threshold)).collect::<Vec<_>>(), [(5, 5)]);

    market.reserve("ord_3", &[(variant, 1)]).await.expect(200);
    assert!(only::<LowStock>(&market.comes_to_rest().await).is_empty(), "it was low before");

    market.reserve("ord_4", &[(variant, 4)]).await.expect(200);
    assert_eq!(only::<SoldOut>(&market.comes_to_rest().await).len(), 1);
    assert_eq!(market.availability(variant).await, "out_of_stock");

    market.settle_for("release", "ord_4").await.expect(200);
    let back: Vec<BackInStock> = only(&market.comes_to_rest().await);
    assert_eq!(back.iter().map(|b| b.free).collect::<Vec<_>>(), [4]);
    assert_eq!(market.availability(variant).await, "low_stock");
}

#[tokio::test]
async fn a_correction_is_told_to_the_public_at_once() {
    let mut market = Market::open().await;
    let variant = market.stocked(10).await;
    market.comes_to_rest().await;
    let down = json!({ "by": -10, "reason": "water damage" });
    market.command(variant, "/adjust", &down).send().await.expect(201);
    assert_eq!(market.availability(variant).await, "out_of_stock");
    let up = json!({ "by": 3, "reason": "three were dry" });
    market.command(variant, "/adjust", &up).send().await.expect(201);
    assert_eq!(market.availability(variant).await, "low_stock");
    assert_eq!(only::<SoldOut>(&market.comes_to_rest().await).len(), 1);
    // The look that was arranged beforehand finds everything in order.
    market.house.advance(SignedDuration::from_secs(61));
    assert!(market.comes_to_rest().await.is_empty());
}

#[tokio::test]
async fn a_merchant_says_when_little_is_too_little() {
    let mut market = Market::open().await;
    let variant = market.stocked(10).await;
    market.comes_to_rest().await;
    let version = market.stock(variant).await.version();
    let set = |n: u32| market.command(variant, "/threshold", &json!({ "threshold": n }));
    let answer = set(10).if_match(version).send().await.expect(200);
    assert_eq!((answer.version(), &answer.json()["threshold"]), (version + 1, &json!(10)));
    assert_eq!(market.availability(variant).await, "low_stock");
    set(20).if_match(version).send().await.refused(412, "stale_version");
    set(3).send().await.expect(200);
    assert_eq!(market.availability(variant).await, "in_stock");
    assert_eq!(only::<LowStock>(&market.comes_to_rest().await).len(), 1);
}
