//! A room with something in it that could be changed, and the ids by which a request would.

use std::collections::BTreeMap;

use auth::{MerchantRole, Role, Tier};
use facts::catalog::{LineKind, VariantCreated};
use futures::FutureExt;
use ids::{AccountId, MerchantId, ProductId, VariantId};
use serde_json::{Value, json};
use testkit::{Call, House, People};
use tests::spec::{Door, Operation, example};

/// A room with something in it.
pub struct Furnished {
    pub house: House,
    pub merchant: MerchantId,
    /// Another merchant, who has no business here.
    pub stranger: MerchantId,
    /// The ids of what is in the room, by the names of path parameters.
    pub known: BTreeMap<&'static str, String>,
    /// What is meant by a path parameter where a shop's own people ask, if it is something else.
    pub of_the_shop: BTreeMap<&'static str, String>,
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
    /// Who decides for the stranger, and for nobody else.
    pub rival: String,
    /// Who runs the market.
    pub admin: String,
    /// Who ran the market, and was dismissed since the token was signed.
    pub dismissed: String,
    /// Who runs the market, and has signed out since.
    pub signed_out: String,
}

/// Little work for a hash: the door is what is tried here.
const CHEAP: &[(&str, &str)] = &[("PASSWORD_MEMORY_KIB", "64"), ("PASSWORD_PASSES", "1")];

pub async fn furnish(room: &str) -> Furnished {
    furnish_with(room, &[]).boxed_local().await
}

/// The same on a host that says some things otherwise.
pub async fn furnish_with(room: &str, variables: &[(&str, &str)]) -> Furnished {
    let (room, _) = tests::rooms().into_iter().find(|(known, _)| known.name == room).unwrap();
    let variables: Vec<_> = CHEAP.iter().chain(variables).copied().collect();
    let house = House::open_with(room.clone(), &variables).await;
    let (merchant, stranger) = (MerchantId::mint(&house.mint), MerchantId::mint(&house.mint));
    let right = Right {
        person: house.people.token(&[Role::Customer], &[]),
        member: house.people.token(&[Role::Customer], &[(merchant, MerchantRole::Manager)]),
        rival: house.people.token(&[Role::Customer], &[(stranger, MerchantRole::Owner)]),
        admin: house.people.token(&[Role::Admin], &[]),
        dismissed: admin_until(&house, People::dismiss),
        signed_out: admin_until(&house, People::sign_out),
    };
    let mut furnished = Furnished {
        house,
        merchant,
        stranger,
        known: BTreeMap::new(),
        of_the_shop: BTreeMap::new(),
        strange_keys: Default::default(),
        right,
        neighbour: None,
        next_door: Vec::new(),
    };
    // On the heap: each of these opens rooms and calls them, and a test has one stack for all of it.
    let work = match room.name {
        "cart" => furnished.put_a_line_in().boxed_local(),
        "catalog" => furnished.put_products_in().boxed_local(),
        "identity" => furnished.put_people_in().boxed_local(),
        "inventory" => furnished.put_stock_in().boxed_local(),
        "merchants" => furnished.put_shops_in().boxed_local(),
        name => panic!("say here how {name} is furnished"),
    };
    work.await;
    let Furnished { house, merchant, stranger, .. } = &furnished;
    let write = format!("{}:write", room.name);
    let theirs = house.people.api_key(&[&write], Tier::Free, Some(*stranger));
    let reader = house.people.api_key(&["elsewhere:write"], Tier::Free, Some(*merchant));
    furnished.known.insert("merchant", merchant.to_string());
    if room.name != "identity" {
        furnished.strange_keys = [theirs, reader];
    }
    furnished
}

/// The token of an admin to whom this happens after it was signed.
fn admin_until(house: &House, happens: fn(&People, AccountId)) -> String {
    let account = AccountId::mint(&house.mint);
    let token = house.people.token_of(account, &[Role::Admin], &[]);
    happens(&house.people, account);
    token
}

impl Furnished {
    pub fn path(&self, operation: &Operation) -> String {
        operation.path_with(&self.meant_by(operation))
    }

