//! What stands in for AWS and for the other rooms, on a port of this machine.
//!
//! Behind it are the rooms in this process, each on engines of its own; the one whose functions are measured
//! and those that it asks are furnished through their own doors. It keeps the time in which it has something to answer, so that whoever calls can be told
//! what a function does besides waiting for it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{self, BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ask::Answers;
use bytes::Bytes;
use clock::Clock;
use embedded::{Engines, Handler, reply};
use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use lambda::Roles;
use serde_json::{Value, json};
use testkit::{Driver, Known, LAPTOP, Stage, text};
use vault::Vault;

use crate::wire::{Message, read, send};

/// The stand-in, and the ids of what is in the room.
pub struct StandIn {
    pub port: u16,
    pub known: Known,
    busy: Arc<Mutex<Busy>>,
}

/// For how long somebody was being answered: two at a time count once.
#[derive(Default)]
struct Busy {
    callers: usize,
    since: Option<Instant>,
    total: Duration,
}

/// A room behind the port.
#[derive(Clone)]
struct Behind {
    engines: Engines,
    door: Roles,
    vault: Vault,
}

impl Behind {
    fn of(stage: &Stage) -> Behind {
        let house = &stage.house;
        Behind { engines: house.engines.clone(), door: house.door(), vault: house.around.vault.clone() }
    }
}

type Rooms = Arc<BTreeMap<&'static str, Behind>>;

impl StandIn {
    /// Furnishes the room and opens the port.
    pub fn open(driver: &Driver) -> io::Result<StandIn> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (rooms, known) = runtime.block_on(Box::pin(furnish(driver)));
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let busy = Arc::<Mutex<Busy>>::default();
        let time = busy.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (rooms, time) = (rooms.clone(), time.clone());
                std::thread::spawn(move || match stream.and_then(|stream| serve(stream, &rooms, &time)) {
                    Ok(()) => {}
                    // A function that is ended hangs up in the middle of whatever it was saying.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
                    Err(error) => eprintln!("the stand-in: {error}"),
                });
            }
        });
        Ok(StandIn { port, known, busy })
    }

    /// For how long it has been answering so far.
    pub fn answered_for(&self) -> Duration {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

impl Busy {
    fn begin(&mut self) {
        self.callers += 1;
        self.since.get_or_insert_with(Instant::now);
    }

    fn end(&mut self) {
        self.callers -= 1;
        if self.callers == 0 {
            self.total += self.since.take().map(|since| since.elapsed()).unwrap_or_default();
        }
    }
}

/// Somebody is being answered, or has hung up in the middle, until this is dropped.
struct Serving<'a>(&'a Mutex<Busy>);

impl<'a> Serving<'a> {
    fn of(busy: &'a Mutex<Busy>) -> Serving<'a> {
        busy.lock().unwrap_or_else(PoisonError::into_inner).begin();
        Serving(busy)
    }
}

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).end();
    }
}

fn serve(mut stream: TcpStream, rooms: &Rooms, busy: &Mutex<Busy>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    stream.set_nodelay(true)?;
    let mut asked = BufReader::new(stream.try_clone()?);
    loop {
        if asked.fill_buf()?.is_empty() {
            return Ok(());
        }
        let began = Serving::of(busy);
        let Some(message) = read(&mut asked)? else { return Ok(()) };
        let answer = runtime.block_on(answer(rooms, message));
        let mut headers = String::new();
        for (name, value) in answer.headers().iter().filter(|(name, _)| **name != CONTENT_LENGTH) {
            let value = value.to_str().map_err(io::Error::other)?;
            write!(headers, "{name}: {value}\r\n").map_err(io::Error::other)?;
        }
        // Whoever has the answer may be done before this thread goes on, so the time ends here.
        drop(began);
        send(&mut stream, &format!("HTTP/1.1 {}", answer.status()), &headers, answer.body())?;
    }
}

async fn answer(rooms: &Rooms, message: Message) -> Response<Bytes> {
    let (method, path) = message.first.split_once(' ').unwrap_or_default();
    let path = path.split(' ').next().unwrap_or_default().to_owned();
    let mut request = Request::builder().method(method).uri(&path);
    for (name, value) in &message.headers {
        request = request.header(name, value);
    }
    let header =
        |name: &str| message.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let target = header("x-amz-target").unwrap_or_default().to_owned();
    let body = Bytes::from(message.body);
    let said = String::from_utf8_lossy(&body).into_owned();
    let request = request.body(body).expect("what was parsed can be put together again");
    // Tables and buckets are named for their rooms; what is for no room in particular is for any.
    let named = rooms.iter().find(|(room, _)| {
        let name = format!("snail-{room}");
        said.contains(&name) || path.contains(&name)
    });
    let behind = named.or_else(|| rooms.iter().next()).expect("there are rooms").1;
    let handler: &dyn Handler = match target.split(['_', '.']).next() {
        Some("DynamoDB") => &behind.engines.dynamo,
        Some("AmazonSQS") => &behind.engines.sqs,
        Some("secretsmanager") => return secret(rooms, &target, &said).await,
        _ if path.ends_with("/invocations") => return ask(&behind.door, request.body()).await,
        _ => &behind.engines.s3,
    };
    handler.handle(request).await.unwrap_or_else(|error| reply(502, "text/plain", error.to_string()))
}

/// Lambda, invoking the function that answers for a room.
async fn ask(door: &Roles, payload: &[u8]) -> Response<Bytes> {
    let question = serde_json::from_slice(payload).expect("rooms ask questions");
    let answer = door.answer(question).await;
    reply(200, "application/json", serde_json::to_string(&answer).expect("an answer is plain data"))
}

/// Secrets Manager, with what the rooms here were given.
async fn secret(rooms: &Rooms, target: &str, said: &str) -> Response<Bytes> {
    const JSON: &str = "application/x-amz-json-1.1";
    let said: Value = serde_json::from_str(said).unwrap_or_default();
    let name = text(&said["SecretId"]);
    for behind in rooms.values() {
        let Ok(secret) = behind.vault.read(&name).await else { continue };
        if target.ends_with("PutSecretValue") {
            behind.vault.put(&name, &text(&said["SecretString"]));
        }
        let told = json!({ "Name": name, "VersionId": "1", "SecretString": secret.reveal() });
        return reply(200, JSON, told.to_string());
    }
    reply(400, JSON, json!({ "__type": "ResourceNotFoundException", "message": name }).to_string())
}

/// A room as it is on an ordinary day with those next door, and every other room with nothing in it.
async fn furnish(driver: &Driver) -> (Rooms, Known) {
    let now = Clock::system().now();
    let mut at = Stage::open_at(now, driver, LAPTOP).await;
    (driver.ordinary)(&mut at).await;
    let mut rooms = BTreeMap::new();
    for other in tests::drivers() {
        let there = at.next_door.iter().chain([&at]).find(|stage| stage.room == other.room.name);
        let behind = match there {
            Some(stage) => Behind::of(stage),
            None => Behind::of(&Stage::open_at(now, &other, LAPTOP).await),
        };
        rooms.insert(other.room.name, behind);
    }
    (Arc::new(rooms), at.known)
}
