//! A product from its first title to the archive.

use serde_json::{Value, json};

use crate::shop::{Shop, names};

#[tokio::test]
async fn a_product_is_written_proposed_published_and_archived() {
    let mut shop = Shop::open().await;
    let thing = shop.complete("A blue mug", 990).await;
    let page = format!("/catalog/products/{}", thing.id);
    shop.house.get(&page).send().await.refused(404, "no_such_product");

    shop.about(&thing.id, "/propose", &Value::Null).send().await.expect(200);
    let published = shop.about(&thing.id, "/publish", &Value::Null).send().await.expect(200);
    assert_eq!((published.json()["state"].as_str(), published.version()), (Some("published"), 5));

    let reply = shop.house.get(&page).send().await.expect(200);
    assert_eq!(reply.version(), 5);
    assert_eq!(reply.json()["title"], "A blue mug");
    assert_eq!(reply.json()["variants"][0]["prices"], json!([{ "amount": 990, "currency": "EUR" }]));

    let archived = shop.about(&thing.id, "/archive", &Value::Null).send().await.expect(200);
    assert_eq!(archived.json()["state"], "archived");
    shop.house.get(&page).send().await.refused(404, "no_such_product");
    let restored = shop.about(&thing.id, "/restore", &Value::Null).send().await.expect(200);
    assert_eq!(restored.json()["state"], "draft");

    let facts = shop.house.facts();
    let expect = [
        "catalog.variant_created.v1",
        "catalog.price_changed.v1",
        "catalog.product_published.v1",
        "catalog.product_archived.v1",
    ];
    assert_eq!(names(&facts), expect);
    assert_eq!(facts[0].id, format!("{}.2.0", thing.id));
    assert_eq!(facts[0].data["variant"], thing.variant);
    assert_eq!(facts[2].data["variants"], json!([thing.variant]));
}

#[tokio::test]
async fn the_page_of_a_product_is_one_request_to_the_table() {
    let shop = Shop::open().await;
    let thing = shop.published("A blue mug", 990).await;
    shop.is_read("/catalog/products").await;
    let reply = shop.house.get(&format!("/catalog/products/{}", thing.id)).send().await.expect(200);
    assert_eq!(reply.spend.requests, 1);
    let same = shop.house.get(&format!("/catalog/products/{}", thing.id));
    let same = same.header("if-none-match".parse().unwrap(), reply.header("etag").unwrap()).send().await;
    assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
}

#[tokio::test]
async fn a_proposal_that_lacks_something_names_all_of_it() {
    let shop = Shop::open().await;
    let product = shop.draft("A mug").await;
    let refused =
        shop.about(&product, "/propose", &Value::Null).send().await.refused(422, "product_incomplete");
    assert_eq!(refused.json()["errors"][0]["code"], "variant_missing");
    shop.variant(&product, &json!({ "kind": "physical", "sku": "A" })).await;
    let refused =
        shop.about(&product, "/propose", &Value::Null).send().await.refused(422, "product_incomplete");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/variants/0/prices");
    let missing = shop.own(&product).await.json()["missing"].clone();
    assert_eq!(missing[0]["code"], "price_missing", "its merchant sees it before anybody refuses");
}

#[tokio::test]
async fn what_is_proposed_is_frozen_until_it_is_withdrawn() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    shop.about(&thing.id, "/propose", &Value::Null).send().await.expect(200);
    let name = json!({ "locale": "en", "title": "Another" });
    let refused = shop.about(&thing.id, "/rename", &name).send().await.refused(409, "wrong_state");
    assert_eq!(refused.json()["state"], "proposed");
    shop.about(&thing.id, "/withdraw", &Value::Null).send().await.expect(200);
    shop.about(&thing.id, "/rename", &name).send().await.expect(200);
}

#[tokio::test]
async fn variants_are_changed_and_removed_as_long_as_nobody_can_have_ordered_them() {
    let shop = Shop::open().await;
    let product = shop.draft("A mug").await;
    let values = json!([{ "key": "s" }, { "key": "l", "titles": { "en": "Large", "ru": "Большая" } }]);
    let options = json!({ "options": [{ "key": "size", "titles": { "en": "Size" }, "values": values }] });
    shop.about(&product, "/options", &options).send().await.expect(200);
    let sized =
        |sku: &str, size: &str| json!({ "kind": "physical", "sku": sku, "choices": { "size": size } });
    let small = shop.variant(&product, &sized("S", "s")).await;
    let large = shop.variant(&product, &sized("L", "l")).await;
    shop.about(&product, "/variants", &sized("X", "l")).send().await.refused(409, "choices_taken");
    shop.about(&product, "/variants", &sized("X", "xl")).send().await.refused(422, "choices_do_not_fit");

    let mut heavy = sized("L-2", "l");
    heavy["weight_grams"] = json!(450);
    let change = format!("/variants/{large}/change");
    let reply = shop.about(&product, &change, &heavy).send().await.expect(200);
    assert_eq!(reply.json()["variants"][1]["weight_grams"], 450);
    let course = json!({ "kind": "course", "sku": "L-2", "choices": { "size": "l" } });
    shop.about(&product, &change, &course).send().await.refused(422, "cannot_change");

    let remove = format!("/variants/{small}/remove");
    let reply = shop.about(&product, &remove, &Value::Null).send().await.expect(200);
    assert_eq!(reply.json()["variants"].as_array().unwrap().len(), 1);
    shop.about(&product, &remove, &Value::Null).send().await.refused(404, "no_such_variant");

    let price = json!({ "price": { "amount": 1290, "currency": "EUR" } });
    shop.about(&product, &format!("/variants/{large}/price"), &price).send().await.expect(200);
    shop.publish(&product).await;
    let remove = format!("/variants/{large}/remove");
    shop.about(&product, &remove, &Value::Null).send().await.refused(409, "wrong_state");

    let page = shop.house.get(&format!("/catalog/products/{product}?locale=ru")).send().await.expect(200);
    assert_eq!(page.json()["options"][0]["values"][1]["title"], "Большая");
    assert_eq!(
        page.json()["options"][0]["values"][0]["title"],
        "s",
        "what has no title is called by its key"
    );
}

#[tokio::test]
async fn the_market_takes_anybodys_product_down() {
    let mut shop = Shop::open().await;
    let thing = shop.published("A bad mug", 990).await;
    let path = format!("/catalog/products/{}/archive", thing.id);
    shop.house.post(&path).as_manager(shop.merchant).send().await.refused(403, "forbidden");
    let reply = shop.house.post(&path).as_admin().send().await.expect(200);
    assert_eq!(reply.json()["state"], "archived");
    assert!(names(&shop.house.facts()).contains(&"catalog.product_archived.v1"));
}

#[tokio::test]
async fn a_clerk_writes_and_proposes_and_a_manager_decides() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    let by_clerk = |step: &str| {
        shop.house.post(&shop.path(&format!("products/{}{step}", thing.id))).as_clerk(shop.merchant)
    };
    let price = json!({ "price": { "amount": 1, "currency": "EUR" } });
    let pricing = format!("/variants/{}/price", thing.variant);
    by_clerk(&pricing).json(&price).send().await.expect(200);
    by_clerk("/publish").send().await.refused(403, "forbidden");
    by_clerk("/propose").send().await.expect(200);
    by_clerk("/publish").send().await.refused(403, "forbidden");
    shop.about(&thing.id, "/publish", &Value::Null).send().await.expect(200);
    by_clerk(&pricing).json(&price).send().await.refused(403, "takes_a_manager");
    by_clerk("/archive").send().await.refused(403, "forbidden");
}
