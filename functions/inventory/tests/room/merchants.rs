//! What the people of a merchant do, and what they may not.

use facts::inventory::StockReceived;
use ids::{MerchantId, VariantId, WarehouseId};
use serde_json::{Value, json};

use crate::market::{Market, only};

async fn second_warehouse(market: &Market) -> WarehouseId {
    let path = format!("/inventory/merchants/{}/warehouses", market.merchant);
    let key = market.house.mint.uuid().to_string();
    let call = market.house.post(&path).as_manager(market.merchant).key(&key);
    let made = call.json(&json!({ "name": "Riga" })).send().await.expect(201);
    made.json()["warehouse"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_arrives_is_on_the_shelf_in_the_ledger_and_told() {
    let mut market = Market::open().await;
    let variant = market.variant().await;
    let movement = market.receive(variant, 7).await.json();
    assert_eq!(market.numbers(variant).await, [7, 7, 0, 0]);
    let received: Vec<StockReceived> = only(&market.comes_to_rest().await);
    assert_eq!(received.len(), 1);
    assert_eq!(movement["movement"], json!(received[0].movement));
    assert_eq!((received[0].quantity, received[0].warehouse), (7, market.main_warehouse()));
    let ledger = market.house.get(&market.path(variant, "/movements")).as_clerk(market.merchant);
    assert_eq!(ledger.send().await.expect(200).json()["items"], json!([movement]));
}

#[tokio::test]
async fn the_same_command_with_the_same_key_happens_once() {
    let market = Market::open().await;
    let variant = market.variant().await;
    let token = market.house.people.token(&[], &[(market.merchant, auth::MerchantRole::Clerk)]);
    let receive = |n: u32| {
        let call = market.house.post(&market.path(variant, "/receive")).bearer(&token);
        call.key("delivery-17").json(&json!({ "quantity": n }))
    };
    let first = receive(7).send().await.expect(201);
    let again = receive(7).send().await.expect(201);
    assert_eq!((first.body, again.header("idempotency-replayed")), (again.body.clone(), Some("true")));
    receive(8).send().await.refused(422, "idempotency_key_reused");
    assert_eq!(market.numbers(variant).await, [7, 7, 0, 0]);
}

#[tokio::test]
async fn nobody_takes_more_than_is_free() {
    let mut market = Market::open().await;
    let variant = market.stocked(10).await;
    let other = second_warehouse(&market).await;
    market.reserve("ord_1", &[(variant, 6)]).await.expect(200);
    let takings: [(&str, Value); 3] = [
        ("/adjust", json!({ "by": -5, "reason": "counted" })),
        ("/write-off", json!({ "quantity": 5, "reason": "broken" })),
        ("/transfer", json!({ "from": market.main_warehouse(), "to": other, "quantity": 5 })),
    ];
    for (operation, body) in &takings {
        let refused = market.command(variant, operation, body).send().await.refused(409, "more_than_free");
        assert_eq!(refused.json()["free"], 4);
    }
    assert_eq!(market.numbers(variant).await, [10, 4, 6, 0]);
    let off = json!({ "quantity": 4, "reason": "broken" });
    market.command(variant, "/write-off", &off).send().await.expect(201);
    assert_eq!(market.numbers(variant).await, [6, 0, 6, 0]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn goods_that_are_carried_are_neither_more_nor_less() {
    let mut market = Market::open().await;
    let variant = market.stocked(10).await;
    let other = second_warehouse(&market).await;
    let main = market.main_warehouse();
    let carry = json!({ "from": main, "to": other, "quantity": 4, "note": "for the fair" });
    let moved = market.command(variant, "/transfer", &carry).send().await.expect(201).json();
    assert_eq!(moved["note"], "for the fair");
    let stock = market.stock(variant).await.json();
    assert_eq!(stock["total"]["free"], 10);
    let free: Vec<_> = stock["warehouses"].as_array().unwrap().iter().map(|w| &w["total"]["free"]).collect();
    assert_eq!(free.len(), 2);
    // A reservation gathers from both.
    market.reserve("ord_1", &[(variant, 9)]).await.expect(200);
    assert_eq!(market.numbers(variant).await, [10, 1, 9, 0]);
    let back = json!({ "from": other, "to": other, "quantity": 1 });
    market.command(variant, "/transfer", &back).send().await.refused(422, "same_warehouse");
    market.comes_to_rest().await;
}

#[tokio::test]
async fn the_ledger_explains_every_number_page_by_page() {
    let mut market = Market::open().await;
    let variant = market.stocked(10).await;
    for (operation, body) in [
        ("/receive", json!({ "quantity": 5, "note": "second delivery" })),
        ("/adjust", json!({ "by": -2, "reason": "counted" })),
        ("/write-off", json!({ "quantity": 3, "reason": "broken" })),
    ] {
        market.command(variant, operation, &body).send().await.expect(201);
    }
    let mut path = market.path(variant, "/movements?limit=3");
    let mut lines: Vec<Value> = Vec::new();
    loop {
        let page = market.house.get(&path).as_clerk(market.merchant).send().await.expect(200).json();
        lines.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else { break };
        path = market.path(variant, &format!("/movements?limit=3&cursor={next}"));
    }
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["write_off", "adjust", "receive", "receive"]);
    let sum: i64 = lines.iter().map(|line| line["parts"][0]["on_hand"].as_i64().unwrap()).sum();
    assert_eq!((sum, market.numbers(variant).await[0]), (10, 10));
    market.comes_to_rest().await;
}

#[tokio::test]
async fn a_merchant_has_a_warehouse_from_the_first_day_and_makes_more() {
    let market = Market::open().await;
    let made = second_warehouse(&market).await;
    let path = format!("/inventory/merchants/{}/warehouses", market.merchant);
    let list = market.house.get(&path).as_clerk(market.merchant).send().await.expect(200).json();
    let expect = json!([
        { "warehouse": market.main_warehouse(), "main": true },
        { "warehouse": made, "name": "Riga", "main": false },
    ]);
    assert_eq!(list["items"], expect);
    let variant = market.variant().await;
    let there = json!({ "warehouse": made, "quantity": 2 });
    market.command(variant, "/receive", &there).send().await.expect(201);
    assert_eq!(market.numbers(variant).await, [2, 2, 0, 0]);
    let elsewhere = json!({ "warehouse": WarehouseId::mint(&market.house.mint), "quantity": 2 });
    market.command(variant, "/receive", &elsewhere).send().await.refused(422, "no_such_warehouse");
}

#[tokio::test]
async fn the_stock_of_another_merchant_does_not_exist() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    let stranger = MerchantId::mint(&market.house.mint);
    let path = |operation: &str| format!("/inventory/merchants/{stranger}/stock/{variant}{operation}");
    let get = market.house.get(&path("")).as_manager(stranger);
    get.send().await.refused(404, "no_such_stock");
    let ledger = market.house.get(&path("/movements")).as_manager(stranger);
    ledger.send().await.refused(404, "no_such_stock");
    for (operation, body) in [
        ("/receive", json!({ "quantity": 1 })),
        ("/adjust", json!({ "by": 1, "reason": "x" })),
        ("/write-off", json!({ "quantity": 1, "reason": "x" })),
        ("/split", json!({ "shards": 2 })),
        ("/threshold", json!({ "threshold": 2 })),
    ] {
        let call = market.house.post(&path(operation)).as_manager(stranger).key("k").json(&body);
        call.send().await.refused(404, "no_such_stock");
    }
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
    market.is_sound().await;
}

#[tokio::test]
async fn a_clerk_receives_and_counts_but_does_not_decide() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    let other = second_warehouse(&market).await;
    let call = |operation: &str, body: Value| {
        let call = market.house.post(&market.path(variant, operation)).as_clerk(market.merchant);
        call.key("clerk").json(&body)
    };
    call("/receive", json!({ "quantity": 1 })).send().await.expect(201);
    call("/adjust", json!({ "by": -1, "reason": "counted" })).send().await.expect(201);
    for (operation, body) in [
        ("/write-off", json!({ "quantity": 1, "reason": "broken" })),
        ("/transfer", json!({ "from": market.main_warehouse(), "to": other, "quantity": 1 })),
        ("/split", json!({ "shards": 2 })),
        ("/threshold", json!({ "threshold": 2 })),
    ] {
        call(operation, body).send().await.refused(403, "forbidden");
    }
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
}

#[tokio::test]
async fn nobody_and_the_wrong_people_are_refused_everywhere() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    let stranger = MerchantId::mint(&market.house.mint);
    let shop = format!("/inventory/merchants/{}", market.merchant);
    let stock = format!("{shop}/stock/{variant}");
    for path in [stock.clone(), format!("{stock}/movements"), format!("{shop}/warehouses")] {
        market.house.get(&path).send().await.refused(401, "unauthorized");
        market.house.get(&path).bearer("x.y.z").send().await.refused(401, "unauthorized");
        market.house.get(&path).as_manager(stranger).send().await.refused(403, "forbidden");
        market.house.get(&path).as_customer().send().await.refused(403, "forbidden");
    }
    let posts = ["receive", "adjust", "write-off", "transfer", "split", "threshold"];
    let posts = posts.map(|operation| format!("{stock}/{operation}"));
    for path in posts.into_iter().chain([format!("{shop}/warehouses")]) {
        let post = || market.house.post(&path).key("k").json(&json!({}));
        post().send().await.refused(401, "unauthorized");
        post().as_manager(stranger).send().await.refused(403, "forbidden");
        post().as_customer().send().await.refused(403, "forbidden");
    }
    let unknown: VariantId = VariantId::mint(&market.house.mint);
    let get = market.house.get(&market.path(unknown, "")).as_clerk(market.merchant);
    get.send().await.refused(404, "no_such_stock");
}
