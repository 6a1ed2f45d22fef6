//! Shops that may sell, and shops that may not.

use facts::merchants::{MerchantActivated, MerchantClosed, MerchantRestricted};
use ids::MerchantId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::House;

use crate::shop::{Shop, Thing, counts};

/// For how long a shop that sold is taken to sell.
const FRESH: SignedDuration = SignedDuration::from_secs(15);

impl Shop {
    async fn activated(&self, version: u64) {
        let (merchant, name) = (self.merchant, "A shop".into());
        self.house.hears(merchant, version, &MerchantActivated { merchant, name }).await;
    }

    async fn restricted(&self, version: u64) {
        let (merchant, reason) = (self.merchant, "counterfeit".into());
        self.house.hears(merchant, version, &MerchantRestricted { merchant, reason }).await;
    }

    /// Whether a product is seen and can be bought, which must be the same wherever one looks.
    async fn is_sold(&self, thing: &Thing, category: &str) -> bool {
        let at = |query: String| format!("/catalog/products?{query}");
        let (shop, shelf) = (at(format!("merchant={}", self.merchant)), at(format!("category={category}")));
        let ask = json!({ "variants": [thing.variant], "currency": "EUR" });
        let priced = self.house.ask("price_lines", "q", &ask).await.expect(200).json();
        let numbered = self.house.ask("price_numbers", "n", &json!({ "skus": [7] })).await.expect(200).json();
        let page = self.house.get(&format!("/catalog/products/{}", thing.id)).send().await;
        let slug = self.house.get("/catalog/addresses/en/mug").send().await;
        let loms = self.house.get("/product/7").header("x-api-key".parse().unwrap(), "any").send().await;
        let loms_all = self.house.get("/product?count=9").header("x-api-key".parse().unwrap(), "any");
        let seen = [
            priced["lines"] != json!([]),
            numbered["lines"] != json!([]),
            page.status.is_success(),
            slug.status.is_success(),
            loms.status.is_success(),
            loms_all.send().await.expect(200).json() != json!([]),
            !self.titles(&shop).await.is_empty(),
            !self.titles(&shelf).await.is_empty(),
            !self.titles("/catalog/products").await.is_empty(),
        ];
        assert_eq!(seen, [seen[0]; 9], "prices, page, address, numbers and lists say the same");
        seen[0]
    }
}

#[tokio::test]
async fn a_shop_that_has_not_opened_prepares_everything_and_publishes_nothing() {
    let house = House::open(catalog::room()).await;
    let merchant = MerchantId::mint(&house.mint);
    let mut shop = Shop { house, merchant };
    let thing = shop.complete("A mug", 990).await;
    shop.about(&thing.id, "/propose", &Value::Null).send().await.expect(200);
    shop.about(&thing.id, "/publish", &Value::Null).send().await.refused(409, "shop_not_open");
    let rows = "external_id,kind,title,price,currency,publish\n\
                E-1,physical,Bowl,1.00,EUR,yes\nE-2,physical,Plate,1.00,EUR,\n";
    let import = shop.import("csv", rows).await;
    assert_eq!(counts(&shop.settled(&import).await), [1, 0, 0, 1]);
    assert_eq!(shop.outcome(&import).await[0]["code"], "shop_not_open");

    shop.activated(3).await;
    shop.about(&thing.id, "/publish", &Value::Null).send().await.expect(200);
    let again = shop.import("csv", rows).await;
    assert_eq!(counts(&shop.settled(&again).await), [1, 0, 1, 0], "what was refused is tried again");
}

#[tokio::test]
async fn what_a_shop_sells_is_seen_while_it_may_sell() {
    let shop = Shop::open_with(&[("LOMS", "on"), ("LOMS_KEY", "open")]).await;
    let category = shop.category("kitchen", None).await;
    let words = json!({ "kind": "physical", "sku": "A-1", "numeric_sku": 7 });
    let mug = shop.complete_with("A mug", 990, words).await;
    let name = json!({ "locale": "en", "title": "A mug", "slug": "mug" });
    shop.about(&mug.id, "/rename", &name).send().await.expect(200);
    let shelves = json!({ "categories": [category] });
    shop.about(&mug.id, "/categories", &shelves).send().await.expect(200);
    shop.publish(&mug.id).await;
    assert!(shop.is_sold(&mug, &category).await);

    shop.restricted(3).await;
    shop.house.advance(FRESH);
    assert!(!shop.is_sold(&mug, &category).await);
    assert_eq!(shop.own(&mug.id).await.json()["state"], "published", "its merchant sees what it was");
    let price = json!({ "price": { "amount": 880, "currency": "EUR" } });
    shop.price(&mug, &price).await.send().await.expect(200);

    shop.activated(4).await;
    assert!(shop.is_sold(&mug, &category).await, "it is seen again at once");
    let merchant = shop.merchant;
    shop.house.hears(merchant, 5, &MerchantClosed { merchant }).await;
    shop.house.advance(FRESH);
    assert!(!shop.is_sold(&mug, &category).await);
}

#[tokio::test]
async fn a_fact_that_comes_late_or_twice_does_not_undo_a_later_one() {
    let shop = Shop::open().await;
    let mug = shop.complete("A mug", 990).await;
    shop.about(&mug.id, "/propose", &Value::Null).send().await.expect(200);
    shop.restricted(5).await;
    shop.activated(4).await;
    shop.activated(5).await;
    shop.about(&mug.id, "/publish", &Value::Null).send().await.refused(409, "shop_not_open");
    for _ in 0..2 {
        shop.activated(6).await;
    }
    shop.about(&mug.id, "/publish", &Value::Null).send().await.expect(200);
}

#[tokio::test]
async fn a_shop_that_was_seen_lately_costs_no_request() {
    let shop = Shop::open().await;
    let mug = shop.published("A mug", 990).await;
    let ask = json!({ "variants": [mug.variant], "currency": "EUR" });
    let requests = async || shop.house.ask("price_lines", "q", &ask).await.expect(200).spend.requests;
    assert_eq!([requests().await, requests().await], [2, 1]);
    shop.house.advance(FRESH);
    assert_eq!([requests().await, requests().await], [2, 1]);
}
