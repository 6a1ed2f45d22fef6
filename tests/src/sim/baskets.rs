//! What people put into carts, and the account that they keep of it.
//!
//! A cart neither holds stock nor moves money, but it may not lose or invent anything either. So
//! everybody counts: what was surely put in, what may have been, and what a merge has told to be
//! clamped. In the end all of it lies somewhere.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use dynamo::Item;
use http::{HeaderName, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::judge::Broken;
use super::people::{Actor, Shop, TRIES};
use super::world::Answer;

const X_CART: HeaderName = HeaderName::from_static("x-cart");
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// So many rests somebody waits until there is anything to buy.
const MOST_PATIENCE: usize = 25;

/// A guest's cart lives for a day; one that is nearly as old may be gone.
const OLD: SignedDuration = SignedDuration::from_hours(20);

/// What somebody has put into carts.
#[derive(Debug, Default)]
pub struct Basket {
    /// When the first thing was put in.
    begun: Cell<Option<Timestamp>>,
    /// What opens the guest's cart.
    guest: RefCell<Option<String>>,
    /// The guests' carts that somebody had.
    guests: RefCell<BTreeSet<String>>,
    /// The account, once somebody has signed in.
    pub(super) account: RefCell<Option<String>>,
    /// By variant, how many were put in for sure and how many at most.
    put: RefCell<BTreeMap<String, (u64, u64)>>,
    /// By variant, how many a merge has told to be gone.
    clamped: RefCell<BTreeMap<String, u64>>,
    /// Whether nobody knows what a merge has told.
    untold: Cell<bool>,
    /// By variant, how many the account's cart was set to, unless nobody knows.
    set: RefCell<BTreeMap<String, Option<u64>>>,
}

impl Actor {
    /// A guest who puts a few things into a cart.
    pub(super) async fn look_around(&self, basket: &Basket, shops: &[Rc<Shop>]) {
        for _ in 0..MOST_PATIENCE {
            if shops.iter().any(|shop| !shop.on_sale.borrow().is_empty()) {
                break;
            }
            self.rest().await;
        }
        for round in 0..self.world.chance.below(4) {
            self.rest().await;
            self.put_in(basket, shops, None, &format!("{}-guest-{round}", self.name)).await;
        }
    }

    /// Puts something in. A guest's first addition makes the cart, and is not repeated: each would
    /// make another.
    pub(super) async fn put_in(&self, basket: &Basket, shops: &[Rc<Shop>], access: Option<&str>, key: &str) {
        let chance = &self.world.chance;
        let on_sale: Vec<String> = shops.iter().flat_map(|shop| shop.on_sale.borrow().clone()).collect();
        if on_sale.is_empty() {
            return;
        }
        let variant = chance.pick(&on_sale).clone();
        let quantity = u64::try_from(chance.from(1, 3)).unwrap_or(1);
        let body = json!({ "variant": variant, "quantity": quantity, "currency": "USD" });
        let guest = basket.guest.borrow().clone();
        let repeats = access.is_some() || guest.is_some();
        let request = || {
            let mut request = match (access, &guest) {
                (Some(access), _) => self.by(access, Method::POST, "/cart/lines", &body),
                (None, _) => self.knock("/cart/lines", &body),
            };
            let headers = request.headers_mut();
            if let (None, Some(guest)) = (access, &guest) {
                headers.insert(X_CART, HeaderValue::from_str(guest).expect("carts' names are ASCII"));
            }
            if repeats {
                headers.insert(KEY, HeaderValue::from_str(key).expect("names are ASCII"));
            }
            request
        };
        let answer = match repeats {
            true => self.repeat("cart", key, request).await,
            false => self.send("cart", request()).await,
        };
        let (least, most) = match &answer {
            Some(answer) if answer.status == 201 => (quantity, quantity),
            // A try before this one may have been heard.
            Some(answer) if [401, 403].contains(&answer.status.as_u16()) => (0, quantity),
            Some(_) => return,
            None => (0, quantity),
        };
        basket.begun.set(basket.begun.get().or(Some(self.world.clock.now())));
        let mut put = basket.put.borrow_mut();
        let known = put.entry(variant).or_default();
        *known = (known.0 + least, known.1 + most);
        if let Some(value) = answer.and_then(|answer| answer.json()["cart"].as_str().map(str::to_owned)) {
            basket.guests.borrow_mut().extend(value.split('.').next().map(str::to_owned));
            basket.guest.replace(Some(value));
        }
    }

    /// Brings the guest's cart along. The same question gets the same answer.
    pub(super) async fn merge(&self, basket: &Basket, access: &str) {
        let Some(guest) = basket.guest.borrow().clone() else { return };
        let mut told: Option<Answer> = None;
        for _ in 0..TRIES {
            let ask =
                || self.send("cart", self.by(access, Method::POST, "/cart/merge", &json!({ "cart": guest })));
            let answers = match self.world.chance.permille(300) {
                true => {
                    let (one, other) = futures::join!(ask(), ask());
                    vec![one, other]
                }
                false => vec![ask().await],
            };
            for answer in answers.into_iter().flatten().filter(|answer| answer.status == 200) {
                if let Some(first) = told.as_ref().filter(|first| first.body != answer.body) {
                    self.broken("CRT-1", format!("a merge was told as {first:?} and as {answer:?}"));
                }
                told = Some(answer);
            }
            if told.is_some() && self.world.chance.permille(700) {
                break;
            }
            self.rest().await;
        }
        let Some(told) = told else {
            // It may have happened all the same, and something may have been clamped.
            basket.untold.set(true);
            return;
        };
        let told = told.json();
        let mut clamped = basket.clamped.borrow_mut();
        for line in told["lines"].as_array().into_iter().flatten() {
            let variant = line["variant"].as_str().unwrap_or_default().to_owned();
            let n = |name: &str| line[name].as_u64().unwrap_or(u64::MAX / 4);
            *clamped.entry(variant.clone()).or_default() += n("clamped");
            let (least, most) = basket.put.borrow().get(&variant).copied().unwrap_or_default();
            let moved = n("added") + n("clamped") + n("left");
            if moved > most || moved == 0 {
                let text = format!("a merge moved {moved} of {variant}, of {least} to {most} put in: {told}");
                self.broken("CRT-1", text);
            }
        }
    }

    /// Sets some lines of the account's cart, when nobody else is at it any more.
    pub(super) async fn tidy_up(&self, basket: &Basket, access: &str) {
        let variants: Vec<String> = basket.put.borrow().keys().cloned().collect();
        for variant in variants {
            let quantity = u64::try_from(self.world.chance.from(0, 5)).unwrap_or(0);
            let path = format!("/cart/lines/{variant}");
            let request = || match quantity {
                0 => self.by(access, Method::DELETE, &path, &Value::Null),
                _ => self.by(access, Method::PUT, &path, &json!({ "quantity": quantity })),
            };
            if !self.world.chance.permille(250) {
                continue;
            }
            match self.persist(request).await {
                Some(answer) if answer.status.is_success() => {
                    basket.set.borrow_mut().insert(variant, Some(quantity));
                }
                // A try before this answer may have been heard.
                Some(answer) if answer.status == 404 => {}
                _ => {
                    basket.set.borrow_mut().insert(variant, None);
                }
            }
        }
    }

    /// Asks until there is an answer, and now and then once more: API-1 says that it is the same.
    pub(super) async fn repeat(
        &self,
        room: &str,
        key: &str,
        request: impl Fn() -> http::Request<bytes::Bytes>,
    ) -> Option<Answer> {
        let mut known: Option<Answer> = None;
        for _ in 0..TRIES {
            let answer = self.send(room, request()).await.filter(|a| a.code() != "idempotency_key_in_use");
            // Who is not let in, or not any more, is told so at the door, before anybody looks at the key.
            let turned_away = |answer: &Answer| [401, 403].contains(&answer.status.as_u16());
            if answer.as_ref().is_some_and(turned_away) {
                return known.or(answer);
            }
            if let Some(answer) = answer {
                if let Some(first) = known.as_ref().filter(|first| first.body != answer.body) {
                    self.broken("API-1", format!("{key} was answered {first:?} and then {answer:?}"));
                }
                known = Some(answer);
            }
            let asks_again = if known.is_some() { 150 } else { 900 };
            if !self.world.chance.permille(asks_again) {
                break;
            }
            self.rest().await;
        }
        known
    }
}

/// CRT-1, for every basket: what was put in lies in the account's cart or in a guest's, or was told to
/// be clamped.
pub fn judge(items: &[Item], baskets: &[Basket], now: Timestamp) -> Vec<Broken> {
    let mut broken = Vec::new();
    for basket in baskets {
        let account = basket.account.borrow().clone().unwrap_or_else(|| "a guest".to_owned());
        let guests = basket.guests.borrow();
        let old = basket.begun.get().is_some_and(|begun| now.duration_since(begun) > OLD);
        let set = basket.set.borrow();
        for (variant, (least, most)) in basket.put.borrow().iter() {
            let lies = |owner: &str| count(items, owner, variant);
            match set.get(variant) {
                Some(None) => {}
                Some(Some(quantity)) if lies(&account) != *quantity => {
                    let text =
                        format!("{account} set {variant} to {quantity}, and there are {}", lies(&account));
                    broken.push(Broken::of("CRT-1", text));
                }
                Some(Some(_)) => {}
                None => {
                    let there = lies(&account) + guests.iter().map(|guest| lies(guest)).sum::<u64>();
                    let gone = basket.clamped.borrow().get(variant).copied().unwrap_or(0);
                    let lost = there + gone < *least && !basket.untold.get() && !old;
                    if lost || there + gone > *most {
                        let text = format!(
                            "{account} put {least} to {most} of {variant} in, {there} are there and {gone} clamped"
                        );
                        broken.push(Broken::of("CRT-1", text));
                    }
                }
            }
        }
    }
    broken
}

/// How many of a variant lie in somebody's cart.
fn count(items: &[Item], owner: &str, variant: &str) -> u64 {
    let name = format!("cart#{owner}");
    let cart = items.iter().find(|item| item["pk"].as_s().is_ok_and(|pk| *pk == name));
    let n = cart.and_then(|cart| cart.get(&format!("n_{variant}"))?.as_n().ok()?.parse().ok());
    n.unwrap_or(0)
}
