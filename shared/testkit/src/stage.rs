//! One room, the ids of what is in it, and tokens of the right and the wrong people.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use ask::Answers;
use auth::{MerchantRole, Role, Tier};
use clock::Clock;
use dynamo::Spend;
use embedded::Engines;
use facts::{Fact, Spoken};
use http::HeaderName;
use ids::{AccountId, MerchantId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Call, Door, Driver, House, Known, Operation, People, Reply, Row};

/// The foreign contract, as on a laptop.
pub const LAPTOP: &[(&str, &str)] = &[("LOMS", "on"), ("LOMS_KEY", "open")];

/// A room with those who stand at its door, and with somebody who writes down what it spends.
pub struct Stage {
    /// The room and everything around it.
    pub house: House,
    /// Its name.
    pub room: &'static str,
    /// What its API says of itself.
    pub document: Value,
    /// Every operation of that document.
    pub operations: Vec<Operation>,
    /// The ids of what is in the room, by the names of path parameters.
    pub known: Known,
    /// What is meant by a path parameter where a shop's own people ask, if it is something else.
    pub of_the_shop: Known,
    /// Another merchant, who has no business here.
    pub stranger: MerchantId,
    /// A program of the stranger, and one of the merchant that may only read.
    pub strange_keys: [String; 2],
    /// Another account of the market, where the room knows accounts.
    pub neighbour: Option<String>,
    /// The token of whom the things in the room belong to.
    pub person: String,
    /// The token of who decides for the merchant.
    pub member: String,
    /// The token of who decides for the stranger, and for nobody else.
    pub rival: String,
    /// The token of who runs the market.
    pub admin: String,
    /// The token of who ran the market, and was dismissed since it was signed.
    pub dismissed: String,
    /// The token of who runs the market, and has signed out since.
    pub signed_out: String,
    /// The rooms next door, for as long as this one may ask them.
    pub next_door: Vec<Stage>,
    /// What was done here and written down.
    pub rows: Vec<Row>,
    choices: fn(&Stage, &str) -> Value,
}

impl Stage {
    /// The room with nothing in it.
    pub async fn open(driver: &Driver, variables: &[(&str, &str)]) -> Stage {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        Stage::open_at(start, driver, variables).await
    }

    /// The same, and it is that late there.
    pub async fn open_at(now: Timestamp, driver: &Driver, variables: &[(&str, &str)]) -> Stage {
        let (clock, hands) = Clock::manual(now);
        let engines = Engines::memory(clock.clone()).expect("engines in memory open");
        let variables: Vec<_> = driver.variables.iter().chain(variables).copied().collect();
        let house = House::over(driver.room.clone(), &variables, engines, clock, hands, |_, handler| handler);
        // On the heap: what opens a room is large, and a test may open one from within another.
        Stage::over(driver, Box::pin(house).await)
    }

    /// The room as it was opened elsewhere.
    pub fn over(driver: &Driver, house: House) -> Stage {
        let (merchant, stranger) = (MerchantId::mint(&house.mint), MerchantId::mint(&house.mint));
        let (people, room) = (&house.people, driver.room.name);
        Stage {
            room,
            document: driver.reviewed(),
            operations: driver.operations(),
            known: BTreeMap::from([("merchant", merchant.to_string())]),
            of_the_shop: BTreeMap::new(),
            stranger,
            strange_keys: [
                people.api_key(&[&format!("{room}:write")], Tier::Free, Some(stranger)),
                people.api_key(&["elsewhere:write"], Tier::Free, Some(merchant)),
            ],
            neighbour: None,
            person: people.token(&[Role::Customer], &[]),
            member: people.token(&[Role::Customer], &[(merchant, MerchantRole::Manager)]),
            rival: people.token(&[Role::Customer], &[(stranger, MerchantRole::Owner)]),
            admin: people.token(&[Role::Admin], &[]),
            dismissed: admin_until(&house, People::dismiss),
            signed_out: admin_until(&house, People::sign_out),
            next_door: Vec::new(),
            rows: Vec::new(),
            choices: driver.choices,
            house,
        }
    }

    /// The room with something in it on which every operation could be done.
    pub async fn furnished(driver: &Driver, variables: &[(&str, &str)]) -> Stage {
        let mut stage = Stage::open(driver, variables).await;
        (driver.furnish)(&mut stage).await;
        stage
    }

    /// From now on this room can ask the other.
    pub fn opens(&mut self, other: Stage) {
        self.house.neighbours.open(other.room, other.house.door());
        self.next_door.push(other);
    }

