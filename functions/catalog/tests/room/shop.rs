//! A room with one merchant in it, and what tests do with both.

use facts::Fact;
use facts::merchants::MerchantActivated;
use ids::MerchantId;
use serde_json::{Value, json};
use testkit::{Call, House, Reply};

pub(crate) struct Shop {
    pub(crate) house: House,
    pub(crate) merchant: MerchantId,
}

/// A product with one variant.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) id: String,
    pub(crate) variant: String,
}

impl Shop {
    pub(crate) async fn open() -> Shop {
        Shop::open_with(&[]).await
    }

    pub(crate) async fn open_with(variables: &[(&str, &str)]) -> Shop {
        Shop::of(House::open_with(catalog::room(), variables).await).await
    }

    /// A shop that may sell.
    pub(crate) async fn of(house: House) -> Shop {
        let merchant = MerchantId::mint(&house.mint);
        house.hears(merchant, 2, &MerchantActivated { merchant, name: "A shop".into() }).await;
        Shop { house, merchant }
    }

    /// A path of this merchant.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/catalog/merchants/{}/{rest}", self.merchant)
    }

    /// A command of a manager, with a key that no other command has.
    pub(crate) fn command(&self, rest: &str, body: &Value) -> Call<'_> {
        let key = self.house.mint.uuid().to_string();
        self.house.post(&self.path(rest)).as_manager(self.merchant).key(&key).json(body)
    }

    /// The same about one product.
    pub(crate) fn about(&self, product: &str, rest: &str, body: &Value) -> Call<'_> {
        self.command(&format!("products/{product}{rest}"), body)
    }

    pub(crate) fn look(&self, rest: &str) -> Call<'_> {
        self.house.get(&self.path(rest)).as_clerk(self.merchant)
    }

    /// A product as its merchant sees it.
    pub(crate) async fn own(&self, product: &str) -> Reply {
        self.look(&format!("products/{product}")).send().await.expect(200)
    }

    pub(crate) async fn draft(&self, title: &str) -> String {
        let body = json!({ "locale": "en", "title": title });
        let reply = self.command("products", &body).send().await.expect(201);
        reply.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn variant(&self, product: &str, words: &Value) -> String {
        let reply = self.about(product, "/variants", words).send().await.expect(201);
        let variants = reply.json()["variants"].as_array().unwrap().clone();
        variants.last().unwrap()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn price(&self, thing: &Thing, body: &Value) -> Call<'_> {
        self.about(&thing.id, &format!("/variants/{}/price", thing.variant), body)
    }

    /// A draft that lacks nothing, for so many cents.
    pub(crate) async fn complete(&self, title: &str, cents: i64) -> Thing {
        self.complete_with(title, cents, json!({ "kind": "physical", "sku": "A-1" })).await
    }

    pub(crate) async fn complete_with(&self, title: &str, cents: i64, words: Value) -> Thing {
        let id = self.draft(title).await;
        let variant = self.variant(&id, &words).await;
        let thing = Thing { id, variant };
        let price = json!({ "price": { "amount": cents, "currency": "EUR" } });
        self.price(&thing, &price).await.send().await.expect(200);
        thing
    }

    pub(crate) async fn published(&self, title: &str, cents: i64) -> Thing {
        let thing = self.complete(title, cents).await;
        self.publish(&thing.id).await;
        thing
    }

    pub(crate) async fn publish(&self, product: &str) {
        for step in ["/propose", "/publish"] {
            self.about(product, step, &Value::Null).send().await.expect(200);
        }
    }

    /// Reads once, so that it is known whether the shop sells.
    pub(crate) async fn is_read(&self, path: &str) {
        self.house.get(path).send().await.expect(200);
    }

    pub(crate) async fn category(&self, slug: &str, parent: Option<&str>) -> String {
        let mut body = json!({ "locale": "en", "title": slug, "slug": slug });
        if let Some(parent) = parent {
            body["parent"] = json!(parent);
        }
        let key = self.house.mint.uuid().to_string();
        let call = self.house.post("/catalog/categories").as_admin().key(&key).json(&body);
        call.send().await.expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Asks for an import of these bytes, and sends them.
    pub(crate) async fn import(&self, format: &str, bytes: impl Into<Vec<u8>>) -> String {
        let bytes = bytes.into();
        let import = self.request_import(format, bytes.len()).await;
        self.send(&import, bytes).await;
        import
    }

    pub(crate) async fn request_import(&self, format: &str, bytes: usize) -> String {
        let body = json!({ "format": format, "bytes": bytes.max(1), "sha256": "00".repeat(32) });
        let reply = self.command("imports", &body).send().await.expect(201);
        reply.json()["import"]["id"].as_str().unwrap().to_owned()
    }

    /// What the merchant's browser does with the permission.
    pub(crate) async fn send(&self, import: &str, bytes: Vec<u8>) {
        let name = format!("imports/{}/{import}/source", self.merchant);
        self.bucket().put(&name, bytes, "text/csv").await.unwrap();
    }

    pub(crate) fn bucket(&self) -> blob::Bucket {
        self.house.around.bucket("BUCKET").unwrap()
    }

    /// What lies in the bucket, when everything has been heard: what items name, and nothing else.
    pub(crate) async fn bucket_holds(&mut self) -> Vec<String> {
        self.house.settle().await;
        let lying = self.house.objects().await;
        assert_eq!(catalog::unnamed(self.house.items().await, lying.clone()).unwrap(), [""; 0]);
        lying
    }

    /// An import as it is once everything was heard.
    pub(crate) async fn settled(&mut self, import: &str) -> Value {
        self.house.settle().await;
        self.import_now(import).await
    }

    pub(crate) async fn import_now(&self, import: &str) -> Value {
        self.look(&format!("imports/{import}")).send().await.expect(200).json()
    }

    /// What became of the rows.
    pub(crate) async fn outcome(&self, import: &str) -> Vec<Value> {
        let name = format!("outcomes/{}/{import}/outcome.ndjson", self.merchant);
        let bytes = self.bucket().read_small(&name, 10_000_000).await.unwrap().unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Titles of a list.
    pub(crate) async fn titles(&self, path: &str) -> Vec<String> {
        titles(&self.house.get(path).send().await.expect(200))
    }
}

pub(crate) fn titles(reply: &Reply) -> Vec<String> {
    let items = reply.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn names(facts: &[Fact]) -> Vec<&str> {
    facts.iter().map(|fact| fact.name.as_str()).collect()
}

pub(crate) fn counts(import: &Value) -> [u64; 4] {
    ["created", "updated", "unchanged", "refused"].map(|name| import["counts"][name].as_u64().unwrap())
}
