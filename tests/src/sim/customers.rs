//! People with accounts: they register, read their mail, sign in on two devices, race with
//! themselves, choose other passwords, and leave.
//!
//! Everybody keeps what they were given: which tokens a session has had, and whether it is over. What
//! they put into carts is in [`baskets`](super::baskets).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::baskets::Basket;
use super::people::{Actor, Shop, TRIES};
use super::post::Post;
use super::shopkeepers::Street;
use super::world::Answer;

/// Within this time a token may be shown again, less what clocks may be apart.
const GRACE: SignedDuration = SignedDuration::from_secs(27);

/// A session, as its owner knows it.
#[derive(Clone, Debug)]
pub struct Family {
    /// Whose it is.
    pub email: String,
    /// The refresh tokens that it has had, the present one last.
    pub tokens: Vec<String>,
    /// What has become of it.
    pub end: End,
}

/// What has become of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    Alive,
    /// Nobody was told.
    Unsure,
    /// It is over for sure.
    Dead,
}

/// Somebody who has an account, or wants one.
pub struct Customer {
    email: String,
    /// Whether nobody else registers with this e-mail.
    alone: bool,
    password: RefCell<String>,
    /// What the last sign-in has left on the device.
    device: RefCell<Option<String>>,
    /// Whether every session may be over, because the password was or may have been changed, or because
    /// another has registered the same e-mail.
    shaken: Cell<bool>,
    /// Where the sessions are in the diary.
    families: RefCell<Vec<usize>>,
}

/// A device that is signed in.
struct Device {
    access: RefCell<String>,
    session: String,
    account: String,
    family: usize,
    /// When the present refresh token was shown for the first time.
    shown: Cell<Option<Timestamp>>,
}

impl Actor {
    /// Somebody who looks around as a guest, becomes a customer, and comes back on two devices.
    pub async fn come_and_go(self, shops: Vec<Rc<Shop>>, post: Rc<Post>, street: Rc<Street>) {
        let alone = self.world.chance.permille(800);
        let customer = Customer {
            email: if alone { format!("{}@snail.test", self.name) } else { "shared@snail.test".to_owned() },
            alone,
            password: RefCell::new(format!("{} on the way home", self.name)),
            // Who registers an e-mail that another has registered leaves neither signed in.
            shaken: Cell::new(!alone),
            device: RefCell::default(),
            families: RefCell::default(),
        };
        let basket = Basket::default();
        self.rest().await;
        self.look_around(&basket, &shops).await;
        let registered = self.register(&customer).await;
        if self.world.chance.permille(800) {
            self.confirm(&customer, &post).await;
        }
        if let Some(phone) = self.sign_in(&customer, registered).await {
            basket.account.replace(Some(phone.account.clone()));
            self.be_guessed_at(&customer).await;
            let laptop = self.sign_in(&customer, registered).await;
            street.welcome(&phone.account, &customer.email);
            let on_the_phone = async {
                let access = phone.access.borrow().clone();
                self.merge(&basket, &access).await;
                self.use_device(&customer, &phone, &basket, &shops).await;
            };
            let on_the_laptop = async {
                if let Some(laptop) = &laptop {
                    self.use_device(&customer, laptop, &basket, &shops).await;
                }
            };
            futures::join!(on_the_phone, on_the_laptop);
            self.refresh(&customer, &phone).await;
            let access = phone.access.borrow().clone();
            if self.world.chance.permille(500) {
                self.open_a_shop(&street, &customer.email, &access).await;
            }
            for _ in 0..self.world.chance.below(8) {
                self.rest().await;
            }
            self.refresh(&customer, &phone).await;
            let access = phone.access.borrow().clone();
            self.take_places(&post, &customer.email, &access).await;
            for _ in 0..self.world.chance.below(3) {
                self.move_people(&street, &access).await;
            }
            self.tidy_up(&basket, &access).await;
            self.leave(&customer, &phone).await;
        }
        self.diary.borrow_mut().baskets.push(basket);
    }

    async fn use_device(&self, customer: &Customer, device: &Device, basket: &Basket, shops: &[Rc<Shop>]) {
        for round in 0..2 + self.world.chance.below(4) {
            self.rest().await;
            match self.world.chance.below(10) {
                0..=3 => self.refresh(customer, device).await,
                4..=7 => {
                    let key = format!("{}-{}-{round}", self.name, device.family);
                    let access = device.access.borrow().clone();
                    self.put_in(basket, shops, Some(&access), &key).await;
                }
                8 => self.look_at_oneself(device).await,
                _ => self.change_password(customer, device).await,
            }
        }
    }

