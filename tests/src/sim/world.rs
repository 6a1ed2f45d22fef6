//! The market itself: the functions of the rooms opened as production opens them, each with its own
//! rights and more than one instance of it, on engines in memory.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ask::{Answers, HeldTo, Peers, Question};
use axum::body::Body;
use bytes::Bytes;
use clock::{Clock, Hands};
use embedded::client::Wiring;
use embedded::template::{Function, Stack};
use embedded::{Engines, Handler};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use ids::{AccountId, Mint};
use jiff::Timestamp;
use lambda::{Aws, Env, Role, Roles, Room, Surroundings};
use observe::Sink;
use serde_json::{Value, json};
use testkit::{People, role};
use tower::ServiceExt;

use super::bucket::AtOnce;
use super::carrier::{Courier, Doors};
use super::hostile::{Hostile, Weather};
use super::sabotage::{Bug, Sabotage};
use super::stage::{LONGEST_SHORT_LIFE, Script};
use super::{Chance, Trail};

/// Two instances know different things: a card that one has read is news to the other.
const INSTANCES: usize = 2;
/// Whoever reads a file has more to do than others, and dies in the middle of it all the same.
const LONGEST_SHORT_READING: usize = 300;

/// Everything that stands, shared by all who act in it.
pub struct World {
    /// The engines, with nothing in between.
    pub engines: Engines,
    /// What the template says.
    pub stack: Stack,
    /// What time it is.
    pub clock: Clock,
    /// Who turns it.
    pub hands: Hands,
    /// What draws the lots.
    pub chance: Chance,
    /// How hostile the world is.
    pub weather: Weather,
    /// What happened.
    pub trail: Trail,
    /// Where ids of the actors come from.
    pub mint: Mint,
    /// Who signs tokens.
    pub people: People,
    /// The way onto the stage.
    pub script: Script,
    /// Who runs the market, and their sign-in: rooms ask identity whether that is still so.
    boss: OnceCell<(AccountId, String)>,
    doors: Doors,
    rooms: BTreeMap<&'static str, BTreeMap<Role, Vec<Roles>>>,
}

/// An answer, when there was one.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, byte for byte.
    pub body: Bytes,
}

