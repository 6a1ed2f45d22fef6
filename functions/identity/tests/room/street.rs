//! The street before the room: people with e-mails and passwords, and what they do at its door.

use facts::{Fact, Spoken};
use ids::{AccountId, LetterId, MerchantId};
use serde_json::{Value, json};
use testkit::{Call, House, Reply, Sky};

/// Little work for a hash, so that a test is about the room and not about argon2.
const CHEAP: &[(&str, &str)] = &[("PASSWORD_MEMORY_KIB", "64"), ("PASSWORD_PASSES", "1")];

pub(crate) const ADA: &str = "ada@example.org";
pub(crate) const PASSWORD: &str = "a snail on the way home";

pub(crate) struct Street {
    pub(crate) house: House,
}

/// A person who has signed in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) account: AccountId,
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) session: String,
    pub(crate) device: String,
}

impl Person {
    pub(crate) fn of(reply: &Reply) -> Person {
        let told = reply.json();
        let text = |name: &str| told[name].as_str().unwrap_or_else(|| panic!("no {name}: {told}")).to_owned();
        Person {
            account: text("account").parse().unwrap(),
            access: text("access_token"),
            refresh: text("refresh_token"),
            session: text("session"),
            device: text("device_token"),
        }
    }
}

impl Street {
    pub(crate) async fn open() -> Street {
        Street::open_with(&[]).await
    }

    pub(crate) async fn open_with(variables: &[(&str, &str)]) -> Street {
        let all: Vec<_> = CHEAP.iter().chain(variables).copied().collect();
        Street { house: House::open_with(identity::room(), &all).await }
    }

    pub(crate) async fn open_under_a_sky() -> (Street, Sky) {
        let (house, sky) = House::open_under_a_sky(identity::room(), CHEAP).await;
        (Street { house }, sky)
    }

    pub(crate) async fn register(&self, email: &str) -> Reply {
        self.register_with(email, PASSWORD).await
    }

    pub(crate) async fn register_with(&self, email: &str, password: &str) -> Reply {
        let body = json!({ "email": email, "password": password, "name": "Ada Lovelace", "locale": "ru" });
        self.house.post("/identity/accounts").json(&body).send().await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Reply {
        let body = json!({ "email": email, "password": password, "device": "Kitchen tablet" });
        from(self.house.post("/identity/sessions"), "203.0.113.9").json(&body).send().await
    }

    /// Signs in at an address, on a device that was there before.
    pub(crate) async fn sign_in_on(&self, device: &str, address: &str, email: &str, password: &str) -> Reply {
        let body = json!({ "email": email, "password": password, "device_token": device });
        from(self.house.post("/identity/sessions"), address).json(&body).send().await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Reply {
        self.house.post("/identity/sessions/refresh").json(&json!({ "refresh_token": token })).send().await
    }

    /// A person whose e-mail is confirmed, signed in.
    pub(crate) async fn customer(&mut self, email: &str) -> Person {
        self.register(email).await.expect(202);
        let letter = self.last_letter();
        self.confirm(letter).await.expect(200);
        Person::of(&self.sign_in(email, PASSWORD).await.expect(201))
    }

    /// A person who has just registered, signed in.
    pub(crate) async fn newcomer(&mut self, email: &str) -> Person {
        self.register(email).await.expect(202);
        Person::of(&self.sign_in(email, PASSWORD).await.expect(201))
    }

    /// An account that runs the market.
    pub(crate) async fn admin(&mut self, email: &str) -> Person {
        identity::appoint_admin(&self.house.around, email, Some(PASSWORD)).await.unwrap();
        Person::of(&self.sign_in(email, PASSWORD).await.expect(201))
    }

    /// The letter that was told of last.
    pub(crate) fn last_letter(&mut self) -> LetterId {
        self.letters().pop().expect("a letter was told of")
    }

    /// The letters that were told of since somebody asked.
    pub(crate) fn letters(&mut self) -> Vec<LetterId> {
        let mut letters = Vec::new();
        for fact in self.house.facts() {
            letters.extend(fact.data["letter"].as_str().map(str::to_owned));
            let several = fact.data["letters"].as_array().cloned().unwrap_or_default();
            letters.extend(several.iter().map(|letter| letter.as_str().unwrap().to_owned()));
        }
        letters.iter().map(|letter| letter.parse().unwrap()).collect()
    }

    /// What stands in a letter, as whoever writes the mail is told.
    pub(crate) async fn read(&self, letter: LetterId) -> Value {
        self.house.ask("letter", &letter.to_string(), &json!({ "letter": letter })).await.expect(200).json()
    }

    pub(crate) async fn token(&self, letter: LetterId) -> String {
        self.read(letter).await["token"].as_str().unwrap().to_owned()
    }

    /// What stands in the letter that was told of last.
    pub(crate) async fn last_letter_read(&mut self) -> Value {
        let letter = self.last_letter();
        self.read(letter).await
    }

    /// The token of the letter that was told of last.
    pub(crate) async fn last_token(&mut self) -> String {
        let letter = self.last_letter();
        self.token(letter).await
    }

    pub(crate) async fn confirm(&self, letter: LetterId) -> Reply {
        self.confirm_with(&self.token(letter).await).await
    }

    pub(crate) async fn confirm_with(&self, token: &str) -> Reply {
        self.house.post("/identity/email/confirm").json(&json!({ "token": token })).send().await
    }

    pub(crate) async fn forgot(&self, email: &str) -> Reply {
        self.house.post("/identity/password/forgot").json(&json!({ "email": email })).send().await
    }

    pub(crate) async fn reset(&self, token: &str, password: &str) -> Reply {
        let body = json!({ "token": token, "password": password });
        self.house.post("/identity/password/reset").json(&body).send().await
    }

    pub(crate) fn get<'a>(&'a self, who: &Person, path: &str) -> Call<'a> {
        self.house.get(path).bearer(&who.access)
    }

