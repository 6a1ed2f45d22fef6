//! A room with something in it that could be changed, and the ids by which a request would.

use std::collections::BTreeMap;

use auth::{MerchantRole, Role, Tier};
use facts::catalog::{LineKind, VariantCreated};
use ids::{AccountId, MerchantId, ProductId, VariantId};
use serde_json::{Value, json};
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
    /// What the right people show at the door.
    pub right: Right,
    /// Another account of the market, where the room knows accounts.
    pub neighbour: Option<String>,
    /// The rooms next door, for as long as this one may ask them.
    next_door: Vec<House>,
}

/// Tokens of whoever may: most rooms believe what a token says, some look into their own table too.
pub struct Right {
    /// Whom the things in the room belong to.
    pub person: String,
    /// Who decides for the merchant.
    pub member: String,
    /// Who runs the market.
    pub admin: String,
}

/// Little work for a hash: the door is what is tried here.
const CHEAP: &[(&str, &str)] = &[("PASSWORD_MEMORY_KIB", "64"), ("PASSWORD_PASSES", "1")];

pub async fn furnish(room: &str) -> Furnished {
    furnish_with(room, &[]).await
}

/// The same on a host that says some things otherwise.
pub async fn furnish_with(room: &str, variables: &[(&str, &str)]) -> Furnished {
    let (room, _) = tests::rooms().into_iter().find(|(known, _)| known.name == room).unwrap();
    let variables: Vec<_> = CHEAP.iter().chain(variables).copied().collect();
    let house = House::open_with(room, &variables).await;
    let (merchant, stranger) = (MerchantId::mint(&house.mint), MerchantId::mint(&house.mint));
    let right = Right {
        person: house.people.token(&[Role::Customer], &[]),
        member: house.people.token(&[Role::Customer], &[(merchant, MerchantRole::Manager)]),
        admin: house.people.token(&[Role::Admin], &[]),
    };
    let (known, next_door) = (BTreeMap::new(), Vec::new());
    let strange_keys = Default::default();
    let mut furnished =
        Furnished { house, merchant, stranger, known, strange_keys, right, neighbour: None, next_door };
    match room.name {
        "cart" => Box::pin(furnished.put_a_line_in()).await,
        "catalog" => Box::pin(furnished.put_a_product_in()).await,
        "identity" => Box::pin(furnished.put_people_in()).await,
        "inventory" => Box::pin(furnished.put_stock_in()).await,
        "merchants" => Box::pin(furnished.put_a_shop_in()).await,
        name => panic!("say here how {name} is furnished"),
    }
    let Furnished { house, merchant, .. } = &furnished;
    let write = format!("{}:write", room.name);
    let theirs = house.people.api_key(&[&write], Tier::Free, Some(stranger));
    let reader = house.people.api_key(&["elsewhere:write"], Tier::Free, Some(*merchant));
    furnished.known.insert("merchant", merchant.to_string());
    if room.name != "identity" {
        furnished.strange_keys = [theirs, reader];
    }
    furnished
}

impl Furnished {
    pub fn path(&self, operation: &Operation) -> String {
        operation.path_with(&self.known)
    }

    /// A shop that somebody has opened, with a place in it that is offered.
    async fn put_a_shop_in(&mut self) {
        let Furnished { house, right, known, .. } = self;
        let owner = AccountId::mint(&house.mint);
        let token = house.people.token_of(owner, &[Role::Customer], &[]);
        let words = json!({ "locale": "en", "name": "The Kiln" });
        let opened = house.post("/merchants/shops").bearer(&token).key("shop").json(&words).send().await;
        let shop: MerchantId = opened.expect(201).json()["id"].as_str().unwrap().parse().unwrap();
        let offer = json!({ "email": "ada@example.org", "role": "clerk" });
        let path = format!("/merchants/{shop}/invitations");
        let invited = house.post(&path).bearer(&token).key("invite").json(&offer).send().await;
        let invitation = invited.expect(201).json()["id"].as_str().unwrap().to_owned();
        right.person = token;
        right.member = house.people.token_of(owner, &[Role::Customer], &[(shop, MerchantRole::Owner)]);
        self.merchant = shop;
        known.extend([("account", owner.to_string()), ("invitation", invitation)]);
    }

    /// A customer means to buy what is on sale next door.
    async fn put_a_line_in(&mut self) {
        let catalog = House::open(catalog::room()).await;
        let variant = sell_a_lamp(&catalog, self.merchant).await["variant"].clone();
        self.house.neighbours.open("catalog", catalog.router());
        self.next_door.push(catalog);
        let line = json!({ "variant": variant, "quantity": 2, "currency": "EUR" });
        self.house.post("/cart/lines").as_customer().json(&line).send().await.expect(201);
        self.known.extend([("variant", variant.clone()), ("line", variant), ("user", "7".to_owned())]);
    }

    async fn put_a_product_in(&mut self) {
        let known = make_a_lamp(&self.house, self.merchant).await;
        self.known.extend(known);
    }

    async fn put_stock_in(&mut self) {
        let Furnished { house, merchant, .. } = self;
        let (product, variant) = (ProductId::mint(&house.mint), VariantId::mint(&house.mint));
        let (kind, sku) = (LineKind::Physical, "LAMP-1".to_owned());
        let created = VariantCreated { variant, product, merchant: *merchant, kind, sku, numeric_sku: None };
        house.hears(product, 1, &created).await;
        let path = format!("/inventory/merchants/{merchant}/stock/{variant}/receive");
        let quantity = json!({ "quantity": 5 });
        house.post(&path).as_manager(*merchant).key("five").json(&quantity).send().await.expect(201);
        self.known.insert("variant", variant.to_string());
    }
}

/// A product with one variant, and their ids.
async fn make_a_lamp(house: &House, merchant: MerchantId) -> BTreeMap<&'static str, String> {
    let products = format!("/catalog/merchants/{merchant}/products");
    let words = json!({ "locale": "en", "title": "A lamp" });
    let made = house.post(&products).as_manager(merchant).key("lamp").json(&words).send().await;
    let product: ProductId = made.expect(201).json()["id"].as_str().unwrap().parse().unwrap();
    let words = json!({ "kind": "physical", "sku": "LAMP-1", "numeric_sku": 1 });
    let variants = format!("{products}/{product}/variants");
    let made = house.post(&variants).as_manager(merchant).key("one").json(&words).send().await;
    let variant = made.expect(201).json()["variants"][0]["id"].as_str().unwrap().to_owned();
    BTreeMap::from([("product", product.to_string()), ("variant", variant)])
}

/// The same, on the shelves.
async fn sell_a_lamp(house: &House, merchant: MerchantId) -> BTreeMap<&'static str, String> {
    let known = make_a_lamp(house, merchant).await;
    tests::let_in(house, merchant).await;
    let product = format!("/catalog/merchants/{merchant}/products/{}", known["product"]);
    let price = json!({ "price": { "amount": 1250, "currency": "EUR" } });
    let steps = [
        (format!("/variants/{}/price", known["variant"]), price),
        ("/propose".to_owned(), Value::Null),
        ("/publish".to_owned(), Value::Null),
    ];
    for (step, body) in steps {
        let call = house.post(&format!("{product}{step}")).as_manager(merchant).key(&step).json(&body);
        call.send().await.expect(200);
    }
    known
}
