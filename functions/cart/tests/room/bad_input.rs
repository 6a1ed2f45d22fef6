//! What is not as it should be is refused with its name, and changes nothing.

use serde_json::{Value, json};

use crate::shop::{Shop, more};

#[tokio::test]
async fn an_addition_with_something_wrong_in_it_is_refused_by_name() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    let check = async |field: &str, value: Value| {
        let mut body = more(mug, 1);
        body[field] = value.clone();
        let refused = shop.add(&who, &body).send().await.refused(400, "invalid_body");
        assert_eq!(refused.json()["errors"][0]["pointer"], format!("/{field}"), "{field} {value}");
    };
    for quantity in [json!(0), json!(-1), json!(10_000), json!(1.5), json!("1"), json!(null), json!(1e300)] {
        check("quantity", quantity).await;
    }
    let product = ids::ProductId::mint(&shop.house.mint);
    for id in [json!(product), json!("x"), json!(7), json!(null), json!("v".repeat(5_000))] {
        check("variant", id).await;
    }
    for currency in [json!("EURO"), json!("eur"), json!("XXX"), json!(7), json!(null), json!("")] {
        check("currency", currency).await;
    }
    for id in [json!(mug), json!("slt_"), json!(7), json!("x".repeat(20_000))] {
        check("slot", id.clone()).await;
        check("quote", id).await;
    }
    check("colour", json!("red")).await;
    for missing in ["variant", "currency"] {
        let mut body = more(mug, 1);
        body.as_object_mut().unwrap().remove(missing);
        shop.add(&who, &body).send().await.refused(400, "invalid_body");
    }
    for broken in ["", "{", "[]x"] {
        let call = shop.by(&who, shop.house.post("/cart/lines").body("application/json", broken));
        call.send().await.refused(400, "broken_json");
    }
    let large = format!(r#"{{"variant":"{}"}}"#, "x".repeat(300_000));
    let call = shop.by(&who, shop.house.post("/cart/lines").body("application/json", large));
    call.send().await.refused(413, "body_too_large");
    assert!(shop.house.items().await.is_empty());
    assert!(shop.street.known().asked.is_empty(), "nobody is asked about nonsense");
}

#[tokio::test]
async fn a_command_with_something_wrong_in_it_changes_nothing() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&who, mug, 2).await.expect(201);
    let before = shop.house.items().await;
    let line = format!("/cart/lines/{mug}");
    for body in
        [json!({}), json!({ "quantity": 0 }), json!({ "quantity": "2" }), json!({ "quantity": 2, "x": 1 })]
    {
        shop.by(&who, shop.house.put(&line).json(&body)).send().await.refused(400, "invalid_body");
    }
    for body in
        [json!({}), json!({ "total": 7 }), json!({ "total": { "amount": 1 } }), json!({ "totals": 1 })]
    {
        let call = shop.by(&who, shop.house.post("/cart/accept-changes").json(&body));
        call.send().await.refused(400, "invalid_body");
    }
    for bad in ["seven", "7", "W/\"1\""] {
        let name = http::header::IF_MATCH;
        shop.by(&who, shop.house.delete("/cart")).header(name, bad).send().await.refused(400, "bad_if_match");
    }
    assert_eq!(shop.house.items().await, before);
}

#[tokio::test]
async fn a_path_with_another_kind_of_name_is_refused() {
    let shop = Shop::open().await;
    let (who, product) = (shop.customer(), ids::ProductId::mint(&shop.house.mint));
    let mug = shop.ware(990).to_string();
    for bad in
        [product.to_string(), "x".into(), "%00".into(), "..%2f".into(), mug.to_uppercase(), "9".repeat(400)]
    {
        shop.sets(&who, &bad, 1).await.refused(400, "malformed_id");
        shop.removes(&who, &bad).await.refused(400, "malformed_id");
    }
    shop.sets(&who, "%ff", 1).await.refused(400, "malformed_path");
    shop.by(&who, shop.house.get("/cart/nothing/here")).send().await.refused(404, "no_such_route");
    shop.by(&who, shop.house.put("/cart").json(&json!({}))).send().await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_language_that_is_none_is_refused() {
    let shop = Shop::open().await;
    for bad in ["", "english", "en_US", "1", "%ff", "x%00"] {
        shop.house.get(&format!("/cart?locale={bad}")).send().await.expect(400);
    }
}