    pub(crate) fn post<'a>(&'a self, who: &Person, path: &str, body: &Value) -> Call<'a> {
        let key = self.house.mint.uuid().to_string();
        self.house.post(path).bearer(&who.access).key(&key).json(body)
    }

    pub(crate) fn put<'a>(&'a self, who: &Person, path: &str, body: &Value) -> Call<'a> {
        self.house.put(path).bearer(&who.access).json(body)
    }

    pub(crate) fn delete<'a>(&'a self, who: &Person, path: &str) -> Call<'a> {
        self.house.delete(path).bearer(&who.access)
    }

    pub(crate) async fn me(&self, who: &Person) -> Value {
        self.get(who, "/identity/me").send().await.expect(200).json()
    }

    /// What has happened to somebody, newest first.
    pub(crate) async fn events(&self, who: &Person) -> Vec<String> {
        let reply = self.get(who, "/identity/events?limit=100").send().await.expect(200).json();
        let items = reply["items"].as_array().unwrap();
        items.iter().map(|item| item["event"].as_str().unwrap().to_owned()).collect()
    }

    /// How many are signed in as somebody.
    pub(crate) async fn sessions(&self, who: &Person) -> usize {
        let reply = self.get(who, "/identity/sessions?limit=100").send().await.expect(200).json();
        reply["items"].as_array().unwrap().len()
    }

    /// Tells the room what `merchants` would.
    pub(crate) async fn hears<F: Spoken>(&self, merchant: MerchantId, version: u64, fact: &F) {
        self.house.hears(merchant, version, fact).await;
    }

    /// Lets everything be heard, and holds the books against everything that must be true then.
    pub(crate) async fn comes_to_rest(&mut self) -> Vec<Fact> {
        let heard = self.house.settle().await;
        let found = identity::audit_at_rest(self.house.items().await, self.house.clock.now()).unwrap();
        assert_eq!(found, []);
        heard
    }

    /// The books hold at this moment, whatever is in flight.
    pub(crate) async fn is_sound(&self) {
        assert_eq!(identity::audit(self.house.items().await, self.house.clock.now()).unwrap(), []);
    }

    /// Whether a text stands anywhere in the table.
    pub(crate) async fn table_knows(&self, text: &str) -> bool {
        self.house.items().await.iter().any(|item| format!("{item:?}").contains(text))
    }
}

/// The same call from this address.
pub(crate) fn from<'a>(call: Call<'a>, address: &str) -> Call<'a> {
    call.header(http::HeaderName::from_static("x-forwarded-for"), address)
}

/// The facts of one kind among others.
pub(crate) fn only<F: Spoken>(facts: &[Fact]) -> Vec<F> {
    facts.iter().filter(|fact| fact.name == F::NAME).map(|fact| fact.hear().unwrap()).collect()
}

/// What is in a token, believed without a look at its signature.
pub(crate) fn claims(access: &str) -> Value {
    let body = access.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64_url(body)).unwrap()
}

/// Base64url without padding, so that the tests need no crate for it.
fn base64_url(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    let (mut bits, mut n, mut bytes) = (0_u32, 0, Vec::new());
    for c in text.bytes() {
        bits = bits << 6 | u32::from(value(c));
        n += 6;
        if n >= 8 {
            n -= 8;
            bytes.push((bits >> n) as u8);
        }
    }
    bytes
}
