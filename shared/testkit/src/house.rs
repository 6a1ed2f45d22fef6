//! One room with its surroundings.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use ask::{Answers, HeldTo, InProcess, Peers, Question};
use axum::Router;
use clock::{Clock, Hands};
use dynamo::Spend;
use embedded::client::Wiring;
use embedded::dynamo::StreamReader;
use embedded::sources::{Pump, Turn, pumps};
use embedded::template::{Function, Parameters, Stack, Template};
use embedded::{Engines, Handler};
use facts::{Fact, Spoken};
use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, StatusCode};
use ids::Mint;
use jiff::{SignedDuration, Timestamp};
use lambda::{Aws, Env, Role, Roles, Room, Surroundings};
use observe::{Lines, Sink};
use serde::Serialize;
use serde_json::{Value, json};
use vault::Vault;

use crate::people::SIGNING_SECRET;
use crate::{AUDIENCE, Call, ISSUER, People, Reply, Sky, stand_in};

const SEED: u64 = 20_261_121;
/// Nothing counts callers, and every read is made anew, unless a test wants otherwise.
const PLAIN: [(&str, &str); 2] = [("LIMITS", "off"), ("RECENT", "off")];
const MOST_TURNS: usize = 10_000;

/// The template of the project, resolved for a laptop.
pub fn template() -> Stack {
    whole().clone()
}

/// The same, read once in a process.
fn whole() -> &'static Stack {
    static STACK: OnceLock<Stack> = OnceLock::new();
    STACK.get_or_init(read)
}

fn read() -> Stack {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let template = Template::parse(&text).unwrap_or_else(|e| panic!("template.yaml: {e}"));
    let parameters = Parameters::new("snail").with("LomsContract", "on").with("AuthIssuer", ISSUER);
    let stack = template.resolve(&parameters.with("AuthAudience", AUDIENCE));
    stack.unwrap_or_else(|e| panic!("template.yaml: {e}"))
}

/// What a room has of a stack: its functions, and the tables, queues and buckets that bear its name or that
/// its functions name. A test makes nothing else, and takes as long however many rooms there are.
fn of_room(stack: &Stack, room: &str) -> Stack {
    let functions: Vec<Function> = stack.functions.iter().filter(|f| f.binary == room).cloned().collect();
    let own = format!("{}-{room}", stack.name);
    let is_own = |name: &str| {
        let named = functions.iter().any(|function| function.environment.values().any(|value| value == name));
        named || name.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    };
    Stack {
        name: stack.name.clone(),
        parameters: stack.parameters.clone(),
        tables: stack.tables.iter().filter(|table| is_own(&table.name)).cloned().collect(),
        queues: stack.queues.iter().filter(|queue| is_own(&queue.name)).cloned().collect(),
        buckets: stack.buckets.iter().filter(|bucket| is_own(&bucket.name)).cloned().collect(),
        secrets: Vec::new(),
        functions,
        routes: Vec::new(),
        resources: BTreeMap::new(),
    }
}

/// An open room without other rooms.
pub struct House {
    /// The engines it runs on.
    pub engines: Engines,
    /// They move the clock.
    pub hands: Hands,
    /// The clock.
    pub clock: Clock,
    /// The source of the test's own ids.
    pub mint: Mint,
    /// The people and programs of the test.
    pub people: People,
    /// The wide events that the room wrote.
    pub lines: Lines,
    /// The surroundings of the test itself: the environment of all functions of the room together, and
    /// clients with the owner's rights.
    pub around: Surroundings,
    /// The rooms that this one can ask. `identity` is there, played by the [`stand_in`]; a test opens
    /// the others that it needs.
    pub neighbours: InProcess,
    /// Each function of the room by itself, as on AWS: with its own environment, rights and memory.
    roles: BTreeMap<Role, Roles>,
    _lawful: Lawful,
    room: &'static str,
    stack: Stack,
    pumps: Vec<Pump>,
    outbox: StreamReader,
}

impl House {
    /// Opens the room with its template's environment.
    pub async fn open(room: Room) -> House {
        House::open_with(room, &[]).await
    }

