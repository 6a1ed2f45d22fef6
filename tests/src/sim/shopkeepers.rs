//! Customers who open shops and ask each other to work there: places are offered, taken, changed and
//! given up, while identity hears of it and writes it into tokens.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use dynamo::{AttributeValue, Item};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use super::judge::Broken;
use super::officials::{PAPER, paper};
use super::people::Actor;
use super::post::Post;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// So often somebody asks whether the market has read the papers.
const MOST_WAITS: usize = 12;

/// Who could be asked, and what there is to work in.
#[derive(Debug, Default)]
pub struct Street {
    /// The shops that somebody has opened, each with what its owner shows.
    shops: RefCell<Vec<String>>,
    /// Who has signed in, by account and e-mail.
    people: RefCell<BTreeSet<(String, String)>>,
}

impl Street {
    /// Somebody has moved in.
    pub fn welcome(&self, account: &str, email: &str) {
        self.people.borrow_mut().insert((account.to_owned(), email.to_owned()));
    }
}

impl Actor {
    /// Opens a shop, has it let in, and asks some of the others to work there.
    pub(super) async fn open_a_shop(&self, street: &Street, email: &str, access: &str) {
        let words = json!({ "locale": "en", "name": format!("Shop of {}", self.name) });
        let opened = self.order(access, "/merchants/shops", &words, "shop").await;
        let Some(shop) = opened.and_then(|opened| opened["id"].as_str().map(str::to_owned)) else { return };
        street.shops.borrow_mut().push(shop.clone());
        if !self.is_let_in(&shop, access).await {
            return;
        }
        for n in 0..1 + self.world.chance.below(3) {
            self.rest().await;
            let people = street.people.borrow().clone();
            let others: Vec<_> = people.into_iter().filter(|(_, other)| other != email).collect();
            if others.is_empty() {
                return;
            }
            let (_, email) = self.world.chance.pick(&others);
            let role = *self.world.chance.pick(&["clerk", "manager", "owner"]);
            let offer = json!({ "email": email, "role": role });
            let path = format!("/merchants/{shop}/invitations");
            self.order(access, &path, &offer, &format!("invite-{n}")).await;
        }
    }

    /// Says all that the market wants to know of a shop, shows a paper and another one that is taken
    /// back, and waits until the market lets it in. Whether it did.
    async fn is_let_in(&self, shop: &str, access: &str) -> bool {
        let own = format!("/merchants/{shop}");
        let words = json!({ "locale": "en", "name": "A shop", "description": "Things." });
        self.order(access, &format!("{own}/describe"), &words, "words").await;
        let legal = json!({ "name": "Things Ltd", "country": "IE" });
        self.order(access, &format!("{own}/legal"), &legal, "legal").await;
        let contact = json!({ "email": "things@snail.test" });
        self.order(access, &format!("{own}/contact"), &contact, "contact").await;
        for (n, kept) in [true, false].into_iter().enumerate() {
            let permit =
                self.order(access, &format!("{own}/documents"), &paper(), &format!("paper-{n}")).await;
            let Some(permit) = permit else { return false };
            self.world.put(permit["upload"]["url"].as_str().unwrap_or_default(), PAPER.to_owned()).await;
            if !kept {
                let document = permit["document"].as_str().unwrap_or_default();
                let remove = format!("{own}/documents/{document}/remove");
                self.persist(|| self.by(access, Method::POST, &remove, &Value::Null)).await;
            }
        }
        for _ in 0..MOST_WAITS {
            self.rest().await;
            let submit = format!("{own}/submit");
            self.persist(|| self.by(access, Method::POST, &submit, &Value::Null)).await;
            let approve = format!("/merchants/admin/shops/{shop}/approve");
            let admin = self.world.admin();
            let answer = self.persist(|| self.by(&admin, Method::POST, &approve, &Value::Null)).await;
            if answer.is_some_and(|answer| answer.status.is_success()) {
                return true;
            }
        }
        false
    }

    /// Takes the places that were offered.
    pub(super) async fn take_places(&self, post: &Post, email: &str, access: &str) {
        for (n, token) in post.letters_to(self, email, "invitation").await.into_iter().enumerate() {
            let body = json!({ "token": token });
            self.order(access, "/merchants/invitations/accept", &body, &format!("accept-{n}")).await;
        }
    }

    /// Changes who works in one of the shops, leaves it, or closes it. Who may not is told so.
    pub(super) async fn move_people(&self, street: &Street, access: &str) {
        let shops = street.shops.borrow().clone();
        let people: Vec<_> = street.people.borrow().iter().cloned().collect();
        if shops.is_empty() || people.is_empty() {
            return;
        }
        let (shop, (account, _)) = (self.world.chance.pick(&shops), self.world.chance.pick(&people));
        let (path, body) = match self.world.chance.below(6) {
            0 => (format!("/merchants/{shop}/leave"), Value::Null),
            1 => (format!("/merchants/{shop}/close"), Value::Null),
            2 => (format!("/merchants/{shop}/members/{account}/remove"), Value::Null),
            _ => {
                let role = *self.world.chance.pick(&["clerk", "manager", "owner"]);
                (format!("/merchants/{shop}/members/{account}/role"), json!({ "role": role }))
            }
        };
        self.persist(|| self.by(access, Method::POST, &path, &body)).await;
    }

    /// A command that is repeated under one key until there is an answer.
    async fn order(&self, access: &str, path: &str, body: &Value, key: &str) -> Option<Value> {
        let key = format!("{}-{key}", self.name);
        let header = HeaderValue::from_str(&key).expect("names are ASCII");
        let answer = self.repeat("merchants", &key, || {
            let mut request = self.by(access, Method::POST, path, body);
            request.headers_mut().insert(KEY, header.clone());
            request
        });
        let answer = answer.await?;
        answer.status.is_success().then(|| answer.json())
    }
}

/// MEM-1: who works where is the same in merchants' own table and in the copy that tokens are written
/// from.
pub fn judge(merchants: &[Item], identity: &[Item]) -> Vec<Broken> {
    let own =
        merchants.iter().filter(|item| text(item.get("sk")) == "shop" && text(item.get("state")) != "closed");
    let own = own.flat_map(|shop| {
        let seats = shop.get("members").and_then(|members| members.as_m().ok()).into_iter().flatten();
        seats.map(|(account, seat)| {
            let role = seat.as_m().ok().and_then(|seat| seat.get("role"));
            ((text(shop.get("id")), account.clone()), text(role))
        })
    });
    let own: BTreeMap<(String, String), String> = own.collect();
    let copy = identity.iter().filter(|item| text(item.get("sk")) == "account").flat_map(|account| {
        let shops = account.get("shops").and_then(|shops| shops.as_m().ok()).into_iter().flatten();
        shops.map(|(shop, role)| ((shop.clone(), text(account.get("id"))), text(Some(role))))
    });
    let copy: BTreeMap<(String, String), String> = copy.collect();
    let places: BTreeSet<_> = own.keys().chain(copy.keys()).collect();
    let differing = places.into_iter().filter(|place| own.get(place) != copy.get(place));
    differing
        .map(|place| {
            let (here, there) = (own.get(place), copy.get(place));
            let (shop, account) = place;
            Broken::of("MEM-1", format!("{account} is {here:?} in {shop}, and tokens say {there:?}"))
        })
        .collect()
}

/// What an attribute of an item says, nothing when it is not there.
pub(super) fn text(value: Option<&AttributeValue>) -> String {
    value.and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}
