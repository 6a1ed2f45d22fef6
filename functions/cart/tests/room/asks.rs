//! What other rooms ask.

use ids::OrderId;
use serde_json::json;

use crate::shop::{Shop, Who, euros};

fn owner(who: &Who) -> String {
    match who {
        Who::Customer(account) => account.to_string(),
        Who::Guest(value) => value.as_ref().unwrap().split_once('.').unwrap().0.to_owned(),
    }
}

#[tokio::test]
async fn a_cart_is_told_exactly_as_it_was_seen_or_not_at_all() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    for who in [shop.customer(), shop.guest_with(mug, 1).await] {
        let version = shop.puts(&who, mug, 2).await.expect(201).version();
        let ask = |version: u64| json!({ "owner": owner(&who), "version": version });
        let told = shop.house.ask("read_cart", "r1", &ask(version)).await.expect(200);
        assert_eq!(told.spend.requests, 1);
        let line = &told.json()["lines"][0];
        assert_eq!(
            (&line["variant"], &line["price"], &line["kind"]),
            (&json!(mug), &euros(990), &json!("physical"))
        );
        assert_eq!((&told.json()["version"], &told.json()["currency"]), (&json!(version), &json!("EUR")));
        shop.puts(&who, mug, 1).await.expect(201);
        let changed = shop.house.ask("read_cart", "r2", &ask(version)).await.refused(409, "cart_changed");
        assert_eq!(changed.json()["version"], version + 1);
        shop.clears(&who).await.expect(204);
        shop.house.ask("read_cart", "r3", &ask(version + 2)).await.refused(404, "no_such_cart");
    }
    let nobody = json!({ "owner": owner(&shop.customer()), "version": 1 });
    shop.house.ask("read_cart", "r4", &nobody).await.refused(404, "no_such_cart");
}

#[tokio::test]
async fn what_was_ordered_is_taken_out_once_and_what_came_later_stays() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    let version = shop.puts(&who, mug, 2).await.expect(201).version();
    let order = OrderId::mint(&shop.house.mint);
    let ask = json!({ "owner": owner(&who), "version": version, "order": order });
    let other = json!({ "owner": owner(&who), "version": version, "order": OrderId::mint(&shop.house.mint) });
    shop.house.ask("empty_cart", "e1", &ask).await.expect(200);
    assert!(shop.lines(&who).await.is_empty());
    shop.house.ask("empty_cart", "e2", &other).await.refused(409, "cart_changed");
    shop.puts(&who, mug, 1).await.expect(201);
    let again = shop.house.ask("empty_cart", "e3", &ask).await.expect(200);
    assert_eq!(again.json(), json!({ "owner": owner(&who), "order": order }));
    assert_eq!(shop.lines(&who).await[&mug.to_string()], 1);
}

#[tokio::test]
async fn a_cart_that_was_changed_after_it_was_seen_is_not_emptied() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    let version = shop.puts(&who, mug, 2).await.expect(201).version();
    shop.puts(&who, mug, 1).await.expect(201);
    let order = OrderId::mint(&shop.house.mint);
    let ask = json!({ "owner": owner(&who), "version": version, "order": order });
    shop.house.ask("empty_cart", "e1", &ask).await.refused(409, "cart_changed");
    assert_eq!(shop.lines(&who).await[&mug.to_string()], 3);
}

#[tokio::test]
async fn an_ask_that_is_not_one_is_refused() {
    let shop = Shop::open().await;
    let account = owner(&shop.customer());
    for body in [
        json!({}),
        json!({ "owner": account }),
        json!({ "owner": "mer_00000000000000000000000000", "version": 1 }),
        json!({ "owner": "loms#0", "version": 1 }),
        json!({ "owner": account, "version": -1 }),
        json!({ "owner": account, "version": 1, "colour": "red" }),
    ] {
        shop.house.ask("read_cart", "r", &body).await.refused(400, "malformed_ask");
        shop.house.ask("empty_cart", "e", &body).await.refused(400, "malformed_ask");
    }
}
