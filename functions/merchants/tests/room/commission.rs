//! What the market takes: rules that begin and end, previews, and the ask of other rooms.

use facts::merchants::CommissionChanged;
use ids::{CategoryId, ProductId};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::high_street::{Shop, Street, only};

const RULES: &str = "/merchants/admin/commission/rules";

async fn rule(street: &Street, body: &Value) -> String {
    let made = street.admin(RULES, body).send().await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

fn line(product: ProductId, categories: &[CategoryId], cents: i64, quantity: u32) -> Value {
    let price = json!({ "amount": cents, "currency": "EUR" });
    json!({ "product": product, "categories": categories, "unit_price": price, "quantity": quantity })
}

async fn preview(street: &Street, shop: Shop, lines: &[Value]) -> Value {
    let body = json!({ "lines": lines });
    street.post(shop.owner, &shop.path("/commission/preview"), &body).send().await.expect(200).json()
}

#[tokio::test]
async fn the_most_specific_rule_counts_and_everything_adds_up() {
    let mut street = Street::open().await;
    let (shop, other) = (street.draft().await, street.draft().await);
    let (product, stranger) = (ProductId::mint(&street.house.mint), ProductId::mint(&street.house.mint));
    let category = CategoryId::mint(&street.house.mint);
    let all = rule(&street, &json!({ "basis_points": 1250 })).await;
    let lamps = rule(&street, &json!({ "category": category, "basis_points": 800 })).await;
    let fixed = json!({ "amount": 30, "currency": "EUR" });
    let own = rule(&street, &json!({ "merchant": shop.id, "product": product, "fixed": fixed })).await;
    let lines = [
        line(product, &[category], 1000, 3),
        line(stranger, &[category], 999, 1),
        line(stranger, &[], 999, 1),
    ];
    let charge = preview(&street, shop, &lines).await;
    let rules: Vec<_> = charge["lines"].as_array().unwrap().iter().map(|line| line["rule"].clone()).collect();
    assert_eq!(rules, [json!(own), json!(lamps), json!(all)]);
    let taken: Vec<_> = charge["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["commission"]["amount"].as_i64().unwrap())
        .collect();
    assert_eq!(taken, [90, 80, 125]);
    let total = &charge["totals"][0];
    assert_eq!(
        (&total["price"]["amount"], &total["commission"]["amount"], &total["net"]["amount"]),
        (&json!(4998), &json!(295), &json!(4703))
    );
    // What was agreed with one shop is no other shop's.
    let charge = preview(&street, other, &lines).await;
    assert_eq!(charge["lines"][0]["rule"], json!(lamps));
    let facts = only::<CommissionChanged>(&street.house.facts());
    let merchants: Vec<_> = facts.iter().map(|changed| changed.merchant).collect();
    assert_eq!(merchants, [None, None, Some(shop.id)]);
}

#[tokio::test]
async fn other_rooms_get_the_answer_that_the_shop_was_shown() {
    let street = Street::open().await;
    let shop = street.draft().await;
    rule(&street, &json!({ "basis_points": 1000 })).await;
    let lines = [line(ProductId::mint(&street.house.mint), &[], 1234, 2)];
    let ask = json!({ "merchant": shop.id, "lines": lines });
    let asked = street.house.ask("commission", "sale-1", &ask).await.expect(200);
    assert_eq!((asked.json(), asked.spend.requests), (preview(&street, shop, &lines).await, 2));
}

#[tokio::test]
async fn a_rule_is_ended_and_another_begins_where_it_ends() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    let old = rule(&street, &json!({ "basis_points": 1000 })).await;
    let overlap = json!({ "basis_points": 500, "from": "2026-12-01T00:00:00Z" });
    let refused = street.admin(RULES, &overlap).send().await.refused(409, "rule_overlaps");
    assert_eq!(refused.json()["with"], json!(old));
    let end = json!({ "at": "2026-12-01T00:00:00Z" });
    street.admin(&format!("{RULES}/{old}/end"), &end).send().await.expect(200);
    let new = rule(&street, &overlap).await;
    let lines = [line(ProductId::mint(&street.house.mint), &[], 1000, 1)];
    let at = async |at: &str| {
        let body = json!({ "at": at, "lines": lines });
        let reply = street.post(shop.owner, &shop.path("/commission/preview"), &body).send().await;
        reply.expect(200).json()["lines"][0].clone()
    };
    assert_eq!(at("2026-11-30T23:59:59Z").await["rule"], json!(old));
    assert_eq!(at("2026-12-01T00:00:00Z").await["rule"], json!(new));
    let before = at("2026-01-01T00:00:00Z").await;
    assert_eq!((before.get("rule"), &before["commission"]["amount"]), (None, &json!(0)));
    street.admin(&format!("{RULES}/{old}/end"), &end).send().await.refused(409, "rule_ends_before");
    street.house.advance(SignedDuration::from_hours(24 * 30));
    let late = json!({ "at": "2026-12-02T00:00:00Z" });
    street.admin(&format!("{RULES}/{new}/end"), &late).send().await.refused(422, "rule_backdated");
    street.admin(&format!("{RULES}/{new}/end"), &json!({})).send().await.expect(200);
    let facts = street.house.facts();
    let of_old: Vec<_> = facts.iter().filter(|fact| fact.aggregate == old).map(|fact| fact.version).collect();
    assert_eq!(of_old, [1, 2]);
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_is_refused() {
    let street = Street::open().await;
    let product = ProductId::mint(&street.house.mint);
    let category = CategoryId::mint(&street.house.mint);
    let euro = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
    let check = async |body: Value, status, code| {
        street.admin(RULES, &body).send().await.refused(status, code);
    };
    check(json!({}), 422, "ambiguous_rule").await;
    check(json!({ "basis_points": 100, "fixed": euro(1) }), 422, "ambiguous_rule").await;
    check(json!({ "basis_points": 10_001 }), 422, "ambiguous_rule").await;
    check(json!({ "basis_points": 100, "product": product, "category": category }), 422, "ambiguous_rule")
        .await;
    check(json!({ "fixed": euro(-1) }), 422, "amount_out_of_range").await;
    check(json!({ "basis_points": -1 }), 400, "invalid_body").await;
    check(json!({ "basis_points": 12.5 }), 400, "invalid_body").await;
    check(json!({ "basis_points": 100, "from": "2026-11-20T00:00:00Z" }), 422, "rule_backdated").await;
    let backwards =
        json!({ "basis_points": 1, "from": "2026-12-02T00:00:00Z", "until": "2026-12-01T00:00:00Z" });
    check(backwards, 422, "rule_backwards").await;
    let nobody = ids::MerchantId::mint(&street.house.mint);
    check(json!({ "merchant": nobody, "basis_points": 1 }), 404, "no_such_shop").await;
    check(json!({ "basis_points": 1, "product": category }), 400, "invalid_body").await;
    let unknown = ids::RuleId::mint(&street.house.mint);
    street.admin(&format!("{RULES}/{unknown}/end"), &json!({})).send().await.refused(404, "no_such_rule");
    let none = street.house.get(RULES).as_admin().send().await.expect(200).json();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn lines_that_nobody_can_sell_are_refused() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let product = ProductId::mint(&street.house.mint);
    let check = async |lines: Vec<Value>, pointer: &str| {
        let body = json!({ "lines": lines });
        let reply = street.post(shop.owner, &shop.path("/commission/preview"), &body).send().await;
        assert_eq!(reply.refused(422, "bad_lines").json()["errors"][0]["pointer"], pointer);
    };
    check(vec![], "/lines").await;
    check(vec![line(product, &[], 1, 1); 101], "/lines").await;
    check(vec![line(product, &[], 1, 1), line(product, &[], -1, 1)], "/lines/1/unit_price").await;
    check(vec![line(product, &[], i64::MAX, 2)], "/lines").await;
}

#[tokio::test]
async fn a_shop_sees_its_own_rules_and_those_of_the_market() {
    let street = Street::open().await;
    let (shop, other) = (street.draft().await, street.draft().await);
    let market = rule(&street, &json!({ "basis_points": 1000 })).await;
    let mut own = Vec::new();
    for _ in 0..3 {
        let product = ProductId::mint(&street.house.mint);
        own.push(rule(&street, &json!({ "merchant": shop.id, "product": product, "basis_points": 1 })).await);
    }
    own.reverse();
    let ids = |list: Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = street.get(shop.owner, &shop.path("/commission/rules?limit=2")).send().await.expect(200);
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let path = shop.path(&format!("/commission/rules?limit=2&cursor={next}"));
    let second = street.get(shop.owner, &path).send().await.expect(200);
    assert_eq!([ids(first.json()), ids(second.json())].concat(), own);
    let of = async |shop: Shop, path: &str| {
        ids(street.get(shop.owner, &shop.path(path)).send().await.expect(200).json())
    };
    assert_eq!(of(other, "/commission/rules").await, Vec::<String>::new());
    assert_eq!(of(other, "/commission/market-rules").await, std::slice::from_ref(&market));
    let listed =
        street.house.get(&format!("{RULES}?merchant={}", shop.id)).as_admin().send().await.expect(200);
    assert_eq!(ids(listed.json()), own);
    assert_eq!(ids(street.house.get(RULES).as_admin().send().await.json()), [market]);
}
