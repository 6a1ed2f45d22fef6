//! One room, and what everything that happens in it costs at its table.

use std::collections::BTreeMap;
use std::fmt::Display;

use ask::Answers;
use auth::{MerchantRole, Role};
use clock::Clock;
use dynamo::Spend;
use embedded::Engines;
use facts::{Fact, Spoken};
use http::HeaderName;
use ids::MerchantId;
use jiff::Timestamp;
use serde_json::Value;
use testkit::{Call, House, Reply};
use tests::spec::{Door, Operation, operations};

/// What one thing cost.
pub struct Row {
    pub room: &'static str,
    /// The operation, the fact that was heard, or the role that was called.
    pub name: String,
    /// Under which circumstances, where they make a difference.
    pub note: String,
    pub spend: Spend,
}

impl Row {
    /// How it is called in a table.
    pub fn label(&self) -> String {
        match self.note.is_empty() {
            true => self.name.clone(),
            false => format!("{}, {}", self.name, self.note),
        }
    }
}

/// A room with somebody who writes down what it spends.
pub struct Meter {
    pub house: House,
    /// The ids of what is in the room, by the names of path parameters.
    pub known: BTreeMap<&'static str, String>,
    /// What whoever is signed in shows at the door.
    pub person: String,
    /// The same for somebody of the merchant in the path.
    pub member: String,
    /// The same for whoever runs the market.
    pub admin: String,
    pub rows: Vec<Row>,
    pub room: &'static str,
    operations: BTreeMap<String, Operation>,
}

impl Meter {
    /// The room with these variables set otherwise, and with nothing in it.
    pub async fn open(name: &str, variables: &[(&str, &str)]) -> Meter {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        Meter::open_at(start, name, variables).await
    }

    /// The same, and it is that late there.
    pub async fn open_at(now: Timestamp, name: &str, variables: &[(&str, &str)]) -> Meter {
        let found = tests::rooms().into_iter().find(|(room, _)| room.name == name);
        let (room, document) = found.expect("the rooms are known by their names");
        let document = serde_json::to_value(document).expect("a document is plain data");
        let operations = operations(room.name, &document);
        let (clock, hands) = Clock::manual(now);
        let engines = Engines::memory(clock.clone()).expect("engines in memory open");
        let house = House::over(room.clone(), variables, engines, clock, hands, |_, handler| handler);
        let house = Box::pin(house).await;
        let people = &house.people;
        Meter {
            person: people.token(&[Role::Customer], &[]),
            member: people.token(&[Role::Customer], &[]),
            admin: people.token(&[Role::Admin], &[]),
            known: BTreeMap::new(),
            rows: Vec::new(),
            room: room.name,
            operations: operations.into_iter().map(|operation| (operation.id.clone(), operation)).collect(),
            house,
        }
    }

    /// From now on paths lead to this one.
    pub fn knows(&mut self, parameter: &'static str, id: impl Display) {
        self.known.insert(parameter, id.to_string());
    }

    /// From now on paths lead to a new merchant, whose manager stands at the door.
    pub fn staff(&mut self) -> MerchantId {
        let merchant = MerchantId::mint(&self.house.mint);
        let manages = [(merchant, MerchantRole::Manager)];
        self.member = self.house.people.token(&[Role::Customer], &manages);
        self.knows("merchant", merchant);
        merchant
    }

    /// Writes down what something cost.
    pub fn record(&mut self, name: &str, note: &str, spend: Spend) {
        self.rows.push(Row { room: self.room, name: name.to_owned(), note: note.to_owned(), spend });
    }

    /// The call of an operation by whoever may, with a key where one is asked for.
    pub fn call(&self, id: &str, query: &str) -> Call<'_> {
        let operation = self.operation(id);
        let path = format!("{}{query}", operation.path_with(&self.known));
        let call = self.house.call(operation.method.clone(), &path);
        let call = match operation.door {
            Some(Door::Person) => call.bearer(&self.person),
            Some(Door::Member) => call.bearer(&self.member),
            Some(Door::Admin) => call.bearer(&self.admin),
            // On a laptop the foreign contract asks for a key, and takes any.
            _ if operation.tag == "loms" => call.header(HeaderName::from_static("x-api-key"), "any"),
            _ => call,
        };
        match operation.keyed {
            true => call.key(&self.fresh()),
            false => call,
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

    /// Does what only leads to what is measured.
    pub async fn step(&self, id: &str, body: &Value) -> Value {
        done(id, &self.send(id, body).await)
    }

    /// Lets the room hear a fact of another, and writes down what that cost.
    pub async fn hears<F: Spoken>(&mut self, aggregate: impl Display, version: u64, fact: &F) {
        let ((), spend) = Spend::of(self.house.hears(aggregate, version, fact)).await;
        self.record(F::NAME, "", spend);
    }

    /// Lets the room hear what it has said itself since this was asked last, writes down what the first
    /// of each kind cost, and returns what was said.
    pub async fn echo(&mut self) -> Vec<Fact> {
        let said = self.house.facts();
        for fact in &said {
            if facts::subscribers(&fact.name).any(|room| room == self.room) {
                let (failed, spend) = Spend::of(self.house.hear(std::slice::from_ref(fact))).await;
                assert!(failed.is_empty(), "{}: {}", fact.name, self.house.lines.text());
                if self.rows.iter().all(|row| row.name != fact.name) {
                    self.record(&fact.name, "", spend);
                }
            }
        }
        said
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
        let operation = self.operation(id);
        let call = self.call(id, "");
        match operation.body {
            Some(_) => call.json(body).send().await,
            None => call.send().await,
        }
    }

    fn operation(&self, id: &str) -> &Operation {
        self.operations.get(id).unwrap_or_else(|| panic!("{} has no operation {id}", self.room))
    }

    fn fresh(&self) -> String {
        self.house.mint.uuid().to_string()
    }
}

/// The body of an answer that is none of a refusal.
pub fn done(id: &str, reply: &Reply) -> Value {
    let well = reply.status.is_success() || reply.status.is_redirection();
    assert!(well, "{id}: {} {}", reply.status, reply.text());
    reply.json()
}

/// A text of an answer.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What one thing cost beside another.
pub fn beside(all: Spend, other: Spend) -> Spend {
    Spend {
        requests: all.requests - other.requests,
        read_milli: all.read_milli - other.read_milli,
        write_milli: all.write_milli - other.write_milli,
    }
}
