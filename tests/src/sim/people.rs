//! Merchants and customers: what they do at random, and what they remember of it.
//!
//! They know only the public API. Whoever gets no answer asks again with the same key, as a good
//! client does, or gives up and never knows. The [`Diary`] is the model on the side: what was
//! promised to somebody must be in the books in the end.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ask::Question;
use auth::{MerchantRole, Role};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Request};
use ids::{AccountId, MerchantId, VariantId};
use inventory::State;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Chance;
use super::baskets::Basket;
use super::customers::Family;
use super::files::File;
use super::judge::Broken;
use super::poison::Poisoned;
use super::stage::breathe;
use super::world::{Answer, World, question};

/// How often somebody asks again who got no answer.
pub(super) const TRIES: usize = 4;

/// What the actors remember.
#[derive(Debug, Default)]
pub struct Diary {
    /// Movements of stock that somebody asked for, by their key, which is also their note.
    pub commands: BTreeMap<String, Command>,
    /// Variants that somebody asked for, by their SKU, and what was answered.
    pub variants: BTreeMap<String, Option<bool>>,
    /// What owners were told has become of their reservation.
    pub ends: BTreeMap<String, State>,
    /// Files of goods that somebody brought.
    pub files: Vec<File>,
    /// Sessions that somebody had.
    pub families: Vec<Family>,
    /// What somebody has put into carts.
    pub baskets: Vec<Basket>,
    /// Messages that nobody can hear.
    pub poisoned: Poisoned,
    /// What should not have been answered.
    pub broken: Vec<Broken>,
    /// The latest moment that anybody's clock has shown.
    pub latest: Timestamp,
    /// How many requests were made.
    pub requests: usize,
}

/// A movement of stock that somebody asked for.
#[derive(Debug, Default)]
pub struct Command {
    /// What was answered; `None` when nobody knows.
    pub accepted: Option<bool>,
}

/// A merchant with what is sold there.
#[derive(Debug)]
pub struct Shop {
    /// The merchant.
    pub merchant: MerchantId,
    /// Who works there.
    pub account: AccountId,
    /// What is sold.
    pub variants: RefCell<Vec<VariantId>>,
    /// What can be bought, as far as its owner knows.
    pub on_sale: RefCell<Vec<String>>,
    /// Where it lies, besides the first warehouse.
    pub warehouses: RefCell<Vec<String>>,
}

impl Shop {
    /// One of the things that are sold here, once there are any.
    pub fn any_variant(&self, chance: &Chance) -> Option<VariantId> {
        let variants = self.variants.borrow();
        (!variants.is_empty()).then(|| *chance.pick(&variants))
    }

    /// What its manager shows at the door.
    pub fn token(&self, world: &World) -> HeaderValue {
        let roles = [(self.merchant, MerchantRole::Manager)];
        let token = world.people.token_of(self.account, &[Role::Customer], &roles);
        HeaderValue::from_str(&format!("Bearer {token}")).expect("tokens are ASCII")
    }
}

/// Somebody who acts.
#[derive(Clone)]
pub struct Actor {
    /// The market.
    pub world: Rc<World>,
    /// What everybody remembers.
    pub diary: Rc<RefCell<Diary>>,
    /// Who it is.
    pub name: String,
}

impl Actor {
    pub(super) fn broken(&self, invariant: &'static str, evidence: String) {
        self.world.trail.say(format_args!("✗ {} {invariant}: {evidence}", self.name));
        self.diary.borrow_mut().broken.push(Broken::of(invariant, evidence));
    }

    pub(super) async fn rest(&self) {
        for _ in 0..self.world.chance.below(60) {
            breathe().await;
        }
    }

