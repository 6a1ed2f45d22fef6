//! What is not as it should be is refused with its name, and changes nothing.

use ids::{MediaId, MerchantId, ProductId, VariantId};
use serde_json::{Value, json};
use testkit::Reply;

use crate::shop::{Shop, Thing};

/// Every command about a product, with a body that would be accepted.
fn commands(shop: &Shop, thing: &Thing) -> Vec<(String, Value)> {
    let variant = &thing.variant;
    let media = MediaId::mint(&shop.house.mint);
    vec![
        ("/rename".into(), json!({ "locale": "en", "title": "Another", "slug": "another" })),
        ("/describe".into(), json!({ "locale": "en", "description": "Warm." })),
        ("/categories".into(), json!({ "categories": [] })),
        ("/options".into(), json!({ "options": [] })),
        ("/variants".into(), json!({ "kind": "course", "sku": "B", "choices": {}, "sellable": true })),
        (format!("/variants/{variant}/change"), json!({ "kind": "physical", "sku": "B" })),
        (format!("/variants/{variant}/price"), json!({ "price": { "amount": 1, "currency": "EUR" } })),
        ("/media".into(), json!({ "content_type": "image/png", "bytes": 9, "sha256": "00".repeat(32) })),
        ("/media/arrange".into(), json!({ "order": [media] })),
    ]
}

/// Those that take no body.
fn steps(thing: &Thing) -> Vec<String> {
    let steps = ["/propose", "/withdraw", "/publish", "/archive", "/restore"].map(str::to_owned);
    steps.into_iter().chain([format!("/variants/{}/remove", thing.variant)]).collect()
}

fn pointer(reply: &Reply) -> String {
    reply.json()["errors"][0]["pointer"].as_str().unwrap_or("").to_owned()
}

#[tokio::test]
async fn a_command_with_something_wrong_in_it_is_refused_by_name() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    let before = shop.own(&thing.id).await;
    let check = async |operation: &str, body: Value, at: &str| {
        let reply = shop.about(&thing.id, operation, &body).send().await.refused(400, "invalid_body");
        assert!(pointer(&reply).starts_with(at), "{operation} {body}: {}", reply.text());
    };
    for (operation, body) in commands(&shop, &thing) {
        let mut more = body.clone();
        more["colour"] = json!("red");
        check(&operation, more, "/colour").await;
        for field in body.as_object().unwrap().keys() {
            let mut wrong = body.clone();
            wrong[field] = json!(-7.5);
            check(&operation, wrong, &format!("/{field}")).await;
        }
    }
    for (field, value) in [
        ("title", json!("")),
        ("title", json!("x".repeat(201))),
        ("title", json!("a\u{0}b")),
        ("slug", json!("Not a slug")),
        ("slug", json!("x".repeat(81))),
        ("locale", json!("english")),
        ("locale", json!("../../etc")),
    ] {
        let mut name = json!({ "locale": "en", "title": "x" });
        name[field] = value;
        check("/rename", name, &format!("/{field}")).await;
    }
    let long = json!({ "locale": "en", "description": "x".repeat(4001) });
    check("/describe", long, "/description").await;
    check("/categories", json!({ "categories": [thing.id] }), "/categories/0").await;
    let option = json!({ "options": [{ "key": "Size", "values": [] }] });
    check("/options", option, "/options/0/key").await;
    for (field, value) in [
        ("kind", json!("thing")),
        ("numeric_sku", json!(0)),
        ("numeric_sku", json!(1.5)),
        ("weight_grams", json!(-1)),
        ("barcode", json!("a b")),
        ("choices", json!({ "Size": "l" })),
    ] {
        let mut words = json!({ "kind": "physical", "sku": "B" });
        words[field] = value;
        check("/variants", words, &format!("/{field}")).await;
    }
    assert_eq!(shop.own(&thing.id).await.json(), before.json());
}

#[tokio::test]
async fn what_is_out_of_bounds_is_refused_and_changes_nothing() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    let before = shop.own(&thing.id).await;
    let check = async |operation: &str, body: Value, code: &str| {
        shop.about(&thing.id, operation, &body).send().await.refused(422, code);
    };
    let value = |n: usize| json!({ "key": n.to_string() });
    let values: Vec<_> = (0..41).map(value).collect();
    check("/options", json!({ "options": [{ "key": "size", "values": values }] }), "too_many").await;
    check("/options", json!({ "options": [{ "key": "size", "values": [] }] }), "option_without_values").await;
    let twice = json!({ "options": [{ "key": "size", "values": [value(1), value(1)] }] });
    check("/options", twice, "option_named_twice").await;
    check("/options", json!({ "options": [{ "key": "size", "values": [value(1)] }] }), "choices_do_not_fit")
        .await;
    let heavy = json!({ "kind": "physical", "sku": "A-1", "weight_grams": 1_000_001 });
    check(&format!("/variants/{}/change", thing.variant), heavy, "too_heavy").await;
    let untranslated = json!({ "locale": "ru", "description": "x" });
    shop.about(&thing.id, "/describe", &untranslated).send().await.refused(409, "no_translation");
    assert_eq!(shop.own(&thing.id).await.json(), before.json());
}