    /// From now on paths lead to this one.
    pub fn knows(&mut self, parameter: &'static str, id: impl Display) {
        self.known.insert(parameter, id.to_string());
    }

    /// The id to which paths lead.
    #[track_caller]
    pub fn id<T: FromStr<Err: Debug>>(&self, parameter: &str) -> T {
        self.known[parameter].parse().unwrap_or_else(|e| panic!("{parameter} is another kind of id: {e:?}"))
    }

    /// The merchant to whom paths lead.
    pub fn merchant(&self) -> MerchantId {
        self.id("merchant")
    }

    /// Where an operation is.
    pub fn path(&self, operation: &Operation) -> String {
        operation.path_with(&self.meant_by(operation))
    }

    /// The same with the query without which it is refused.
    pub fn address(&self, operation: &Operation) -> String {
        let value = |name: &String| format!("{name}={}", self.known[name.as_str()]);
        let query: Vec<_> = operation.needs.iter().map(value).collect();
        match query.is_empty() {
            true => self.path(operation),
            false => format!("{}?{}", self.path(operation), query.join("&")),
        }
    }

    /// What is meant by the parameters of an operation's path.
    pub fn meant_by(&self, operation: &Operation) -> Known {
        let of_the_shop = (operation.door == Some(Door::Member)).then_some(&self.of_the_shop);
        let known = self.known.iter().chain(of_the_shop.into_iter().flatten());
        known.map(|(name, id)| (*name, id.clone())).collect()
    }

    /// By somebody who may do this.
    pub fn rightly<'a>(&'a self, operation: &Operation, call: Call<'a>) -> Call<'a> {
        match operation.door {
            Some(Door::Admin) => call.bearer(&self.admin),
            Some(Door::Member) => call.bearer(&self.member),
            Some(Door::Person) => call.bearer(&self.person),
            Some(Door::Public) | None => call,
        }
    }

    /// By somebody who may do this, and whom the room knows: a public door lets people in as well.
    pub fn personally<'a>(&'a self, operation: &Operation, call: Call<'a>) -> Call<'a> {
        match operation.door {
            Some(Door::Public) => call.bearer(&self.person),
            _ => self.rightly(operation, call),
        }
    }

    /// What somebody would say who means it: the example of the document, about what is in the room.
    pub fn body(&self, operation: &Operation) -> Value {
        let mut body = operation.shown.clone();
        let Some(fields) = body.as_object_mut() else { return body };
        for (name, id) in &self.known {
            if let Some(field) = fields.get_mut(*name).filter(|_| id.contains('_')) {
                *field = json!(id);
            }
        }
        for (name, value) in (self.choices)(self, &operation.id).as_object().into_iter().flatten() {
            fields.insert(name.clone(), value.clone());
        }
        body
    }

