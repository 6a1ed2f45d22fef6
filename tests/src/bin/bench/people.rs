//! What people cost at the table: signing in and going on, a shop's page and its words, and carts.

use facts::identity::AccountRegistered;
use ids::{AccountId, MerchantId};
use serde_json::{Value, json};
use testkit::{House, Reply};

use super::units::{open, row};

const PASSWORD: &str = "a snail on the way home";
/// Units do not depend on how long a hash takes.
const CHEAP: &[(&str, &str)] = &[("PASSWORD_MEMORY_KIB", "64"), ("PASSWORD_PASSES", "1")];
const PAPER: &[u8] = b"%PDF-1.7 and so on";
const DIGEST_OF_PAPER: &str = "6098579c00946e5c19af75f62ca751ee431f3eb2dcb9dec82f47ea9c0c249aca";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Answers of the steps that only lead to what is measured.
fn done(reply: Reply) -> Value {
    row(&mut Vec::new(), "a step before", reply)
}

pub async fn identity(rows: &mut Vec<Vec<String>>) {
    let mut house = House::open_with(identity::room(), CHEAP).await;
    let who = json!({ "email": "ada@example.org", "password": PASSWORD });
    row(rows, "register_account", house.post("/identity/accounts").json(&who).send().await);
    let told = house.facts().iter().find_map(|fact| fact.hear::<AccountRegistered>().ok());
    let letter = told.map(|told| told.letter.to_string()).unwrap_or_default();
    let letter = row(rows, "letter (ask)", house.ask("letter", "bench", &json!({ "letter": letter })).await);
    let token = json!({ "token": letter["token"] });
    row(rows, "confirm_email", house.post("/identity/email/confirm").json(&token).send().await);
    let tokens = row(rows, "sign_in", house.post("/identity/sessions").json(&who).send().await);
    let shown = json!({ "refresh_token": tokens["refresh_token"] });
    let refresh = || house.post("/identity/sessions/refresh").json(&shown).send();
    row(rows, "refresh_session", refresh().await);
    let tokens = row(rows, "refresh_session, again in time", refresh().await);
    let access = text(&tokens["access_token"]);
    let wish = json!({ "name": "sync", "scopes": ["catalog:write"] });
    let made = house.post("/identity/api-keys").bearer(&access).key("key").json(&wish).send().await;
    let key = auth::ApiKey::parse(&text(&row(rows, "create_api_key", made)["key"])).ok();
    let digest = json!({ "digest": key.map(|key| key.digest()) });
    row(rows, "find_key (ask)", house.ask("find_key", "bench", &digest).await);
    row(rows, "read_me", house.get("/identity/me").bearer(&access).send().await);
}

pub async fn merchants(rows: &mut Vec<Vec<String>>) {
    let mut house = House::open(merchants::room()).await;
    let owner = AccountId::mint(&house.mint);
    let token = house.people.token_of(owner, &[auth::Role::Customer], &[]);
    let words = json!({ "locale": "en", "name": "The Kiln" });
    let opened = house.post("/merchants/shops").bearer(&token).key("open").json(&words).send().await;
    let shop = text(&row(rows, "open_shop", opened)["id"]);
    let post = |path: &str, body: &Value| {
        house.post(&format!("/merchants/{shop}{path}")).bearer(&token).key(path).json(body).send()
    };
    let words = json!({ "locale": "en", "name": "The Kiln", "description": "Pots, thrown by hand." });
    row(rows, "describe_shop", post("/describe", &words).await);
    done(post("/legal", &json!({ "name": "Kiln Ceramics Ltd", "country": "DE" })).await);
    done(post("/contact", &json!({ "email": "hello@kiln.example" })).await);
    let paper = json!({
        "kind": "register_extract", "content_type": "application/pdf", "bytes": PAPER.len(),
        "sha256": DIGEST_OF_PAPER,
    });
    let document = text(&done(post("/documents", &paper).await)["document"]);
    let bucket = house.around.bucket("BUCKET").expect("the room has a bucket");
    let put = bucket.put(&format!("documents/{shop}/{document}"), PAPER.to_vec(), "application/pdf").await;
    put.expect("the bucket takes the paper");
    house.settle().await;
    let path = format!("/merchants/{shop}/submit");
    row(rows, "submit_shop", house.post(&path).bearer(&token).key("submit").json(&Value::Null).send().await);
    let path = format!("/merchants/admin/shops/{shop}/approve");
    let approved = house.post(&path).as_admin().key("approve").json(&Value::Null).send().await;
    row(rows, "approve_shop", approved);
    row(rows, "get_shop", house.get(&format!("/merchants/shops/{shop}")).send().await);
    row(rows, "get_own_shop", house.get(&format!("/merchants/{shop}")).bearer(&token).send().await);
}