    async fn register(&self, customer: &Customer) -> bool {
        let body = json!({ "email": customer.email, "password": *customer.password.borrow() });
        let answer = self.persist(|| self.knock("/identity/accounts", &body)).await;
        if let Some(answer) = answer.as_ref().filter(|answer| answer.status != 202) {
            self.broken("IDN-1", format!("{} could not register: {answer:?}", customer.email));
        }
        answer.is_some()
    }

    /// Reads the mail and does what it says.
    async fn confirm(&self, customer: &Customer, post: &Post) {
        for token in post.letters_to(self, &customer.email, "confirm_email").await {
            let body = json!({ "token": token });
            self.persist(|| self.knock("/identity/email/confirm", &body)).await;
        }
    }

    /// Now and then a stranger guesses until nobody unknown may any more.
    async fn be_guessed_at(&self, customer: &Customer) {
        if !customer.alone || !self.world.chance.permille(200) {
            return;
        }
        let body = json!({ "email": customer.email, "password": "not the password of anybody" });
        for _ in 0..12 {
            let answer = self.send("identity", self.knock("/identity/sessions", &body)).await;
            if answer.is_some_and(|answer| answer.status.is_success()) {
                self.broken("IDN-1", format!("a stranger is let in as {}", customer.email));
            }
        }
    }

    /// Signs in. Who has registered, and is alone with this e-mail, is let in, and on a device that was
    /// there before also while a stranger guesses.
    async fn sign_in(&self, customer: &Customer, registered: bool) -> Option<Device> {
        let (password, device) = (customer.password.borrow().clone(), customer.device.borrow().clone());
        let body = json!({ "email": customer.email, "password": password, "device_token": device });
        let answer = self.persist(|| self.knock("/identity/sessions", &body)).await?;
        if answer.status != 201 {
            if registered && customer.alone && !customer.shaken.get() {
                self.broken("IDN-1", format!("{} is not let in: {}", customer.email, answer.code()));
            }
            return None;
        }
        let tokens = answer.json();
        let tokens = Tokens::of(&tokens)?;
        let shown = vec![tokens.refresh.clone()];
        let end = if customer.alone { End::Alive } else { End::Unsure };
        let family = Family { email: customer.email.clone(), tokens: shown, end };
        let mut diary = self.diary.borrow_mut();
        diary.families.push(family);
        let family = diary.families.len() - 1;
        customer.families.borrow_mut().push(family);
        customer.device.replace(Some(tokens.device.clone()));
        let access = RefCell::new(tokens.access.clone());
        let Tokens { session, account, .. } = tokens;
        Some(Device { access, session, account, family, shown: Cell::default() })
    }

    /// Shows the refresh token, now and then twice at once and again when there was no answer. Who does
    /// that in time is given one successor, and never sent away.
    async fn refresh(&self, customer: &Customer, device: &Device) {
        let token = self.diary.borrow().families[device.family].tokens.last().cloned().unwrap_or_default();
        let body = json!({ "refresh_token": token });
        let first = device.shown.get().unwrap_or_else(|| self.world.clock.now());
        device.shown.set(Some(first));
        let mut known: Option<Tokens> = None;
        for _ in 0..TRIES {
            let show = || self.send("identity", self.knock("/identity/sessions/refresh", &body));
            let answers = match self.world.chance.permille(350) {
                true => {
                    let (one, other) = futures::join!(show(), show());
                    vec![one, other]
                }
                false => vec![show().await],
            };
            for answer in answers.into_iter().flatten() {
                match answer.status.as_u16() {
                    200 => {
                        let Some(tokens) = Tokens::of(&answer.json()) else { continue };
                        if known.as_ref().is_some_and(|known| known.refresh != tokens.refresh) {
                            self.broken("IDN-2", format!("{} has two successors", customer.email));
                        }
                        known = Some(tokens);
                    }
                    _ => self.sent_away(customer, device, first, &answer),
                }
            }
            if known.is_some() || self.world.chance.permille(200) {
                break;
            }
            self.rest().await;
        }
        let mut diary = self.diary.borrow_mut();
        let family = &mut diary.families[device.family];
        if let Some(tokens) = known {
            family.tokens.push(tokens.refresh);
            device.access.replace(tokens.access);
            device.shown.set(None);
        } else if family.end == End::Alive {
            family.end = End::Unsure;
        }
    }