#[tokio::test]
async fn nobody_and_strangers_get_nowhere() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    let before = shop.own(&thing.id).await;
    let stranger = MerchantId::mint(&shop.house.mint);
    let bodies = commands(&shop, &thing).into_iter();
    let all = bodies.chain(steps(&thing).into_iter().map(|step| (step, Value::Null)));
    for (operation, body) in all {
        let path = shop.path(&format!("products/{}{operation}", thing.id));
        let post = |path: &str| shop.house.post(path).key("k").json(&body);
        post(&path).send().await.refused(401, "unauthorized");
        post(&path).bearer("nonsense").send().await.refused(401, "unauthorized");
        post(&path).as_customer().send().await.refused(403, "forbidden");
        post(&path).as_manager(stranger).send().await.refused(403, "forbidden");
        // A merchant who names their own shop and another shop's product.
        let theirs = path.replace(&shop.merchant.to_string(), &stranger.to_string());
        post(&theirs).as_manager(stranger).send().await.refused(404, "no_such_product");
    }
    let own = format!("/catalog/merchants/{stranger}/products/{}", thing.id);
    shop.house.get(&own).as_manager(stranger).send().await.refused(404, "no_such_product");
    assert_eq!(shop.own(&thing.id).await.json(), before.json());
}

#[tokio::test]
async fn an_id_of_another_kind_or_of_nothing_is_named() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    for (operation, body) in commands(&shop, &thing) {
        let post = |product: &str| shop.about(product, &operation, &body).send();
        post(&thing.variant).await.refused(400, "malformed_id");
        post("prd_short").await.refused(400, "malformed_id");
        let unknown = ProductId::mint(&shop.house.mint).to_string();
        post(&unknown).await.refused(404, "no_such_product");
    }
    let unknown = VariantId::mint(&shop.house.mint);
    let price = json!({ "price": { "amount": 1, "currency": "EUR" } });
    let priced = |variant: &str| shop.about(&thing.id, &format!("/variants/{variant}/price"), &price).send();
    priced(&unknown.to_string()).await.refused(404, "no_such_variant");
    priced(&thing.id).await.refused(400, "malformed_id");
    shop.house.get("/catalog/products/var_1").send().await.refused(400, "malformed_id");
    shop.look("imports/prd_1").send().await.refused(400, "malformed_id");
    shop.house.get("/catalog/products?category=mugs").send().await.refused(400, "invalid_query");
    let two = format!(
        "/catalog/products?merchant={}&category={}",
        shop.merchant,
        ids::CategoryId::mint(&shop.house.mint)
    );
    shop.house.get(&two).send().await.refused(400, "two_shelves");
    shop.house.get("/catalog/nowhere").send().await.refused(404, "no_such_route");
    shop.house.delete("/catalog/products").send().await.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn a_stale_version_is_refused_and_changes_nothing() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    let before = shop.own(&thing.id).await;
    let bodies = commands(&shop, &thing).into_iter();
    let all = bodies.chain(steps(&thing).into_iter().map(|step| (step, Value::Null)));
    for (operation, body) in all {
        let call = || shop.about(&thing.id, &operation, &body);
        call().if_match(before.version() - 1).send().await.refused(412, "stale_version");
        call().header("if-match".parse().unwrap(), "x").send().await.refused(400, "bad_if_match");
    }
    assert_eq!(shop.own(&thing.id).await.json(), before.json());
}

#[tokio::test]
async fn what_makes_something_needs_a_key_and_a_whole_body() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    let before = shop.house.items().await.len();
    let about = |rest: &str| shop.path(&format!("products/{}{rest}", thing.id));
    let makers = [shop.path("products"), about("/variants"), about("/media"), shop.path("imports")];
    for path in &makers {
        let post = || shop.house.post(path).as_manager(shop.merchant);
        post().json(&json!({})).send().await.refused(400, "idempotency_key_missing");
        post().key("").json(&json!({})).send().await.refused(400, "idempotency_key_invalid");
        post().key(&"k".repeat(129)).json(&json!({})).send().await.refused(400, "idempotency_key_invalid");
    }
    let admin = || shop.house.post("/catalog/categories").as_admin();
    admin().json(&json!({})).send().await.refused(400, "idempotency_key_missing");

    let edits = commands(&shop, &thing);
    let edits = edits.iter().map(|(operation, _)| about(operation)).filter(|path| !makers.contains(path));
    for path in makers.iter().cloned().chain(edits) {
        let post = || shop.house.post(&path).as_manager(shop.merchant).key("k");
        post().body("application/json", "{").send().await.refused(400, "broken_json");
        post().body("application/json", "").send().await.refused(400, "broken_json");
        post().body("text/plain", "{}").send().await.refused(415, "not_json");
        post().body("application/json", vec![b' '; 300_000]).send().await.refused(413, "body_too_large");
        post().json(&json!([])).send().await.refused(400, "invalid_body");
    }
    assert_eq!(shop.house.items().await.len(), before, "nothing was made and no key was claimed");
}

#[tokio::test]
async fn a_broken_cursor_or_limit_is_refused() {
    let shop = Shop::open().await;
    for path in ["/catalog/products".to_owned(), format!("/catalog/products?merchant={}", shop.merchant)] {
        let and = if path.contains('?') { '&' } else { '?' };
        let check = async |query: &str, code: &str| {
            shop.house.get(&format!("{path}{and}{query}")).send().await.refused(400, code);
        };
        check("cursor=nonsense", "bad_cursor").await;
        check("cursor=%00", "bad_cursor").await;
        check("limit=0", "bad_limit").await;
        check("limit=101", "bad_limit").await;
        check("limit=x", "invalid_query").await;
    }
    shop.look("products?cursor=x").send().await.refused(400, "bad_cursor");
    // A cursor of another list skips, and shows nothing that is not on this one.
    let forged = dynamo::Cursor::behind("2999-12").encode();
    let path = format!("/catalog/products?cursor={forged}");
    shop.house.get(&path).send().await.expect(200);
}