pub async fn cart(rows: &mut Vec<Vec<String>>) {
    let (catalog, inventory) = (House::open(catalog::room()).await, House::open(inventory::room()).await);
    let house = House::open(cart::room()).await;
    house.neighbours.open("catalog", catalog.router());
    house.neighbours.open("inventory", inventory.router());
    let merchant = MerchantId::mint(&house.mint);
    tests::let_in(&catalog, merchant).await;
    let mut on_sale = Vec::new();
    for n in 0..10 {
        on_sale.push(sell(&catalog, merchant, n).await);
    }
    open(&inventory, merchant).await;
    let line = |n: usize| json!({ "variant": on_sale[n], "quantity": 1, "currency": "EUR" });
    let first = row(rows, "add_line, a guest's first", house.post("/cart/lines").json(&line(0)).send().await);
    let value = text(&first["cart"]);
    let x_cart = http::HeaderName::from_static("x-cart");
    let guest = |n: usize| house.post("/cart/lines").header(x_cart.clone(), &value).json(&line(n)).send();
    row(rows, "add_line, a guest's next", guest(1).await);
    let customer = house.people.token(&[auth::Role::Customer], &[]);
    let add = |n: usize| house.post("/cart/lines").bearer(&customer).json(&line(n));
    row(rows, "add_line, a customer's", add(2).send().await);
    row(rows, "add_line, with a key", add(3).key("line").send().await);
    for n in 4..10 {
        done(add(n).send().await);
    }
    row(rows, "show_cart, 8 lines", house.get("/cart").bearer(&customer).send().await);
    let merge = house.post("/cart/merge").bearer(&customer).json(&json!({ "cart": value })).send().await;
    row(rows, "merge_carts, 2 lines into 8", merge);
    let set =
        house.put(&format!("/cart/lines/{}", on_sale[2])).bearer(&customer).json(&json!({ "quantity": 3 }));
    row(rows, "set_quantity", set.send().await);
}

/// A product on the shelves; returns its variant.
async fn sell(catalog: &House, merchant: MerchantId, n: usize) -> String {
    let products = format!("/catalog/merchants/{merchant}/products");
    let post = |path: &str, body: &Value| {
        let key = format!("{n}{path}");
        catalog.post(&format!("{products}{path}")).as_manager(merchant).key(&key).json(body).send()
    };
    let product = text(&done(post("", &json!({ "locale": "en", "title": format!("Lamp {n}") })).await)["id"]);
    let words = json!({ "kind": "physical", "sku": format!("LAMP-{n}") });
    let made = done(post(&format!("/{product}/variants"), &words).await);
    let variant = text(&made["variants"][0]["id"]);
    let price = json!({ "price": { "amount": 1999, "currency": "EUR" } });
    done(post(&format!("/{product}/variants/{variant}/price"), &price).await);
    done(post(&format!("/{product}/propose"), &Value::Null).await);
    done(post(&format!("/{product}/publish"), &Value::Null).await);
    variant
}