impl Answer {
    async fn whole(answer: Response<Body>) -> Answer {
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("answers are whole").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The body as JSON, `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The code of a problem, empty when it is none.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl From<ask::Answer> for Answer {
    fn from(answer: ask::Answer) -> Answer {
        let status = StatusCode::from_u16(answer.status).expect("rooms answer with statuses");
        Answer { status, headers: HeaderMap::new(), body: answer.body.get().to_owned().into() }
    }
}

/// A question of a room.
pub fn question(operation: &str, id: &str, body: &Value) -> Question {
    let body = serde_json::value::to_raw_value(body).expect("a question is plain data");
    Question { operation: operation.to_owned(), id: id.to_owned(), traceparent: None, body }
}

impl World {
    /// Builds everything that the template names and opens every room, in calm weather.
    pub async fn open(seed: u64, bug: Option<Bug>, script: Script) -> World {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().expect("a timestamp");
        let (clock, hands) = Clock::manual(start);
        let trail = Trail::new(clock.clone());
        let chance = Chance::of(seed);
        let engines = Engines::memory(clock.clone()).expect("engines in memory open");
        let stack = testkit::template();
        engines.install(&stack).await.expect("the template can be built");
        let people = People::new(clock.clone(), Mint::new(clock.clone(), chance.seed()));
        let mint = Mint::new(clock.clone(), chance.seed());
        let weather = Weather::of(0);
        let (doors, rooms) = (Doors::default(), BTreeMap::new());
        let mut world = World {
            engines,
            stack,
            clock,
            hands,
            chance,
            weather,
            trail,
            mint,
            people,
            script,
            boss: OnceCell::new(),
            doors,
            rooms,
        };
        let rooms: Vec<_> = crate::rooms().into_iter().map(|(room, _)| room).chain([relay::room()]).collect();
        for room in &rooms {
            let functions = world.stack.functions.iter().filter(|function| function.binary == room.name);
            let functions = functions.map(|function| {
                let instances = (0..INSTANCES).map(|_| world.instance(room, function, bug));
                (role(function), instances.collect::<Vec<_>>())
            });
            let functions: BTreeMap<_, _> = functions.collect();
            let doors = functions.get(&Role::Api).into_iter().flatten();
            doors.for_each(|door| world.doors.open(room.name, door.clone()));
            world.rooms.insert(room.name, functions);
        }
        world
    }

    /// Somebody becomes an admin, as the host makes one, and signs in. It is a calm morning.
    pub async fn appoint(&self, email: &str, password: &str) {
        let door = self.stack.functions.iter().find(|f| f.binary == "identity" && role(f) == Role::Api);
        let around = self.around(door.expect("identity has a door"), None);
        identity::appoint_admin(&around, email, Some(password)).await.expect("nothing stands in the way");
        let body = json!({ "email": email, "password": password });
        let tokens =
            self.show("identity", self.request(Method::POST, "/identity/sessions", &body)).await.json();
        let text = |name: &str| tokens[name].as_str().unwrap_or_default().to_owned();
        let boss = (text("account").parse().expect("identity names its accounts"), text("session"));
        self.boss.set(boss).expect("there is one boss");
    }

    /// A fresh token of who was appointed.
    pub fn admin(&self) -> String {
        let (account, session) = self.boss.get().expect("somebody was appointed");
        self.people.token_in(session, *account, &[auth::Role::Customer, auth::Role::Admin], &[])
    }

    fn instance(&self, room: &Room, function: &Function, bug: Option<Bug>) -> Roles {
        (room.open)(&self.around(function, bug)).unwrap_or_else(|e| panic!("{}: {e}", function.logical_id))
    }

    fn around(&self, function: &Function, bug: Option<Bug>) -> Surroundings {
        let clock = self.clock.clone();
        let mint = Mint::new(clock.clone(), self.chance.seed());
        let courier = Courier {
            doors: self.doors.clone(),
            weather: self.weather.clone(),
            chance: self.chance.clone(),
            trail: self.trail.clone(),
            errands: self.script.errands(),
        };
        let may = self.engines.guard().invocations_of(&function.logical_id);
        let carrier = HeldTo { carrier: courier, may, stack: self.stack.name.clone() };
        let peers = Some(Peers::new(carrier, mint.clone()));
        // A reader of files whose time is up leaves the rest to another; here that may be at once.
        let reading = if self.chance.permille(500) { "0" } else { "720" };
        let env = environment(function).with([("READING_SECONDS", reading)]);
        let vault = testkit::secrets(&env, &clock);
        let secrets = self.engines.guard().secrets_of(&function.logical_id);
        Surroundings {
            vault: vault.held_to(secrets),
            env,
            aws: self.aws(&self.engines.wiring().signing_as(&function.logical_id), bug),
            clock,
            mint,
            seed: self.chance.seed(),
            peers,
            sink: Sink::quiet(),
        }
    }

    fn aws(&self, wiring: &Wiring, bug: Option<Bug>) -> Aws {
        let between = |engine: Arc<dyn Handler>| -> Arc<dyn Handler> {
            let (weather, chance, trail) = (self.weather.clone(), self.chance.clone(), self.trail.clone());
            Arc::new(Hostile { engine, weather, chance, trail })
        };
        let spoilt = |engine: Arc<dyn Handler>| -> Arc<dyn Handler> {
            match bug {
                Some(bug) => Arc::new(Sabotage { engine, bug }),
                None => engine,
            }
        };
        let tables = spoilt(Arc::new(self.engines.dynamo.clone()));
        let files = spoilt(Arc::new(AtOnce(Arc::new(self.engines.s3.clone()))));
        let dynamo = embedded::client::dynamo(between(tables), wiring);
        let sqs = embedded::client::sqs(between(Arc::new(self.engines.sqs.clone())), wiring);
        let s3 = embedded::client::s3(between(files), wiring);
        // The SDK counts failures in one purse for the whole process, and stops retrying when it is
        // empty. A purse of our own keeps one run from deciding about the next.
        static PURSES: AtomicU64 = AtomicU64::new(0);
        let purse = format!("simulation-{}", PURSES.fetch_add(1, Ordering::Relaxed));
        let retries = aws_sdk_dynamodb::config::retry::RetryPartition::new(purse);
        let dynamo = dynamo.config().to_builder().retry_partition(retries.clone()).build();
        let sqs = sqs.config().to_builder().retry_partition(retries.clone()).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3.config().to_builder().retry_partition(retries).build());
        Aws {
            dynamo: aws_sdk_dynamodb::Client::from_conf(dynamo),
            sqs: aws_sdk_sqs::Client::from_conf(sqs),
            s3_public: s3.clone(),
            s3,
        }
    }

    /// Whether somebody lives there.
    pub fn stands(&self, room: &str) -> bool {
        self.rooms.contains_key(room)
    }

    /// An instance of a room's function, whichever Lambda happens to have at hand.
    pub fn any(&self, room: &str, role: Role) -> Roles {
        self.chance.pick(&self.rooms[room][&role]).clone()
    }

    /// How long a function lives: for ever when it is calm, and often enough when it is not.
    pub fn life(&self) -> Option<usize> {
        let dies = self.weather.is_stormy() && self.chance.permille(120);
        dies.then(|| 1 + self.chance.below(LONGEST_SHORT_LIFE))
    }

    /// How long a function in this role lives.
    pub fn life_of(&self, role: Role) -> Option<usize> {
        match role {
            Role::Uploads => {
                let dies = self.weather.is_stormy() && self.chance.permille(400);
                dies.then(|| 1 + self.chance.below(LONGEST_SHORT_READING))
            }
            _ => self.life(),
        }
    }

    /// Puts a file where a room has said that it may be put. Whether a signature holds is judged by the
    /// machine's clock, which has no place here, so the world signs anew, in the name of whoever signed.
    pub async fn put(&self, url: &str, text: String) {
        let (bucket, key) = place(url);
        let put = self.files(url).put_object().bucket(bucket).key(key).body(text.into_bytes().into());
        put.send().await.expect("nothing stands before this client");
    }

    /// What lies where a room has said.
    pub async fn fetch(&self, url: &str) -> String {
        let (bucket, key) = place(url);
        let got = self.files(url).get_object().bucket(bucket).key(key).send().await;
        let body = got.unwrap_or_else(|e| panic!("{url}: {e:?}")).body.collect().await;
        let bytes = body.expect("the engine answers whole").to_vec();
        String::from_utf8(bytes).expect("what rooms write is text")
    }

    /// The name of everything that lies in a room's bucket.
    pub async fn objects(&self, room: &str) -> Vec<String> {
        let suffix = format!("-{room}-");
        let bucket = self.stack.buckets.iter().find(|bucket| bucket.name.contains(&suffix));
        let bucket = &bucket.expect("the template gives the room a bucket").name;
        let engine = AtOnce(Arc::new(self.engines.s3.clone()));
        let client = embedded::client::s3(Arc::new(engine), &self.engines.wiring());
        let (mut names, mut start) = (Vec::new(), None);
        loop {
            let list = client.list_objects_v2().bucket(bucket).set_continuation_token(start);
            let page = list.send().await.expect("nothing stands before this client");
            names.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
            start = page.next_continuation_token;
            if start.is_none() {
                return names;
            }
        }
    }

    fn files(&self, url: &str) -> aws_sdk_s3::Client {
        let signed = url.split_once("X-Amz-Credential=").and_then(|(_, signed)| signed.split('%').next());
        let wiring = self.engines.wiring().signing_as(signed.expect("rooms sign what they hand out"));
        embedded::client::s3(Arc::new(AtOnce(Arc::new(self.engines.s3.clone()))), &wiring)
    }

    /// Reads something while nothing else happens.
    pub async fn look(&self, room: &str, path: &str, token: &HeaderValue) -> Answer {
        let mut request = self.request(Method::GET, path, &Value::Null);
        request.headers_mut().insert(AUTHORIZATION, token.clone());
        self.show(room, request).await
    }

    /// Asks something while nothing else happens.
    pub async fn show(&self, room: &str, request: Request<Bytes>) -> Answer {
        let router = self.any(room, Role::Api).router().expect("the room answers HTTP");
        let answer = router.oneshot(request.map(Body::from)).await;
        Answer::whole(answer.unwrap_or_else(|never| match never {})).await
    }

    /// Calls a room's API as a client does; `None` when the function died.
    pub async fn call(&self, room: &str, request: Request<Bytes>) -> Option<Answer> {
        let router = self.any(room, Role::Api).router().expect("the room answers HTTP");
        let name = format!("{} {}", request.method(), request.uri().path());
        let answer = self.script.perform(name, self.life(), async move {
            let answer = router.oneshot(request.map(Body::from)).await;
            Answer::whole(answer.unwrap_or_else(|never| match never {})).await
        });
        answer.await
    }

    /// A request with a JSON body.
    pub fn request(&self, method: Method, path: &str, body: &Value) -> Request<Bytes> {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        request.body(body.to_string().into()).expect("actors name paths that exist")
    }

    /// Asks as another room does, while nothing else happens.
    pub async fn told(&self, room: &str, question: Question) -> Answer {
        Answer::from(self.any(room, Role::Api).answer(question).await)
    }

    /// Asks as another room does; `None` when the function died.
    pub async fn ask(&self, room: &str, question: Question) -> Option<Answer> {
        let (door, name) = (self.any(room, Role::Api), format!("{} of {room}", question.operation));
        let answer = async move { Answer::from(door.answer(question).await) };
        self.script.perform(name, self.life(), answer).await
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.doors.close();
    }
}

/// The bucket and the name in an URL.
fn place(url: &str) -> (String, String) {
    let uri: http::Uri = url.parse().unwrap_or_else(|e| panic!("{url:?}: {e}"));
    let (bucket, key) = uri.path().trim_start_matches('/').split_once('/').expect("the URL names an object");
    (bucket.to_owned(), key.to_owned())
}

/// What a function is given.
fn environment(function: &Function) -> Env {
    let env: Env = function.environment.clone().into_iter().collect();
    // Hashing passwords is what identity's own tests are about.
    env.with([("LIMITS", "off"), ("PASSWORD_MEMORY_KIB", "8"), ("PASSWORD_PASSES", "1")])
}
