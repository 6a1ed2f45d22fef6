//! A room with one merchant in it, and what tests do with both.

use facts::catalog::{LineKind, VariantCreated, VariantNumbered};
use facts::{Fact, Spoken};
use ids::{MerchantId, ProductId, Sku, VariantId, WarehouseId};
use serde_json::{Value, json};
use testkit::{Call, House, Reply};

pub(crate) struct Market {
    pub(crate) house: House,
    pub(crate) merchant: MerchantId,
}

impl Market {
    pub(crate) async fn open() -> Market {
        Market::open_with(&[]).await
    }

    pub(crate) async fn open_with(variables: &[(&str, &str)]) -> Market {
        let house = House::open_with(inventory::room(), variables).await;
        let merchant = MerchantId::mint(&house.mint);
        Market { house, merchant }
    }

    /// What the catalog says of a new variant of this merchant.
    pub(crate) fn created(&self, kind: LineKind, numeric_sku: Option<i64>) -> Fact {
        let variant = VariantId::mint(&self.house.mint);
        let product = ProductId::mint(&self.house.mint);
        let numeric_sku = numeric_sku.and_then(Sku::new);
        let created = VariantCreated {
            variant,
            product,
            merchant: self.merchant,
            kind,
            sku: "A-1".into(),
            numeric_sku,
        };
        Fact::of(&created).seal(&product.to_string(), 1, 0, self.house.clock.now(), None)
    }

    pub(crate) async fn hears(&self, fact: &Fact) {
        assert!(self.house.hear(std::slice::from_ref(fact)).await.is_empty(), "{}", self.house.lines.text());
    }

    /// A new variant with nothing in stock.
    pub(crate) async fn variant(&self) -> VariantId {
        self.variant_of(LineKind::Physical, None).await
    }

    pub(crate) async fn variant_of(&self, kind: LineKind, numeric_sku: Option<i64>) -> VariantId {
        let fact = self.created(kind, numeric_sku);
        self.hears(&fact).await;
        let created: VariantCreated = fact.hear().unwrap();
        if created.numeric_sku.is_some() {
            self.hears(&self.numbered(&created)).await;
        }
        created.variant
    }

    /// What the catalog says when the product of a variant was published.
    pub(crate) fn numbered(&self, created: &VariantCreated) -> Fact {
        let VariantCreated { variant, product, merchant, numeric_sku, .. } = *created;
        let numeric_sku = numeric_sku.expect("it has a number");
        let numbered = VariantNumbered { variant, product, merchant, numeric_sku };
        Fact::of(&numbered).seal(&product.to_string(), 2, 0, self.house.clock.now(), None)
    }

    /// A new variant with so many in stock.
    pub(crate) async fn stocked(&self, n: u32) -> VariantId {
        let variant = self.variant().await;
        self.receive(variant, n).await;
        variant
    }

    pub(crate) fn main_warehouse(&self) -> WarehouseId {
        WarehouseId::from_uuid(self.merchant.uuid())
    }

    pub(crate) fn path(&self, variant: VariantId, operation: &str) -> String {
        format!("/inventory/merchants/{}/stock/{variant}{operation}", self.merchant)
    }

    /// A command of a manager, with a key that no other command has.
    pub(crate) fn command(&self, variant: VariantId, operation: &str, body: &Value) -> Call<'_> {
        let key = self.house.mint.uuid().to_string();
        self.house.post(&self.path(variant, operation)).as_manager(self.merchant).key(&key).json(body)
    }

    pub(crate) async fn receive(&self, variant: VariantId, n: u32) -> Reply {
        self.command(variant, "/receive", &json!({ "quantity": n })).send().await.expect(201)
    }

    pub(crate) async fn split(&self, variant: VariantId, shards: u8) -> Reply {
        self.command(variant, "/split", &json!({ "shards": shards })).send().await.expect(200)
    }

    pub(crate) async fn reserve(&self, owner: &str, lines: &[(VariantId, u32)]) -> Reply {
        let lines: Vec<_> = lines.iter().map(|(v, n)| json!({ "variant": v, "quantity": n })).collect();
        self.ask("reserve", &json!({ "owner": owner, "lines": lines, "ttl_seconds": 600 })).await
    }

    /// Extends, commits or releases.
    pub(crate) async fn settle_for(&self, operation: &str, owner: &str) -> Reply {
        self.ask(operation, &json!({ "owner": owner })).await
    }

    pub(crate) async fn ask(&self, operation: &str, body: &Value) -> Reply {
        self.house.ask(operation, &self.house.mint.uuid().to_string(), body).await
    }

    pub(crate) async fn stock(&self, variant: VariantId) -> Reply {
        self.house.get(&self.path(variant, "")).as_clerk(self.merchant).send().await.expect(200)
    }

    /// On hand, free, held, committed.
    pub(crate) async fn numbers(&self, variant: VariantId) -> [i64; 4] {
        let total = self.stock(variant).await.json()["total"].clone();
        ["on_hand", "free", "held", "committed"].map(|name| total[name].as_i64().unwrap())
    }

    pub(crate) async fn availability(&self, variant: VariantId) -> String {
        let path = format!("/inventory/availability?variant={variant}");
        let reply = self.house.get(&path).send().await.expect(200);
        reply.json()["items"][0]["availability"].as_str().unwrap_or("unknown").to_owned()
    }

    /// The books hold at this moment, whatever is in flight.
    pub(crate) async fn is_sound(&self) {
        assert_eq!(inventory::audit(self.house.items().await).unwrap(), []);
    }

    /// Lets everything be heard, and holds the books against everything that must be true then.
    pub(crate) async fn comes_to_rest(&mut self) -> Vec<Fact> {
        let heard = self.house.settle().await;
        let found = inventory::audit_at_rest(self.house.items().await, self.house.clock.now()).unwrap();
        assert_eq!(found, []);
        heard
    }
}

/// The facts of one kind among others.
pub(crate) fn only<F: Spoken>(facts: &[Fact]) -> Vec<F> {
    facts.iter().filter(|fact| fact.name == F::NAME).map(|fact| fact.hear().unwrap()).collect()
}