    /// What is meant by the parameters of an operation's path.
    pub fn meant_by(&self, operation: &Operation) -> BTreeMap<&'static str, String> {
        let of_the_shop = (operation.door == Some(Door::Member)).then_some(&self.of_the_shop);
        let known = self.known.iter().chain(of_the_shop.into_iter().flatten());
        known.map(|(name, id)| (*name, id.clone())).collect()
    }

    /// By somebody who may do this.
    pub fn rightly<'a>(&'a self, operation: &Operation, call: Call<'a>) -> Call<'a> {
        match operation.door {
            Some(Door::Admin) => call.bearer(&self.right.admin),
            Some(Door::Member) => call.bearer(&self.right.member),
            Some(Door::Person) => call.bearer(&self.right.person),
            Some(Door::Public) | None => call,
        }
    }

    /// By somebody who may do this, and whom the room knows: a public door lets people in as well.
    pub fn personally<'a>(&'a self, operation: &Operation, call: Call<'a>) -> Call<'a> {
        match operation.door {
            Some(Door::Public) => call.bearer(&self.right.person),
            _ => self.rightly(operation, call),
        }
    }

    /// What somebody would say who means it: the example of the document, about what is in the room.
    pub fn body(&self, operation: &Operation, document: &Value) -> Value {
        let Some(schema) = &operation.body else { return Value::Null };
        let mut body = example(schema, document);
        let Some(fields) = body.as_object_mut() else { return body };
        for (name, id) in &self.known {
            if let Some(field) = fields.get_mut(*name).filter(|_| id.contains('_')) {
                *field = json!(id);
            }
        }
        for (name, value) in self.choices(&operation.id).as_object().into_iter().flatten() {
            fields.insert(name.clone(), value.clone());
        }
        body
    }

    /// What an example with every field leaves open: of some fields one excludes another, and some
    /// name what is not there.
    fn choices(&self, operation: &str) -> Value {
        let other = self.known.get("other warehouse");
        match operation {
            "add_line" => json!({ "currency": "EUR", "slot": null, "quote": null }),
            "add_rule" => {
                json!({ "product": null, "category": null, "fixed": null, "from": null, "until": null, "merchant": null })
            }
            "create_category" => json!({ "parent": null }),
            "create_product" | "put_in_categories" => json!({ "categories": [self.known.get("category")] }),
            "set_payout_account" => json!({ "other": null }),
            "transfer_stock" => json!({ "from": self.known.get("warehouse"), "to": other }),
            _ => json!({}),
        }
    }

    /// A customer means to buy what is on sale next door.
    async fn put_a_line_in(&mut self) {
        let catalog = House::open(catalog::room()).await;
        let variant = sell_a_lamp(&catalog, self.merchant).await["variant"].clone();
        self.house.neighbours.open("catalog", catalog.door());
        self.next_door.push(catalog);
        let line = json!({ "variant": variant, "quantity": 2, "currency": "EUR" });
        self.house.post("/cart/lines").bearer(&self.right.person).json(&line).send().await.expect(201);
        self.known.extend([("variant", variant.clone()), ("line", variant), ("user", "7".to_owned())]);
    }

    /// A lamp that is sold, with a picture that is awaited, and a file of more.
    async fn put_products_in(&mut self) {
        let Furnished { house, merchant, right, known, .. } = self;
        known.extend(sell_a_lamp(house, *merchant).await);
        let make = async |token: &str, path: &str, body: Value| {
            house.post(path).bearer(token).key("furniture").json(&body).send().await.expect(201).json()
        };
        let shelf = json!({ "locale": "en", "title": "Light", "slug": "light" });
        let shelf = make(&right.admin, "/catalog/categories", shelf).await;
        let shop = format!("/catalog/merchants/{merchant}");
        let sha256 = tests::sha256("a file");
        let file = json!({ "format": "csv", "bytes": 6, "sha256": sha256 });
        let file = make(&right.member, &format!("{shop}/imports"), file).await;
        let picture = json!({ "content_type": "image/png", "bytes": 6, "sha256": sha256 });
        let picture =
            make(&right.member, &format!("{shop}/products/{}/media", known["product"]), picture).await;
        known.insert("category", text(&shelf["id"]));
        known.insert("import", text(&file["import"]["id"]));
        known.insert("media", text(&picture["media"]));
    }

    async fn put_stock_in(&mut self) {
        let Furnished { house, merchant, known, .. } = self;
        let (product, variant) = (ProductId::mint(&house.mint), VariantId::mint(&house.mint));
        let (kind, sku) = (LineKind::Physical, "LAMP-1".to_owned());
        let created = VariantCreated { variant, product, merchant: *merchant, kind, sku, numeric_sku: None };
        house.hears(product, 1, &created).await;
        let shop = format!("/inventory/merchants/{merchant}");
        let make = async |path: &str, body: Value| {
            let call = house.post(&format!("{shop}{path}")).as_manager(*merchant).key("furniture");
            call.json(&body).send().await.expect(201).json()
        };
        make(&format!("/stock/{variant}/receive"), json!({ "quantity": 5 })).await;
        let other = make("/warehouses", json!({ "name": "The barn" })).await;
        let all =
            house.get(&format!("{shop}/warehouses")).as_manager(*merchant).send().await.expect(200).json();
        known.insert("variant", variant.to_string());
        known.insert("warehouse", text(&all["items"][0]["warehouse"]));
        known.insert("other warehouse", text(&other["warehouse"]));
    }
}

/// A product with one variant, and their ids.
async fn make_a_lamp(house: &House, merchant: MerchantId) -> BTreeMap<&'static str, String> {
    let products = format!("/catalog/merchants/{merchant}/products");
    let words = json!({ "locale": "en", "title": "A lamp" });
    let made = house.post(&products).as_manager(merchant).key("lamp").json(&words).send().await;
    let product: ProductId = text(&made.expect(201).json()["id"]).parse().unwrap();
    let words = json!({ "kind": "physical", "sku": "LAMP-1", "numeric_sku": 1 });
    let variants = format!("{products}/{product}/variants");
    let made = house.post(&variants).as_manager(merchant).key("one").json(&words).send().await;
    let made = made.expect(201).json();
    let (variant, slug) = (text(&made["variants"][0]["id"]), text(&made["translations"]["en"]["slug"]));
    BTreeMap::from([("product", product.to_string()), ("variant", variant), ("slug", slug)])
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

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
