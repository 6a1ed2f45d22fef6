//! What is not as it should be is refused with its name, and changes nothing.

use serde_json::{Value, json};
use testkit::Reply;

use crate::market::Market;

/// The operations of a merchant with a body that would be accepted.
fn commands(market: &Market) -> [(&'static str, Value); 6] {
    let main = market.main_warehouse();
    let other = ids::WarehouseId::mint(&market.house.mint);
    [
        ("/receive", json!({ "quantity": 1 })),
        ("/adjust", json!({ "by": 1, "reason": "counted" })),
        ("/write-off", json!({ "quantity": 1, "reason": "broken" })),
        ("/transfer", json!({ "from": main, "to": other, "quantity": 1 })),
        ("/split", json!({ "shards": 2 })),
        ("/threshold", json!({ "threshold": 2 })),
    ]
}

/// The asks of other rooms with a body that would be accepted.
fn asks(variant: ids::VariantId) -> [(&'static str, Value); 4] {
    [
        ("reserve", json!({ "owner": "ord_1", "lines": [{ "variant": variant, "quantity": 1 }] })),
        ("extend", json!({ "owner": "ord_1" })),
        ("commit", json!({ "owner": "ord_1" })),
        ("release", json!({ "owner": "ord_1" })),
    ]
}

fn with(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[field] = value;
    body
}

fn pointer(reply: &Reply) -> String {
    reply.json()["errors"][0]["pointer"].as_str().unwrap_or("").to_owned()
}

#[tokio::test]
async fn a_command_with_something_wrong_in_it_is_refused_by_name() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    let check = async |operation: &str, body: Value, at: &str| {
        let reply = market.command(variant, operation, &body).send().await.refused(400, "invalid_body");
        assert_eq!(pointer(&reply), at, "{operation} {body}");
    };
    for (operation, body) in commands(&market) {
        check(operation, with(&body, "colour", json!("red")), "/colour").await;
        for field in body.as_object().unwrap().keys() {
            check(operation, with(&body, field, json!([])), &format!("/{field}")).await;
        }
    }
    for quantity in [json!(0), json!(-1), json!(1.5), json!("1"), json!(1_000_001), json!(null)] {
        check("/receive", json!({ "quantity": quantity }), "/quantity").await;
        check("/write-off", json!({ "quantity": quantity, "reason": "x" }), "/quantity").await;
    }
    check("/receive", json!({ "quantity": 1, "note": "x".repeat(501) }), "/note").await;
    check("/receive", json!({ "quantity": 1, "note": "two\nlines" }), "/note").await;
    check("/receive", json!({ "quantity": 1, "warehouse": variant }), "/warehouse").await;
    check("/adjust", json!({ "by": 1, "reason": "" }), "/reason").await;
    check("/adjust", json!({ "by": 1_000_001, "reason": "x" }), "/by").await;
    for shards in [json!(0), json!(65), json!(256)] {
        check("/split", json!({ "shards": shards }), "/shards").await;
    }
    check("/threshold", json!({ "threshold": -1 }), "/threshold").await;
    let nothing = json!({ "by": 0, "reason": "counted" });
    market.command(variant, "/adjust", &nothing).send().await.refused(422, "no_difference");
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
    market.is_sound().await;
}

#[tokio::test]
async fn a_command_without_a_key_or_with_a_broken_body_is_refused() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    for (operation, body) in commands(&market) {
        let post = || market.house.post(&market.path(variant, operation)).as_manager(market.merchant);
        post().json(&body).send().await.refused(400, "idempotency_key_missing");
        post().key(&"k".repeat(129)).json(&body).send().await.refused(400, "idempotency_key_invalid");
        post().key("a").body("application/json", "{").send().await.refused(400, "broken_json");
        post().key("b").body("text/plain", "{}").send().await.refused(415, "not_json");
        let large = format!("{{\"note\":\"{}\"}}", "x".repeat(256 * 1024));
        post().key("c").body("application/json", large).send().await.refused(413, "body_too_large");
        let get = market.house.get(&market.path(variant, operation)).as_manager(market.merchant);
        get.send().await.refused(405, "method_not_allowed");
    }
    for operation in ["/split", "/threshold"] {
        let body = json!({ "shards": 2 });
        let name = http::header::IF_MATCH;
        let call = market.command(variant, operation, &body).header(name, "seven");
        call.send().await.refused(400, "bad_if_match");
    }
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
}

#[tokio::test]
async fn a_path_with_another_kind_of_id_is_refused() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    let merchant = market.merchant;
    for path in [
        format!("/inventory/merchants/{variant}/stock/{variant}"),
        format!("/inventory/merchants/x/stock/{variant}"),
    ] {
        market.house.get(&path).as_clerk(merchant).send().await.refused(400, "malformed_id");
    }
    for id in [merchant.to_string(), "x".into(), variant.to_string().to_uppercase(), "%20".into()] {
        let path = format!("/inventory/merchants/{merchant}/stock/{id}");
        market.house.get(&path).as_clerk(merchant).send().await.refused(400, "malformed_id");
    }
    let path = "/inventory/nothing/here";
    market.house.get(path).send().await.refused(404, "no_such_route");
}

