//! One variant in many cells.

use ids::VariantId;
use serde_json::{Value, json};

use crate::market::Market;

async fn free_by_cell(market: &Market, variant: VariantId) -> Vec<i64> {
    let stock = market.stock(variant).await.json();
    let cells = stock["warehouses"][0]["cells"].as_array().unwrap().clone();
    cells.iter().map(|cell| cell["free"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn stock_is_spread_evenly_and_gathered_again() {
    let mut market = Market::open().await;
    let variant = market.stocked(100).await;
    let version = market.stock(variant).await.version();
    let answer = market.split(variant, 8).await;
    assert_eq!((answer.version(), &answer.json()["warehouses"][0]["shards"]), (version + 1, &json!(8)));
    assert_eq!(free_by_cell(&market, variant).await, [13, 13, 13, 13, 12, 12, 12, 12]);
    market.reserve("ord_1", &[(variant, 99)]).await.expect(200);
    assert_eq!(market.numbers(variant).await, [100, 1, 99, 0]);
    market.comes_to_rest().await;
    market.settle_for("release", "ord_1").await.expect(200);
    market.split(variant, 1).await;
    assert_eq!(free_by_cell(&market, variant).await.iter().sum::<i64>(), 100);
    assert_eq!(free_by_cell(&market, variant).await[0], 100);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn the_last_unit_is_found_wherever_it_lies() {
    let mut market = Market::open().await;
    let variant = market.stocked(3).await;
    market.split(variant, 64).await;
    for n in 0..3 {
        market.reserve(&format!("ord_{n}"), &[(variant, 1)]).await.expect(200);
    }
    let refused = market.reserve("ord_4", &[(variant, 1)]).await.refused(409, "stock_short");
    assert_eq!(refused.json()["short"][0]["free"], 0);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn what_is_held_in_a_cell_that_was_given_up_comes_back_and_can_be_had() {
    let mut market = Market::open().await;
    let variant = market.stocked(64).await;
    market.split(variant, 64).await;
    market.reserve("ord_1", &[(variant, 64)]).await.expect(200);
    market.split(variant, 1).await;
    market.settle_for("release", "ord_1").await.expect(200);
    assert_eq!(market.numbers(variant).await, [64, 64, 0, 0]);
    market.reserve("ord_2", &[(variant, 64)]).await.expect(200);
    market.settle_for("commit", "ord_2").await.expect(200);
    assert_eq!(market.numbers(variant).await, [64, 0, 0, 64]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn a_split_of_a_version_that_is_no_more_is_refused() {
    let market = Market::open().await;
    let variant = market.stocked(4).await;
    let version = market.stock(variant).await.version();
    market.split(variant, 2).await;
    let stale = market.command(variant, "/split", &json!({ "shards": 3 })).if_match(version);
    stale.send().await.refused(412, "stale_version");
    let shards = market.stock(variant).await.json()["warehouses"][0]["shards"].clone();
    assert_eq!(shards, Value::from(2));
}

#[tokio::test]
async fn what_arrives_is_spread_over_the_cells() {
    let market = Market::open().await;
    let variant = market.variant().await;
    market.split(variant, 4).await;
    market.receive(variant, 10).await;
    let mut free = free_by_cell(&market, variant).await;
    free.sort_unstable();
    assert_eq!(free, [2, 2, 3, 3]);
    market.is_sound().await;
}
