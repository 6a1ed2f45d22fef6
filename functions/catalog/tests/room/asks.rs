//! What other rooms ask.

use serde_json::{Value, json};

use crate::shop::Shop;

#[tokio::test]
async fn a_hundred_lines_are_priced_by_one_request() {
    let shop = Shop::open().await;
    let mug = shop.published("A mug", 990).await;
    let draft = shop.complete("A draft", 500).await;
    let dollars = shop.draft("In dollars").await;
    let variant = shop.variant(&dollars, &json!({ "kind": "course", "sku": "C", "numeric_sku": 77 })).await;
    let price = json!({ "price": { "amount": 100, "currency": "USD" } });
    shop.about(&dollars, &format!("/variants/{variant}/price"), &price).send().await.expect(200);
    shop.publish(&dollars).await;

    let mut variants = vec![mug.variant.clone(), draft.variant.clone(), variant.clone(), mug.variant.clone()];
    let unknown: Vec<_> = (0..97).map(|_| ids::VariantId::mint(&shop.house.mint).to_string()).collect();
    variants.extend(unknown.iter().cloned());
    let ask = json!({ "variants": variants, "currency": "EUR", "locale": "ru" });
    shop.is_read("/catalog/products").await;
    let reply = shop.house.ask("price_lines", "q1", &ask).await.expect(200);
    assert_eq!(reply.spend.requests, 1);
    let answer = reply.json();
    let line = json!({
        "variant": mug.variant, "product": mug.id, "merchant": shop.merchant, "kind": "physical",
        "sku": "A-1", "title": "A mug", "price": { "amount": 990, "currency": "EUR" },
    });
    assert_eq!(answer["lines"], json!([line]));
    let why = |variant: &str| {
        let refused = answer["refused"].as_array().unwrap().iter();
        refused.clone().find(|line| line["variant"] == variant).map(|line| line["code"].clone())
    };
    assert_eq!(why(&draft.variant), Some(json!("not_on_sale")));
    assert_eq!(why(&variant), Some(json!("no_price")));
    assert_eq!(why(&unknown[0]), Some(json!("unknown_variant")));

    shop.about(&mug.id, "/archive", &Value::Null).send().await.expect(200);
    let ask = json!({ "variants": [mug.variant], "currency": "EUR" });
    let reply = shop.house.ask("price_lines", "q2", &ask).await.expect(200);
    assert_eq!(reply.json()["refused"][0]["code"], "not_on_sale");
}

#[tokio::test]
async fn an_ask_that_is_not_one_is_refused() {
    let shop = Shop::open().await;
    let variant = ids::VariantId::mint(&shop.house.mint);
    let many: Vec<_> = (0..101).map(|_| ids::VariantId::mint(&shop.house.mint)).collect();
    let ask = async |body: Value| shop.house.ask("price_lines", "q", &body).await;
    ask(json!({ "variants": [], "currency": "EUR" })).await.refused(422, "bad_lines");
    ask(json!({ "variants": many, "currency": "EUR" })).await.refused(422, "bad_lines");
    for body in [
        json!({ "variants": [variant], "currency": "EURO" }),
        json!({ "variants": [shop.merchant], "currency": "EUR" }),
        json!({ "variants": [variant], "currency": "EUR", "colour": "red" }),
        json!({ "variants": variant, "currency": "EUR" }),
        json!({ "variants": [variant] }),
    ] {
        ask(body).await.refused(400, "malformed_ask");
    }
}

#[tokio::test]
async fn numbers_are_priced_like_the_contract_shows_them() {
    let shop = Shop::open_with(&[("LOMS", "on"), ("LOMS_KEY", "open")]).await;
    let numbered = |sku: i64| json!({ "kind": "physical", "sku": format!("N-{sku}"), "numeric_sku": sku });
    let euros = shop.complete_with("In euros", 1_250, numbered(5)).await;
    let roubles = shop.complete_with("In roubles too", 999, numbered(7)).await;
    let price = json!({ "price": { "amount": 337_950, "currency": "RUB" } });
    shop.price(&roubles, &price).await.send().await.expect(200);
    shop.complete_with("A draft", 1, numbered(9)).await;
    shop.publish(&euros.id).await;
    shop.publish(&roubles.id).await;
    shop.is_read("/catalog/products").await;
    let reply = shop.house.ask("price_numbers", "n1", &json!({ "skus": [9, 7, 5, 404] })).await.expect(200);
    assert_eq!(reply.spend.requests, 2);
    let lines = reply.json()["lines"].as_array().unwrap().clone();
    let said: Vec<_> =
        lines.iter().map(|line| json!([line["numeric_sku"], line["title"], line["price"]])).collect();
    let expect = [
        json!([5, "In euros", { "amount": 1_250, "currency": "EUR" }]),
        json!([7, "In roubles too", { "amount": 337_950, "currency": "RUB" }]),
    ];
    assert_eq!(said, expect);
    // A number is one variant's for ever, so whose it is is not read again.
    let again = shop.house.ask("price_numbers", "n4", &json!({ "skus": [7, 5] })).await.expect(200);
    assert_eq!((again.spend.requests, again.json()["lines"].as_array().unwrap().len()), (1, 2));
    for (skus, name) in [(json!([]), "bad_lines"), (json!((1..=101).collect::<Vec<_>>()), "bad_lines")] {
        shop.house.ask("price_numbers", "n2", &json!({ "skus": skus })).await.refused(422, name);
    }
    shop.house.ask("price_numbers", "n3", &json!({ "skus": ["7"] })).await.refused(400, "malformed_ask");
}