    /// Whether whoever was told to sign in again has deserved it.
    fn sent_away(&self, customer: &Customer, device: &Device, first: Timestamp, answer: &Answer) {
        let in_time = self.diary.borrow().latest.duration_since(first) < GRACE;
        let alive = self.diary.borrow().families[device.family].end == End::Alive;
        if in_time && alive && !customer.shaken.get() {
            self.broken("IDN-2", format!("{} was sent away: {}", customer.email, answer.code()));
        }
        self.diary.borrow_mut().families[device.family].end = End::Unsure;
    }

    /// Changes the password: every other session is over then.
    async fn change_password(&self, customer: &Customer, device: &Device) {
        if !self.world.chance.permille(300) {
            return;
        }
        customer.shaken.set(true);
        let old = customer.password.borrow().clone();
        let new = format!("{old} again");
        let body = json!({ "password": old, "new_password": new });
        let request = self.by(&device.access.borrow(), Method::POST, "/identity/password/change", &body);
        let answer = self.send("identity", request).await;
        let mut diary = self.diary.borrow_mut();
        for family in customer.families.borrow().iter() {
            let end = &mut diary.families[*family].end;
            *end = match &answer {
                Some(answer) if answer.status.is_success() && *family != device.family => End::Dead,
                Some(answer) if answer.status.is_client_error() => *end,
                _ if *end == End::Dead => End::Dead,
                _ => End::Unsure,
            };
        }
        if answer.is_some_and(|answer| answer.status.is_success()) {
            customer.password.replace(new);
        }
    }

    async fn look_at_oneself(&self, device: &Device) {
        let path = *self.world.chance.pick(&["/identity/me", "/identity/sessions", "/cart"]);
        let room = path.split('/').nth(1).unwrap_or_default();
        let request = self.by(&device.access.borrow(), Method::GET, path, &Value::Null);
        self.send(room, request).await;
    }

    /// Signs out, or loses an old token to a thief, or simply goes home.
    async fn leave(&self, customer: &Customer, device: &Device) {
        let end = match self.world.chance.below(4) {
            0 => {
                let path = format!("/identity/sessions/{}", device.session);
                let request = self.by(&device.access.borrow(), Method::DELETE, &path, &Value::Null);
                match self.send("identity", request).await {
                    Some(answer) if answer.status == 204 => End::Dead,
                    Some(_) => return,
                    None => End::Unsure,
                }
            }
            1 => {
                let tokens = self.diary.borrow().families[device.family].tokens.clone();
                // The one before the last may still be shown by somebody who is only late.
                let Some(stolen) = tokens.len().checked_sub(3).map(|n| tokens[n].clone()) else { return };
                let body = json!({ "refresh_token": stolen });
                match self.send("identity", self.knock("/identity/sessions/refresh", &body)).await {
                    Some(answer) if answer.status.is_success() => {
                        let text = format!("an old token of {} was good once more", customer.email);
                        return self.broken("IDN-3", text);
                    }
                    Some(_) => End::Dead,
                    None => End::Unsure,
                }
            }
            _ => return,
        };
        let mut diary = self.diary.borrow_mut();
        let family = &mut diary.families[device.family];
        if family.end != End::Dead {
            family.end = end;
        }
    }

    /// A request by nobody in particular.
    pub(super) fn knock(&self, path: &str, body: &Value) -> Request<Bytes> {
        self.world.request(Method::POST, path, body)
    }

    /// A request by whoever has this token.
    pub(super) fn by(&self, access: &str, method: Method, path: &str, body: &Value) -> Request<Bytes> {
        let mut request = self.world.request(method, path, body);
        let value = HeaderValue::from_str(&format!("Bearer {access}")).expect("tokens are ASCII");
        request.headers_mut().insert(AUTHORIZATION, value);
        request
    }

    /// Asks until there is an answer, or gives up.
    pub(super) async fn persist(&self, request: impl Fn() -> Request<Bytes>) -> Option<Answer> {
        for _ in 0..TRIES {
            let asked = request();
            let room = asked.uri().path().split('/').nth(1).unwrap_or_default().to_owned();
            let answer = self.send(&room, asked).await;
            if answer.is_some() || self.world.chance.permille(100) {
                return answer;
            }
            self.rest().await;
        }
        None
    }
}

/// What somebody has who has signed in.
struct Tokens {
    access: String,
    refresh: String,
    device: String,
    session: String,
    account: String,
}

impl Tokens {
    fn of(told: &Value) -> Option<Tokens> {
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        let (access, refresh) = (text("access_token")?, text("refresh_token")?);
        let (device, session) = (text("device_token")?, text("session")?);
        Some(Tokens { access, refresh, device, session, account: text("account")? })
    }
}