    /// The call of an operation by nobody, in the words of [`Stage::body`].
    pub fn shown(&self, operation: &Operation, path: &str) -> Call<'_> {
        let call = self.house.call(operation.method.clone(), path);
        let call = match operation.takes_key {
            true => call.key(&self.fresh()),
            false => call,
        };
        match operation.body {
            Some(_) => call.json(&self.body(operation)),
            None => call,
        }
    }

    /// The same by somebody who may.
    pub fn example(&self, operation: &Operation) -> Call<'_> {
        let call = self.shown(operation, &self.address(operation));
        with_any_key(operation, self.personally(operation, call))
    }

    /// Does it in those words.
    pub async fn does_as_shown(&self, id: &str) -> Value {
        done(id, &self.example(self.operation(id)).send().await)
    }

    /// An operation of the room by its name.
    pub fn operation(&self, id: &str) -> &Operation {
        let found = self.operations.iter().find(|operation| operation.id == id);
        found.unwrap_or_else(|| panic!("{} has no operation {id}", self.room))
    }

    /// The call of an operation by whoever may, with a key where one is asked for.
    pub fn call(&self, id: &str, query: &str) -> Call<'_> {
        let operation = self.operation(id);
        let path = format!("{}{query}", self.path(operation));
        let call = self.rightly(operation, self.house.call(operation.method.clone(), &path));
        let call = with_any_key(operation, call);
        match operation.keyed {
            true => call.key(&self.fresh()),
            false => call,
        }
    }

    /// Writes down what something cost the first time that it was done.
    pub fn record(&mut self, name: &str, note: &str, spend: Spend) {
        let row = Row { room: self.room, name: name.to_owned(), note: note.to_owned(), spend };
        if self.rows.iter().all(|known| known.label() != row.label()) {
            self.rows.push(row);
        }
    }

    /// Writes down what an answer cost, and reads it.
    pub fn row(&mut self, id: &str, note: &str, reply: &Reply) -> Value {
        let read = done(id, reply);
        self.record(id, note, reply.spend);
        read
    }

    /// Does it and writes down what it cost.
    pub async fn does(&mut self, id: &str, body: &Value) -> Value {
        self.does_so(id, "", body).await
    }

    /// The same under circumstances that make a difference.
    pub async fn does_so(&mut self, id: &str, note: &str, body: &Value) -> Value {
        let reply = self.send(id, body).await;
        self.row(id, note, &reply)
    }

    /// Does what takes no body and writes down what it cost.
    pub async fn calls(&mut self, id: &str) -> Value {
        self.does_so(id, "", &Value::Null).await
    }

    /// The same with a query.
    pub async fn looks(&mut self, id: &str, note: &str, query: &str) -> Value {
        let reply = self.call(id, query).send().await;
        self.row(id, note, &reply)
    }

    /// Does what nobody writes down.
    pub async fn step(&self, id: &str, body: &Value) -> Value {
        done(id, &self.send(id, body).await)
    }

    /// Lets the room hear a fact of another, and writes down what that cost.
    pub async fn hears<F: Spoken>(&mut self, aggregate: impl Display, version: u64, fact: &F) {
        let ((), spend) = Spend::of(self.house.hears(aggregate, version, fact)).await;
        self.record(F::NAME, "", spend);
    }

    /// Lets the room hear what it has said itself since this was asked last, and returns what was said.
    pub async fn echo(&mut self) -> Vec<Fact> {
        let said = self.house.facts();
        for fact in &said {
            if facts::subscribers(&fact.name).any(|room| room == self.room) {
                let (failed, spend) = Spend::of(self.house.hear(std::slice::from_ref(fact))).await;
                assert!(failed.is_empty(), "{}: {}", fact.name, self.house.lines.text());
                self.record(&fact.name, "", spend);
            }
        }
        said
    }

    /// Reads the letter that was told of last; from now on the token in it is known.
    pub async fn reads_letter(&mut self) {
        let told = self.house.facts();
        let letter = told.iter().rev().find_map(|fact| fact.data["letter"].as_str());
        let letter = json!({ "letter": letter.expect("a letter was told of") });
        let read = self.does("letter", &letter).await;
        self.knows("token", text(&read["token"]));
    }

    /// Puts a file where its permit leads, and answers what it cost that the room was told.
    pub async fn comes(&mut self, name: &str, bytes: impl Into<Vec<u8>>, kind: &str) -> Spend {
        let bucket = self.house.around.bucket("BUCKET").expect("the room has a bucket");
        bucket.put(name, bytes.into(), kind).await.expect("the bucket takes it");
        self.turn().await
    }

    /// What it costs to let the event sources of the room turn once.
    pub async fn turn(&mut self) -> Spend {
        let (busy, spend) = Spend::of(self.house.turn()).await;
        assert!(busy, "{} has nothing to do: {}", self.room, self.house.lines.text());
        spend
    }

    async fn send(&self, id: &str, body: &Value) -> Reply {
        if self.house.door().operations().contains(&id) {
            return self.house.ask(id, &self.fresh(), body).await;
        }
        let call = self.call(id, "");
        match self.operation(id).body {
            Some(_) => call.json(body).send().await,
            None => call.send().await,
        }
    }

    fn fresh(&self) -> String {
        self.house.mint.uuid().to_string()
    }
}

/// On a laptop the foreign contract asks for a key, and takes any.
fn with_any_key<'a>(operation: &Operation, call: Call<'a>) -> Call<'a> {
    match operation.tag.as_str() {
        "loms" => call.header(HeaderName::from_static("x-api-key"), "any"),
        _ => call,
    }
}

/// The token of an admin to whom this happens after it was signed.
fn admin_until(house: &House, happens: fn(&People, AccountId)) -> String {
    let account = AccountId::mint(&house.mint);
    let token = house.people.token_of(account, &[Role::Admin], &[]);
    happens(&house.people, account);
    token
}

/// The body of an answer that is none of a refusal.
#[track_caller]
pub fn done(id: &str, reply: &Reply) -> Value {
    let well = reply.status.is_success() || reply.status.is_redirection();
    assert!(well, "{id}: {} {}", reply.status, reply.text());
    reply.json()
}

/// A text of an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
