//! A room with something in it that could be changed, and the ids by which a request would.

use std::collections::BTreeMap;

use auth::Tier;
use facts::Fact;
use facts::catalog::{LineKind, VariantCreated};
use ids::{MerchantId, ProductId, VariantId};
use serde_json::json;
use testkit::House;
use tests::spec::Operation;

/// A room with something in it.
pub struct Furnished {
    pub house: House,
    pub merchant: MerchantId,
    /// Another merchant, who has no business here.
    pub stranger: MerchantId,
    /// The ids of what is in the room, by the names of path parameters.
    pub known: BTreeMap<&'static str, String>,
    /// A program of the stranger, and one of the merchant that may only read.
    pub strange_keys: [String; 2],
}

pub async fn furnish(room: &str) -> Furnished {
    let (room, _) = tests::rooms().into_iter().find(|(known, _)| known.name == room).unwrap();
    let house = House::open(room).await;
    let (merchant, stranger) = (MerchantId::mint(&house.mint), MerchantId::mint(&house.mint));
    let write = format!("{}:write", room.name);
    let theirs = house.people.api_key(&[&write], Tier::Free, Some(stranger));
    let reader = house.people.api_key(&["elsewhere:write"], Tier::Free, Some(merchant));
    let known = BTreeMap::from([("merchant", merchant.to_string())]);
    let mut furnished = Furnished { house, merchant, stranger, known, strange_keys: [theirs, reader] };
    match room.name {
        "catalog" => furnished.put_a_product_in().await,
        "inventory" => furnished.put_stock_in().await,
        name => panic!("say here how {name} is furnished"),
    }
    furnished
}

impl Furnished {
    pub fn path(&self, operation: &Operation) -> String {
        operation.path_with(&self.known)
    }

    async fn put_a_product_in(&mut self) {
        let Furnished { house, merchant, .. } = self;
        let products = format!("/catalog/merchants/{merchant}/products");
        let words = json!({ "locale": "en", "title": "A lamp" });
        let made = house.post(&products).as_manager(*merchant).key("lamp").json(&words).send().await;
        let product: ProductId = made.expect(201).json()["id"].as_str().unwrap().parse().unwrap();
        let words = json!({ "kind": "physical", "sku": "LAMP-1" });
        let variants = format!("{products}/{product}/variants");
        let made = house.post(&variants).as_manager(*merchant).key("one").json(&words).send().await;
        let variant = made.expect(201).json()["variants"][0]["id"].as_str().unwrap().to_owned();
        self.known.extend([("product", product.to_string()), ("variant", variant)]);
    }

    async fn put_stock_in(&mut self) {
        let Furnished { house, merchant, .. } = self;
        let (product, variant) = (ProductId::mint(&house.mint), VariantId::mint(&house.mint));
        let (kind, sku) = (LineKind::Physical, "LAMP-1".to_owned());
        let created = VariantCreated { variant, product, merchant: *merchant, kind, sku, numeric_sku: None };
        let fact = Fact::of(&created).seal(&product.to_string(), 1, 0, house.clock.now(), None);
        assert!(house.hear(&[fact]).await.is_empty());
        let path = format!("/inventory/merchants/{merchant}/stock/{variant}/receive");
        let quantity = json!({ "quantity": 5 });
        house.post(&path).as_manager(*merchant).key("five").json(&quantity).send().await.expect(201);
        self.known.insert("variant", variant.to_string());
    }
}
