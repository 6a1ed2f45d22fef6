//! The LOMS contract: numbers for names.

use auth::Tier;
use facts::catalog::{LineKind, VariantCreated};
use serde_json::json;

use crate::market::Market;

/// As on a laptop, whatever the template says of AWS.
const OPEN: &[(&str, &str)] = &[("LOMS", "on"), ("LOMS_KEY", "open")];

#[tokio::test]
async fn the_count_is_what_can_be_bought_now_as_a_string() {
    let market = Market::open_with(OPEN).await;
    let variant = market.variant_of(LineKind::Physical, Some(1_076_963)).await;
    market.receive(variant, 300).await;
    market.reserve("loms:1", &[(variant, 35)]).await.expect(200);
    let info = market.house.get("/stock/info?sku=1076963").send().await.expect(200);
    assert_eq!(info.json(), json!({ "count": "265" }));
}

#[tokio::test]
async fn a_number_that_is_only_wished_for_shows_nothing_and_takes_nothing_away() {
    let market = Market::open_with(OPEN).await;
    let wish = market.created(LineKind::Physical, Some(7));
    market.hears(&wish).await;
    market.house.get("/stock/info?sku=7").send().await.expect(404);
    let wished = wish.hear::<VariantCreated>().unwrap();
    assert_eq!(market.stock(wished.variant).await.json().get("numeric_sku"), None);

    let sold = market.variant_of(LineKind::Physical, Some(7)).await;
    market.receive(sold, 3).await;
    let late = market.created(LineKind::Physical, Some(7));
    market.hears(&late).await;
    let count =
        async || market.house.get("/stock/info?sku=7").send().await.expect(200).json()["count"].clone();
    assert_eq!((count().await, &market.stock(sold).await.json()["numeric_sku"]), (json!("3"), &json!(7)));
    market.is_sound().await;
}

#[tokio::test]
async fn a_number_that_is_told_of_twice_or_before_its_variant_is_given_once() {
    let market = Market::open_with(OPEN).await;
    let fact = market.created(LineKind::Physical, Some(7));
    let created: VariantCreated = fact.hear().unwrap();
    let numbered = market.numbered(&created);
    let unheard = market.house.hear(std::slice::from_ref(&numbered)).await;
    assert_eq!(unheard.len(), 1, "it comes again, once the stock is open");
    market.hears(&fact).await;
    market.hears(&numbered).await;
    let version = market.stock(created.variant).await.version();
    market.hears(&numbered).await;
    assert_eq!(market.stock(created.variant).await.version(), version);
    market.house.get("/stock/info?sku=7").send().await.expect(200);
    // A later change of the card keeps the number.
    market.command(created.variant, "/threshold", &json!({ "threshold": 3 })).send().await.expect(200);
    assert_eq!(market.stock(created.variant).await.json()["numeric_sku"], 7);
}

#[tokio::test]
async fn errors_have_the_shape_of_the_contract() {
    let market = Market::open_with(OPEN).await;
    let check = async |query: &str, status: u16, code: u8| {
        let reply = market.house.get(&format!("/stock/info{query}")).send().await.expect(status).json();
        assert_eq!((&reply["code"], &reply["details"]), (&json!(code), &json!([])), "{query}");
        assert!(reply["message"].is_string());
    };
    check("?sku=404", 404, 5).await;
    for bad in ["", "?sku=", "?sku=0", "?sku=-1", "?sku=x", "?sku=1.5", "?sku=9223372036854775808", "?s=1"] {
        check(bad, 400, 3).await;
    }
}

#[tokio::test]
async fn where_the_contract_is_not_served_its_path_is_unknown() {
    let market = Market::open_with(&[("LOMS", "off")]).await;
    market.house.get("/stock/info?sku=1").send().await.refused(404, "no_such_route");
}

#[tokio::test]
async fn on_a_public_host_the_contract_takes_a_key() {
    let market = Market::open_with(&[("LOMS", "on"), ("LOMS_KEY", "required")]).await;
    let key = market.house.people.api_key(&["loms"], Tier::Standard, None);
    let other = market.house.people.api_key(&["inventory:write"], Tier::Standard, None);
    let info = || market.house.get("/stock/info?sku=1");
    assert_eq!(info().send().await.expect(403).json()["code"], 7);
    let name = http::HeaderName::from_static("x-api-key");
    assert_eq!(info().header(name.clone(), &other).send().await.expect(403).json()["code"], 7);
    assert_eq!(info().header(name, &key).send().await.expect(404).json()["code"], 5);
}
