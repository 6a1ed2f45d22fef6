//! The market's own people, and the shops that they look at: a shop applies and is let in on a calm
//! morning, so that there is something to sell; then it is halted and let sell again in any weather,
//! while the catalog hears of it.

use std::collections::BTreeMap;
use std::rc::Rc;

use auth::Role;
use dynamo::Item;
use facts::Fact;
use facts::identity::AccountRegistered;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue, Method};
use ids::{AccountId, MerchantId};
use serde_json::{Value, json};

use super::judge::{Broken, items};
use super::people::{Actor, Shop};
use super::shopkeepers::text;
use super::world::{World, question};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A paper that shows who a shop is.
pub(super) const PAPER: &str = "%PDF-1.4\n% An extract\n%%EOF\n";

/// How it is announced.
pub(super) fn paper() -> Value {
    json!({
        "kind": "register_extract", "content_type": "application/pdf", "bytes": PAPER.len(),
        "sha256": testkit::sha256(PAPER),
    })
}

/// Somebody gets an account, opens a shop, says all that the market wants to know, and hands in a paper.
pub async fn apply(world: &World, n: usize) -> Rc<Shop> {
    let account = move_in(world, &format!("owner-{n}@snail.test")).await;
    let owner = world.people.token_of(account, &[Role::Customer], &[]);
    let words = json!({ "locale": "en", "name": format!("Shop {n}"), "description": "Things." });
    let opened = say(world, &owner, "/merchants/shops", &words).await;
    let id = opened["id"].as_str().unwrap_or_default();
    let own = format!("/merchants/{id}");
    say(world, &owner, &format!("{own}/legal"), &json!({ "name": "Things Ltd", "country": "IE" })).await;
    say(world, &owner, &format!("{own}/contact"), &json!({ "email": "things@snail.test" })).await;
    let permit = say(world, &owner, &format!("{own}/documents"), &paper()).await;
    world.put(permit["upload"]["url"].as_str().unwrap_or_default(), PAPER.to_owned()).await;
    Rc::new(Shop {
        merchant: id.parse().expect("merchants names its shops"),
        account,
        variants: Default::default(),
        on_sale: Default::default(),
        warehouses: Default::default(),
    })
}

/// Somebody registers, and shows that the e-mail is theirs.
async fn move_in(world: &World, email: &str) -> AccountId {
    say(world, "", "/identity/accounts", &json!({ "email": email, "password": "a shop of my own" })).await;
    let emitted = items(world, "identity").await.into_iter().map(|item| text(item.get("emits")));
    let facts = emitted.filter_map(|facts| serde_json::from_str::<Vec<Fact>>(&facts).ok()).flatten();
    for told in facts.filter_map(|fact| fact.hear::<AccountRegistered>().ok()) {
        let ask = question("letter", email, &json!({ "letter": told.letter }));
        let letter = world.told("identity", ask).await.json();
        if letter["to"] == email {
            say(world, "", "/identity/email/confirm", &json!({ "token": letter["token"] })).await;
            return told.account;
        }
    }
    panic!("nobody wrote to {email}");
}

/// A shop whose paper has been received is let in.
pub async fn let_in(world: &World, shop: &Shop) {
    let owner = world.people.token_of(shop.account, &[Role::Customer], &[]);
    say(world, &owner, &format!("/merchants/{}/submit", shop.merchant), &Value::Null).await;
    let approve = format!("/merchants/admin/shops/{}/approve", shop.merchant);
    say(world, &world.admin(), &approve, &Value::Null).await;
}

/// A command while nothing else happens, by whoever has this token, or by anybody.
async fn say(world: &World, token: &str, path: &str, body: &Value) -> Value {
    let mut request = world.request(Method::POST, path, body);
    let headers = request.headers_mut();
    if !token.is_empty() {
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).expect("ASCII"));
    }
    headers.insert(KEY, HeaderValue::from_str(&world.mint.uuid().to_string()).expect("ASCII"));
    let answer = world.show(path.split('/').nth(1).unwrap_or_default(), request).await;
    assert!(answer.status.is_success(), "{path} was answered {} {}", answer.status, answer.json());
    answer.json()
}

impl Actor {
    /// Somebody who halts shops and lets them sell again.
    pub async fn watch_over(self, shops: Vec<Rc<Shop>>) {
        for _ in 0..self.world.chance.below(5) {
            self.rest().await;
            self.rest().await;
            let shop = self.world.chance.pick(&shops).merchant;
            let (verb, body) = match self.world.chance.permille(400) {
                true => ("restrict", json!({ "reason": "papers", "note": "Show us the invoices." })),
                false => ("reinstate", Value::Null),
            };
            let path = format!("/merchants/admin/shops/{shop}/{verb}");
            self.persist(|| self.by(&self.world.admin(), Method::POST, &path, &body)).await;
        }
    }
}

/// SHP-1: what a shop has published is seen if the shop may sell, and not otherwise; and the catalog
/// knows of every shop whether it may.
pub async fn judge(world: &World, merchants: &[Item], catalog: &[Item]) -> Vec<Broken> {
    let products = catalog.iter().filter(|item| text(item.get("sk")) == "product");
    let mut shelves: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for product in products.filter(|product| text(product.get("state")) == "published") {
        shelves.entry(text(product.get("merchant"))).or_default().push(text(product.get("id")));
    }
    let states = merchants.iter().filter(|item| text(item.get("sk")) == "shop");
    let states: BTreeMap<_, _> = states.map(|shop| (text(shop.get("id")), text(shop.get("state")))).collect();
    let mut broken = Vec::new();
    for (shop, state) in states.iter().filter(|(_, state)| ["active", "restricted"].contains(&state.as_str()))
    {
        let known = catalog.iter().find(|item| text(item.get("pk")) == format!("shop#{shop}"));
        let known = known.map(|item| text(item.get("standing")));
        if (known.as_deref() == Some("open")) != (state == "active") {
            broken.push(Broken::of("SHP-1", format!("{shop} is {state}, and the catalog knows {known:?}")));
        }
    }
    for (merchant, published) in shelves {
        let sells = states.get(&merchant).is_some_and(|state| state == "active");
        let merchant: MerchantId = merchant.parse().expect("the catalog names merchants by their ids");
        for product in published {
            let answer = see(world, &format!("/catalog/products/{product}")).await;
            if answer.is_some() != sells {
                let text = format!("{product} of {merchant} is seen: {}; the shop sells: {sells}", !sells);
                broken.push(Broken::of("SHP-1", text));
            }
        }
        let list = see(world, &format!("/catalog/products?merchant={merchant}&limit=100")).await;
        let some = list.is_some_and(|list| list["items"].as_array().is_some_and(|items| !items.is_empty()));
        if some != sells {
            broken.push(Broken::of("SHP-1", format!("goods of {merchant} are listed: {some}")));
        }
    }
    broken
}

async fn see(world: &World, path: &str) -> Option<Value> {
    let answer = world.show("catalog", world.request(Method::GET, path, &Value::Null)).await;
    assert!([200, 404].contains(&answer.status.as_u16()), "{path} was answered {}", answer.status);
    (answer.status == 200).then(|| answer.json())
}