    /// Opens the room with some other variables.
    pub async fn open_with(room: Room, variables: &[(&str, &str)]) -> House {
        House::open_under_a_sky(room, variables).await.0
    }

    /// Opens the room with a [`Sky`] over its table, without faults at first.
    pub async fn open_under_a_sky(room: Room, variables: &[(&str, &str)]) -> (House, Sky) {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let (clock, hands) = Clock::manual(start);
        let engines = Engines::memory(clock.clone()).unwrap_or_else(|e| panic!("engines: {e}"));
        let sky = Sky::fair();
        let between = |service: &str, engine| match service {
            "dynamo" => sky.over(engine),
            _ => engine,
        };
        // On the heap: the future that opens a room is large, and a test may open one from within
        // another.
        (Box::pin(House::over(room, variables, engines, clock, hands, between)).await, sky)
    }

    /// Opens the room with a layer before its engines: `between` gets the name of each service
    /// (`dynamo`, `sqs`, `s3`) and its handler, and returns the handler for the SDK.
    pub async fn over(
        room: Room,
        variables: &[(&str, &str)],
        engines: Engines,
        clock: Clock,
        hands: Hands,
        between: impl Fn(&str, Arc<dyn Handler>) -> Arc<dyn Handler>,
    ) -> House {
        let stack = of_room(whole(), room.name);
        engines.install(&stack).await.unwrap_or_else(|e| panic!("engines: {e}"));
        let mint = Mint::new(clock.clone(), SEED);
        let people = People::new(clock.clone(), Mint::new(clock.clone(), SEED + 1));
        let (sink, lines) = Sink::memory();
        let env = environment(&stack).with(PLAIN).with(variables.iter().copied());
        let aws = |wiring: &Wiring| {
            let s3 = embedded::client::s3(between("s3", Arc::new(engines.s3.clone())), wiring);
            let dynamo = between("dynamo", Arc::new(engines.dynamo.clone()));
            Aws {
                dynamo: embedded::client::dynamo(dynamo, wiring),
                sqs: embedded::client::sqs(between("sqs", Arc::new(engines.sqs.clone())), wiring),
                s3_public: s3.clone(),
                s3,
            }
        };
        let neighbours = InProcess::new();
        neighbours.open("identity", stand_in(Arc::new(people.clone())));
        let around = Surroundings {
            vault: secrets(&env, &clock),
            env,
            aws: aws(&engines.wiring()),
            clock: clock.clone(),
            mint: mint.clone(),
            seed: SEED,
            peers: Some(Peers::new(neighbours.clone(), mint.clone())),
            sink,
        };
        let mut roles = BTreeMap::new();
        for function in &stack.functions {
            let name = &function.logical_id;
            let env: Env = function.environment.clone().into_iter().collect();
            let (carrier, may) = (neighbours.clone(), engines.guard().invocations_of(name));
            let stack = stack.name.clone();
            let own = Surroundings {
                peers: Some(Peers::new(HeldTo { carrier, may, stack }, mint.clone())),
                env: env.with(PLAIN).with(variables.iter().copied()),
                aws: aws(&engines.wiring().signing_as(name)),
                vault: around.vault.held_to(engines.guard().secrets_of(name)),
                ..around.clone()
            };
            let opened = (room.open)(&own).unwrap_or_else(|e| panic!("{name}: {e}"));
            if opened.router().is_some() {
                neighbours.open(room.name, opened.clone());
            }
            roles.insert(role(function), opened);
        }
        let pumps = pumps(&engines, &stack).unwrap_or_else(|e| panic!("event sources: {e}"));
        let table = around.env.get("TABLE").and_then(|name| stack.table(name));
        let table = table.unwrap_or_else(|| panic!("{} has no table in template.yaml", room.name));
        let outbox = StreamReader::open(&engines.dynamo, "the test", table, &[], 1_000);
        let outbox = outbox.unwrap_or_else(|e| panic!("the table's stream: {e}"));
        let name = room.name;
        let lawful = Lawful(engines.clone());
        House {
            engines,
            hands,
            clock,
            mint,
            people,
            lines,
            around,
            neighbours,
            roles,
            _lawful: lawful,
            room: name,
            stack,
            pumps,
            outbox,
        }
    }