    /// One request, written down, and never answered with a fault of ours that is not a 503.
    pub(super) async fn send(&self, room: &str, request: Request<Bytes>) -> Option<Answer> {
        self.diary.borrow_mut().requests += 1;
        // What goes to identity is secret, and partly drawn by nobody's seed.
        let secret = room == "identity";
        let body = if secret { "…".to_owned() } else { format!("{:?}", request.body()) };
        let what = format!("{}: {} {} {body}", self.name, request.method(), request.uri());
        self.world.trail.say(&what);
        let answer = self.world.call(room, request).await;
        self.hears(&what, secret, answer)
    }

    /// The same for what a room asks.
    pub(super) async fn ask(&self, room: &str, question: Question) -> Option<Answer> {
        self.diary.borrow_mut().requests += 1;
        let secret = question.operation == "letter";
        let body = if secret { "…" } else { question.body.get() };
        let what = format!("{}: {} of {room} {body}", self.name, question.operation);
        self.world.trail.say(&what);
        let answer = self.world.ask(room, question).await;
        self.hears(&what, secret, answer)
    }

    /// Writes an answer down, if there is one, and passes it on unless it is a fault.
    fn hears(&self, what: &str, secret: bool, answer: Option<Answer>) -> Option<Answer> {
        match &answer {
            None => self.world.trail.say(format_args!("= no answer to {what}")),
            Some(answer) => {
                let body = if secret { answer.code().into() } else { String::from_utf8_lossy(&answer.body) };
                self.world.trail.say(format_args!("= {} {body} to {what}", answer.status.as_u16()));
                if answer.status.is_server_error() && answer.status != 503 {
                    self.broken("503", format!("{what} was answered {} {body}", answer.status));
                }
            }
        }
        answer.filter(|answer| !answer.status.is_server_error())
    }

    // ------------------------------------------------------------------------- merchants

    /// A merchant who moves stock about, so many times.
    pub async fn keep_shop(self, shop: Rc<Shop>, rounds: usize) {
        for round in 0..rounds {
            self.rest().await;
            let key = format!("{}.{round}", self.name);
            match self.world.chance.below(10) {
                0 => self.look(&shop).await,
                1 => self.find_a_warehouse(&shop, &key).await,
                2 => self.spread(&shop, &key).await,
                _ => self.move_goods(&shop, &key).await,
            }
        }
    }