#[tokio::test]
async fn a_list_that_is_asked_for_wrongly_is_refused() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    for (query, code) in [
        ("?limit=0", "bad_limit"),
        ("?limit=101", "bad_limit"),
        ("?limit=x", "invalid_query"),
        ("?cursor=nonsense", "bad_cursor"),
    ] {
        let path = market.path(variant, &format!("/movements{query}"));
        market.house.get(&path).as_clerk(market.merchant).send().await.refused(400, code);
    }
    let many = "variant=var_01kb2x5m8ee8v9w2m4n5p7q8rs&".to_owned();
    market.house.get(&format!("/inventory/availability?{many}")).send().await.expect(200);
    for query in ["", "?", "?variant=", "?variant=x", "?sku=1", "?variant=prd_01kb2x5m8ee8v9w2m4n5p7q8rs"] {
        let path = format!("/inventory/availability{query}");
        market.house.get(&path).send().await.refused(400, "bad_variants");
    }
}

#[tokio::test]
async fn a_warehouse_needs_a_name() {
    let market = Market::open().await;
    let path = format!("/inventory/merchants/{}/warehouses", market.merchant);
    let bodies = [json!({}), json!({ "name": "" }), json!({ "name": "x".repeat(101) }), json!({ "name": 7 })];
    for (n, body) in bodies.iter().enumerate() {
        let call = market.house.post(&path).as_manager(market.merchant).key(&format!("k{n}")).json(body);
        call.send().await.refused(400, "invalid_body");
    }
    let list = market.house.get(&path).as_clerk(market.merchant).send().await.expect(200);
    assert_eq!(list.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_opening_that_makes_no_sense_is_refused() {
    let market = Market::open().await;
    let variant = market.variant().await;
    let path = format!("/inventory/admin/stock/{variant}/open");
    for body in [
        json!({}),
        json!({ "on_hand": 0 }),
        json!({ "on_hand": 1, "reserved": -1 }),
        json!({ "on_hand": 1, "reserved": 1.5 }),
        json!({ "on_hand": 1, "colour": "red" }),
    ] {
        let key = market.house.mint.uuid().to_string();
        let call = market.house.post(&path).as_admin().key(&key).json(&body);
        call.send().await.refused(400, "invalid_body");
    }
    assert_eq!(market.numbers(variant).await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn an_ask_with_something_wrong_in_it_is_refused() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    for (operation, body) in asks(variant) {
        let check = async |body: Value| {
            market.ask(operation, &body).await.refused(400, "malformed_ask");
        };
        check(with(&body, "colour", json!("red"))).await;
        for owner in [json!(""), json!("a b"), json!(7), json!("x".repeat(129)), json!(null)] {
            check(with(&body, "owner", owner)).await;
        }
        if body.get("lines").is_some() || operation == "extend" {
            for seconds in [json!(0), json!(901), json!(-1), json!("60")] {
                check(with(&body, "ttl_seconds", seconds)).await;
            }
        }
    }
    for line in [
        json!({ "variant": variant, "quantity": 0 }),
        json!({ "variant": variant, "quantity": 1_000_001 }),
        json!({ "variant": "var_x", "quantity": 1 }),
        json!({ "variant": market.merchant, "quantity": 1 }),
        json!({ "variant": variant, "quantity": 1, "price": 1 }),
        json!({ "variant": variant }),
    ] {
        let body = json!({ "owner": "ord_1", "lines": [line] });
        market.ask("reserve", &body).await.refused(400, "malformed_ask");
    }
    let line = json!({ "variant": variant, "quantity": 600_000 });
    for lines in [json!([]), json!([line, line]), json!(vec![line.clone(); 91])] {
        let refused = market.ask("reserve", &json!({ "owner": "ord_1", "lines": lines })).await;
        assert_eq!(pointer(&refused.refused(422, "bad_lines")), "/lines");
    }
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_and_what_is_not_known_is_let_go() {
    let market = Market::open().await;
    let message = |id: &str, body: &Value| {
        json!({
            "messageId": id, "body": body.to_string(), "attributes": { "MessageGroupId": id },
        })
    };
    let fact = |name: &str, data: Value| {
        json!({
            "id": "prd_x.1.0", "name": name, "aggregate": "prd_x", "version": 1,
            "at": "2026-11-21T12:00:00Z", "data": data,
        })
    };
    let batch = json!({ "Records": [
        message("unknown-name", &fact("catalog.product_painted.v1", json!({}))),
        message("unknown-version", &fact("catalog.variant_created.v2", json!({}))),
        message("other-shape", &fact("catalog.variant_created.v1", json!({ "variant": 7 }))),
        message("no-fact", &json!({ "hello": "world" })),
    ] });
    let answer = market.house.handle(lambda::Role::Worker, batch).await.unwrap();
    let failed = json!([{ "itemIdentifier": "other-shape" }, { "itemIdentifier": "no-fact" }]);
    assert_eq!(answer["batchItemFailures"], failed);

    let batch = json!({ "Records": [
        message("wrong", &json!({ "reservation_due": { "owner": "a b" } })),
        message("unknown", &json!({ "party_due": {} })),
        message("nobody", &json!({ "reservation_due": { "owner": "nobody" } })),
        message("nothing", &json!({ "level_due": { "variant": ids::VariantId::mint(&market.house.mint) } })),
    ] });
    let answer = market.house.handle(lambda::Role::Timer, batch).await.unwrap();
    let failed = json!([{ "itemIdentifier": "wrong" }, { "itemIdentifier": "unknown" }]);
    assert_eq!(answer["batchItemFailures"], failed);
}