    /// The room's API.
    pub fn router(&self) -> Router {
        self.roles[&Role::Api].router().expect("the room answers HTTP")
    }

    /// A GET.
    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// A POST.
    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    /// A PUT.
    pub fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    /// A DELETE.
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// A request.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call::new(self.router(), &self.people, method, path)
    }

    /// The handlers of the function that answers HTTP and asks.
    pub fn door(&self) -> Roles {
        self.roles[&Role::Api].clone()
    }

    /// An ask, as another room sends it.
    pub async fn ask<T: Serialize>(&self, operation: &str, id: &str, body: &T) -> Reply {
        let body = serde_json::value::to_raw_value(body).unwrap_or_else(|e| panic!("an ask: {e}"));
        let question = Question { operation: operation.into(), id: id.into(), traceparent: None, body };
        let (answer, spend) = Spend::of(self.roles[&Role::Api].answer(question)).await;
        let status = StatusCode::from_u16(answer.status).expect("rooms answer with statuses");
        let retry = answer.retry_after.map(|seconds| (RETRY_AFTER, seconds.into()));
        let headers = HeaderMap::from_iter(retry);
        Reply { status, headers, body: answer.body.get().to_owned().into(), spend }
    }

    /// Sends an event to the room in a role.
    pub async fn handle(&self, role: Role, event: Value) -> Result<Value, lambda::Fault> {
        let opened = self.roles.get(&role).unwrap_or_else(|| panic!("{} has no {role}", self.room));
        opened.handle(role, event).await
    }

    /// Sends facts to the room as one batch, and returns the ids of the messages that failed.
    pub async fn hear(&self, facts: &[Fact]) -> Vec<String> {
        let records = facts.iter().map(|fact| {
            json!({
                "messageId": fact.id,
                "body": serde_json::to_string(fact).expect("facts are plain data"),
                "attributes": { "MessageGroupId": fact.aggregate, "ApproximateReceiveCount": "1" },
                "eventSource": "aws:sqs",
            })
        });
        let batch = json!({ "Records": records.collect::<Vec<_>>() });
        let answer = self.handle(Role::Worker, batch).await.unwrap_or_else(|e| panic!("the worker: {e}"));
        let failures = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
        failures.iter().map(|f| f["itemIdentifier"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Sends one fact to the room, as emitted by this version of the aggregate.
    pub async fn hears<F: Spoken>(&self, aggregate: impl Display, version: u64, fact: &F) {
        let fact = Fact::of(fact).seal(&aggregate.to_string(), version, 0, self.clock.now(), None);
        let failed = self.hear(std::slice::from_ref(&fact)).await;
        assert!(failed.is_empty(), "{} was not heard: {}", fact.name, self.lines.text());
    }

    /// The facts that the room has saved since the last call, in the order of the stream.
    pub fn facts(&mut self) -> Vec<Fact> {
        let mut facts = Vec::new();
        while let Some(batch) = self.outbox.next_batch().unwrap_or_else(|e| panic!("the stream: {e}")) {
            for record in batch.event["Records"].as_array().into_iter().flatten() {
                if let Some(emits) = record["dynamodb"]["NewImage"]["emits"]["S"].as_str() {
                    let emitted: Vec<Fact> = serde_json::from_str(emits)
                        .unwrap_or_else(|e| panic!("emits is not a list of facts: {e}: {emits}"));
                    facts.extend(emitted);
                }
            }
            self.outbox.done(batch.end).unwrap_or_else(|e| panic!("the stream: {e}"));
        }
        facts
    }

    /// Moves the clock.
    pub fn advance(&self, by: SignedDuration) {
        self.hands.advance(by);
    }

    /// Sends the room its own facts and runs its event sources until nothing is left to do. Returns the
    /// facts on the way.
    pub async fn settle(&mut self) -> Vec<Fact> {
        let mut all = Vec::new();
        for _ in 0..MOST_TURNS {
            let fresh = self.facts();
            let mine =
                fresh.iter().filter(|fact| facts::subscribers(&fact.name).any(|room| room == self.room));
            let mine: Vec<_> = mine.cloned().collect();
            for fact in &mine {
                let failed = self.hear(std::slice::from_ref(fact)).await;
                assert!(failed.is_empty(), "{} was not heard: {}", fact.id, self.lines.text());
            }
            let quiet = fresh.is_empty();
            all.extend(fresh);
            if !self.turn().await && quiet {
                return all;
            }
        }
        panic!("the room does not come to rest");
    }

    /// Runs every event source of the room once; whether any had work.
    pub async fn turn(&mut self) -> bool {
        let mut busy = false;
        for pump in &mut self.pumps {
            let role = self.stack.function(&pump.function).map(role).expect("pumps are made of functions");
            let roles = &self.roles[&role];
            let turned = pump
                .turn(0, |event| async move { roles.handle(role, event).await.map_err(|e| e.to_string()) })
                .await
                .unwrap_or_else(|e| panic!("{}: {e}", pump.source));
            busy |= matches!(turned, Turn::Settled(_));
        }
        busy
    }

    /// The name of every object in the room's bucket, for tests of invariants.
    pub async fn objects(&self) -> Vec<String> {
        let name = self.around.env.get("BUCKET").expect("the house has a bucket");
        let page = self.engines.s3_client().list_objects_v2().bucket(name).send().await;
        let page = page.unwrap_or_else(|e| panic!("the bucket: {e:?}"));
        assert_ne!(page.is_truncated, Some(true), "a test has few objects");
        page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).collect()
    }

    /// The status of the bucket's answer to a link that this role of the room has signed.
    pub async fn follows(&self, signer: Role, key: &str) -> u16 {
        let name = self.around.env.get("BUCKET").expect("the house has a bucket");
        let signer = self.stack.functions.iter().find(|function| role(function) == signer);
        let signer = &signer.unwrap_or_else(|| panic!("{} has no such role", self.room)).logical_id;
        let wiring = self.engines.wiring().signing_as(signer);
        let bucket = embedded::client::s3(Arc::new(self.engines.s3.clone()), &wiring);
        match bucket.get_object().bucket(name).key(key).send().await {
            Ok(_) => 200,
            Err(error) => error.raw_response().map_or(0, |answer| answer.status().as_u16()),
        }
    }

    /// Every item in the room's table, for tests of invariants.
    pub async fn items(&self) -> Vec<dynamo::Item> {
        let name = self.around.env.get("TABLE").expect("the house has a table");
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let scan = self.engines.dynamo_client().scan().table_name(name).set_exclusive_start_key(start);
            let page = scan.send().await.unwrap_or_else(|e| panic!("the table: {e:?}"));
            items.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                return items;
            }
        }
    }
}

