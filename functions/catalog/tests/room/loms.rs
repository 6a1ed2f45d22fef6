//! The LOMS contract's products, with numbers for names.

use auth::Tier;
use serde_json::json;
use testkit::House;

use crate::shop::Shop;

async fn book(shop: &Shop, sku: i64, name: &str, roubles: i64) -> crate::shop::Thing {
    let words = json!({ "kind": "physical", "sku": format!("B-{sku}"), "numeric_sku": sku });
    let thing = shop.complete_with(name, 999, words).await;
    let price = json!({ "price": { "amount": roubles * 100 + 50, "currency": "RUB" } });
    shop.price(&thing, &price).await.send().await.expect(200);
    thing
}

fn get<'a>(house: &'a House, path: &str) -> testkit::Call<'a> {
    house.get(path).header("x-api-key".parse().unwrap(), "any")
}

#[tokio::test]
async fn products_are_found_by_number_and_cost_whole_units() {
    let shop = Shop::open_with(&[("LOMS", "on"), ("LOMS_KEY", "open")]).await;
    for (sku, name, price) in [(1076963, "Теория", 3379), (99, "Платье", 634), (139275865, "Книга", 1)]
    {
        let thing = book(&shop, sku, name, price).await;
        shop.publish(&thing.id).await;
    }
    book(&shop, 100, "A draft", 5).await;
    let house = &shop.house;
    let reply = get(house, "/product/1076963").send().await.expect(200);
    assert_eq!(reply.json(), json!({ "name": "Теория", "price": 3379, "sku": 1076963 }));

    let skus = async |query: &str| -> Vec<i64> {
        let list = get(house, &format!("/product?{query}")).send().await.expect(200).json();
        list.as_array().unwrap().iter().map(|product| product["sku"].as_i64().unwrap()).collect()
    };
    assert_eq!(skus("count=10").await, [99, 1076963, 139275865]);
    assert_eq!(skus("count=1&start_after_sku=0").await, [99]);
    assert_eq!(skus("count=2&start_after_sku=99").await, [1076963, 139275865]);
    assert!(skus("count=2&start_after_sku=139275865").await.is_empty());

    let check = async |path: &str, status, code: i64| {
        let reply = get(house, path).send().await.expect(status);
        assert_eq!(reply.json()["code"], code, "{path}");
    };
    check("/product/100", 404, 5).await;
    check("/product/7", 404, 5).await;
    check("/product/0", 400, 3).await;
    check("/product/x", 400, 3).await;
    check("/product?count=0", 400, 3).await;
    check("/product?count=1001", 400, 3).await;
    check("/product", 400, 3).await;
    check("/product?count=1&start_after_sku=-1", 400, 3).await;
    house.get("/product/1076963").send().await.expect(401);
}

#[tokio::test]
async fn the_contract_is_closed_unless_the_stage_opens_it() {
    let shop = Shop::open_with(&[("LOMS", "off")]).await;
    get(&shop.house, "/product/1").send().await.refused(404, "no_such_route");
    let shop = Shop::open_with(&[("LOMS", "on"), ("LOMS_KEY", "required")]).await;
    get(&shop.house, "/product/1").send().await.expect(403);
}

#[tokio::test]
async fn where_keys_are_required_one_with_the_scope_opens() {
    let shop = Shop::open_with(&[("LOMS", "on"), ("LOMS_KEY", "required")]).await;
    let key = shop.house.people.api_key(&["loms"], Tier::Standard, None);
    shop.house.get("/product/1").header("x-api-key".parse().unwrap(), &key).send().await.expect(404);
}