    /// A command of the shop's manager. The path begins with the room.
    pub(super) fn command(&self, shop: &Shop, path: &str, key: &str, body: &Value) -> Request<Bytes> {
        let (room, path) = path.split_once('/').expect("a path begins with its room");
        let path = format!("/{room}/merchants/{}/{path}", shop.merchant);
        let mut request = self.world.request(Method::POST, &path, body);
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, shop.token(&self.world));
        headers.insert("idempotency-key", HeaderValue::from_str(key).expect("names are ASCII"));
        request
    }

    async fn move_goods(&self, shop: &Shop, key: &str) {
        let chance = &self.world.chance;
        let Some(variant) = shop.any_variant(chance) else { return };
        let places = shop.warehouses.borrow().clone();
        let elsewhere = (!places.is_empty() && chance.permille(300)).then(|| chance.pick(&places).clone());
        let quantity = chance.from(1, 6);
        let (verb, mut body) = match chance.below(10) {
            0..=4 => ("receive", json!({ "quantity": quantity, "note": key })),
            5 | 6 => ("adjust", json!({ "by": chance.from(-3, 3), "reason": key })),
            7 | 8 => ("write-off", json!({ "quantity": chance.from(1, 3), "reason": key })),
            _ if places.len() < 2 => return,
            _ => {
                let (from, to) = (chance.pick(&places), chance.pick(&places));
                ("transfer", json!({ "from": from, "to": to, "quantity": quantity, "note": key }))
            }
        };
        if let Some(place) = elsewhere.filter(|_| verb != "transfer") {
            body["warehouse"] = Value::from(place);
        }
        self.diary.borrow_mut().commands.insert(key.to_owned(), Command::default());
        let answer = self.insist(shop, &format!("inventory/stock/{variant}/{verb}"), key, &body).await;
        let accepted = answer.map(|answer| answer.status.is_success());
        self.diary.borrow_mut().commands.insert(key.to_owned(), Command { accepted });
    }

    async fn find_a_warehouse(&self, shop: &Shop, key: &str) {
        let body = json!({ "name": key });
        let answer = self.insist(shop, "inventory/warehouses", key, &body).await;
        if let Some(place) = answer.and_then(|answer| answer.json()["warehouse"].as_str().map(str::to_owned))
        {
            shop.warehouses.borrow_mut().push(place);
        }
    }

    async fn spread(&self, shop: &Shop, key: &str) {
        let Some(variant) = shop.any_variant(&self.world.chance) else { return };
        let (verb, body) = match self.world.chance.permille(600) {
            true => ("split", json!({ "shards": self.world.chance.from(1, 5) })),
            false => ("threshold", json!({ "threshold": self.world.chance.from(0, 4) })),
        };
        self.insist(shop, &format!("inventory/stock/{variant}/{verb}"), key, &body).await;
    }

    /// Asks until there is an answer, and now and then once more: API-1 says that it is the same.
    pub(super) async fn insist(&self, shop: &Shop, path: &str, key: &str, body: &Value) -> Option<Answer> {
        let mut known: Option<Answer> = None;
        for attempt in 0..TRIES {
            let room = path.split('/').next().unwrap_or_default();
            let ask = || self.send(room, self.command(shop, path, key, body));
            let answers = match self.world.chance.permille(150) {
                true => {
                    let (first, second) = futures::join!(ask(), ask());
                    vec![first, second]
                }
                false => vec![ask().await],
            };
            // Somebody is still at work on it: that is no answer yet.
            let answers = answers.into_iter().flatten().filter(|a| a.code() != "idempotency_key_in_use");
            for answer in answers {
                match &known {
                    None => known = Some(answer),
                    Some(first) if (first.status, &first.body) == (answer.status, &answer.body) => {}
                    Some(first) => {
                        self.broken("API-1", format!("{key} was answered {first:?} and then {answer:?}"))
                    }
                }
            }
            let asks_again = if known.is_some() { 250 } else { 900 };
            if attempt + 1 == TRIES || !self.world.chance.permille(asks_again) {
                break;
            }
            self.rest().await;
        }
        if known.is_some() && self.world.chance.permille(100) {
            self.reuse(shop, path, key).await;
        }
        known
    }

    /// The key of one request for another.
    async fn reuse(&self, shop: &Shop, path: &str, key: &str) {
        let mut other = json!({ "quantity": 999, "note": format!("{key} again") });
        if path.ends_with("adjust") || path.ends_with("write-off") {
            other = json!({ "quantity": 999, "by": 999, "reason": format!("{key} again") });
            let unused = if path.ends_with("adjust") { "quantity" } else { "by" };
            other.as_object_mut().expect("an object").remove(unused);
        } else if !path.ends_with("receive") {
            return;
        }
        if let Some(answer) = self.send("inventory", self.command(shop, path, key, &other)).await
            && answer.code() != "idempotency_key_reused"
        {
            self.broken("API-1", format!("{key} was believed for another request: {answer:?}"));
        }
    }

    /// Whatever somebody sees of stock adds up.
    async fn look(&self, shop: &Shop) {
        let Some(variant) = shop.any_variant(&self.world.chance) else { return };
        let path = format!("/inventory/merchants/{}/stock/{variant}", shop.merchant);
        let mut request = self.world.request(Method::GET, &path, &Value::Null);
        request.headers_mut().insert(AUTHORIZATION, shop.token(&self.world));
        let Some(answer) = self.send("inventory", request).await else { return };
        let seen = answer.json();
        let cells = seen["warehouses"].as_array().into_iter().flatten();
        for cell in cells.flat_map(|place| place["cells"].as_array().into_iter().flatten()) {
            let n = |name: &str| cell[name].as_i64().unwrap_or(i64::MIN);
            let parts = [n("free"), n("held"), n("committed")];
            if n("on_hand") != parts.iter().sum::<i64>() || parts.iter().any(|n| *n < 0) {
                self.broken("STK-1", format!("{variant} was seen as {cell}"));
            }
        }
    }

    // ------------------------------------------------------------------------- customers

    /// A customer who wants something, and changes mind or not.
    pub async fn buy(self, shops: Vec<Rc<Shop>>) {
        let chance = &self.world.chance;
        let any = || chance.pick(&shops).any_variant(chance);
        let mut first = None;
        for _ in 0..TRIES {
            self.rest().await;
            first = first.or_else(any);
        }
        let Some(first) = first else { return };
        let second = any().filter(|_| chance.permille(500));
        let wanted: Vec<_> = [first].into_iter().chain(second).collect();
        let ttl = *chance.pick(&[1, 60, 300, 900]);
        let lines: Vec<_> = wanted
            .iter()
            .map(|variant| json!({ "variant": variant, "quantity": chance.from(1, 3) }))
            .collect();
        let wish = json!({ "owner": self.name, "lines": lines, "ttl_seconds": ttl });
        let Some(mut held) = self.hold(&wish).await else { return };
        self.rest().await;
        if chance.permille(200)
            && let Some(again) = self.hold(&wish).await
        {
            held = held.max(again);
        }
        if chance.permille(200) {
            let more = json!({ "owner": self.name, "ttl_seconds": *chance.pick(&[60, 900]) });
            if let Some(answer) = self.wants("extend", &more).await.filter(|a| a.status == 200) {
                held = held.max(expiry(&answer));
            }
            self.rest().await;
        }
        match chance.below(10) {
            0..=5 => self.pay(held).await,
            6 | 7 => {
                let answer = self.wants("release", &json!({ "owner": self.name })).await;
                if answer.is_some_and(|answer| answer.status == 200) {
                    self.diary.borrow_mut().ends.insert(self.name.clone(), State::Released);
                }
            }
            _ => {}
        }
    }

    /// Until when it is held for sure.
    async fn hold(&self, wish: &Value) -> Option<Timestamp> {
        let answer = self.wants("reserve", wish).await?;
        (answer.status == 200).then(|| expiry(&answer))
    }

    async fn pay(&self, held_until: Timestamp) {
        for _ in 0..1 + self.world.chance.below(2) {
            let Some(answer) = self.wants("commit", &json!({ "owner": self.name })).await else { continue };
            let sold = self.diary.borrow().ends.get(&self.name) == Some(&State::Committed);
            let end = match answer.status.as_u16() {
                200 => State::Committed,
                _ if sold => {
                    self.broken("STK-1", format!("{} was sold to and then told {answer:?}", self.name));
                    return;
                }
                _ => {
                    if self.diary.borrow().latest < held_until {
                        self.broken("STK-2", format!("held until {held_until}, and told {answer:?} before"));
                    }
                    State::Expired
                }
            };
            self.diary.borrow_mut().ends.insert(self.name.clone(), end);
        }
    }

    /// Asks as a room asks: again, when there is no answer.
    async fn wants(&self, operation: &str, body: &Value) -> Option<Answer> {
        for attempt in 0..TRIES {
            let id = format!("{}-{operation}-{attempt}", self.name);
            let answer = self.ask("inventory", question(operation, &id, body)).await;
            if answer.is_some() || self.world.chance.permille(200) {
                return answer;
            }
            self.rest().await;
        }
        None
    }
}

fn expiry(answer: &Answer) -> Timestamp {
    let at = answer.json()["expires_at"].as_str().and_then(|at| at.parse().ok());
    at.unwrap_or_else(|| panic!("a hold has an end: {answer:?}"))
}