/// The role of a function.
pub fn role(function: &Function) -> Role {
    let role = function.environment.get("ROLE").and_then(|role| role.parse().ok());
    role.unwrap_or_else(|| panic!("{} has no role", function.logical_id))
}

/// Fails the test when a function tried what its policies do not allow, which most of them would hide:
/// without its counter the limit lets every caller through, and a timer is set again later.
struct Lawful(Engines);

impl Drop for Lawful {
    fn drop(&mut self) {
        let refusals: Vec<_> = self.0.guard().refusals().iter().map(ToString::to_string).collect();
        let lawful = refusals.is_empty() || std::thread::panicking();
        assert!(lawful, "template.yaml does not allow:\n{}", refusals.join("\n"));
    }
}

/// A vault with the secrets that the environment names: the same in every run, and the signing key is
/// the one of [`People`].
pub fn secrets(env: &Env, clock: &Clock) -> Vault {
    let vault = Vault::memory(clock.clone());
    for (variable, name) in env.all().filter(|(variable, _)| variable.ends_with("_SECRET")) {
        let text = match variable {
            "SIGNING_SECRET" => SIGNING_SECRET.to_owned(),
            _ => format!("a secret that only tests know of {variable}"),
        };
        vault.put(name, &text);
    }
    vault
}

/// The environment of all functions of the room together.
fn environment(stack: &Stack) -> Env {
    let variables: BTreeMap<_, _> = stack.functions.iter().flat_map(|f| f.environment.clone()).collect();
    variables.into_iter().collect()
}
