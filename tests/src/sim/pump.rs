//! What brings messages and stream records to functions, and how it fails.
//!
//! Invariants, as on AWS: a message that was not deleted comes again when its visibility ends; the
//! messages of a group come in order; a stream goes on only behind what its function has done. All
//! else is up to chance: a batch may be brought twice at once, a deletion may be lost, a place in a
//! stream forgotten.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use embedded::Handler;
use embedded::dynamo::StreamReader;
use embedded::sqs::SqsEngine;
use embedded::template::{Queue, QueueSource, Source, StreamSource};
use facts::Fact;
use lambda::Role;
use serde_json::{Value, json};

use super::sabotage::Bug;
use super::world::World;

/// How many functions AWS lets run at once here.
const MOST_FUNCTIONS: usize = 12;

/// All event sources of the market.
pub struct Pump {
    world: Rc<World>,
    lines: Vec<Line>,
    bug: Option<Bug>,
    /// What stood at the doors of the workers.
    pub heard: Rc<RefCell<Hearings>>,
}

/// What the workers were brought, and what they have answered for.
#[derive(Debug, Default)]
pub struct Hearings {
    /// By room and aggregate, the facts in the order in which each was brought for the first time.
    pub brought: BTreeMap<(String, String), Vec<(u64, String)>>,
    /// By room, the ids of the facts that a worker has answered for.
    pub done: BTreeSet<(String, String)>,
    /// How often each message was received.
    pub receives: BTreeMap<String, u32>,
}

struct Line {
    room: String,
    role: Role,
    kind: Kind,
}

enum Kind {
    Queue { source: QueueSource, queue: Queue },
    Stream { source: StreamSource, reader: Rc<RefCell<StreamReader>>, busy: Rc<Cell<bool>> },
}

impl Pump {
    /// One line for every event source of the template.
    pub fn new(world: Rc<World>, bug: Option<Bug>) -> Pump {
        let mut lines = Vec::new();
        for function in world.stack.functions.iter().filter(|function| world.stands(&function.binary)) {
            let role = testkit::role(function);
            for source in &function.sources {
                let kind = match source {
                    Source::Queue(source) => {
                        let queue = world.stack.queue_by_arn(&source.queue_arn).expect("a queue of ours");
                        Kind::Queue { source: source.clone(), queue: queue.clone() }
                    }
                    Source::Stream(source) => {
                        let table = world.stack.table(&source.table).expect("a table of ours");
                        let (id, batch) = (&source.logical_id, source.batch.min(20));
                        let reader =
                            StreamReader::open(&world.engines.dynamo, id, table, &source.filters, batch);
                        let reader = Rc::new(RefCell::new(reader.expect("streams in memory open")));
                        Kind::Stream { source: source.clone(), reader, busy: Rc::default() }
                    }
                    Source::Bucket(_) | Source::Schedule(_) => continue,
                };
                lines.push(Line { room: function.binary.clone(), role, kind });
            }
        }
        Pump { world, lines, bug, heard: Rc::default() }
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// Takes one batch from a line, if there is one and somebody to give it to.
    pub async fn turn(&self, line: usize, in_flight: usize, timers: bool) -> bool {
        if in_flight >= MOST_FUNCTIONS {
            return false;
        }
        let Line { room, role, kind } = &self.lines[line];
        match kind {
            Kind::Queue { .. } if *role == Role::Timer && !timers => false,
            Kind::Queue { source, queue } => self.turn_queue(room, *role, source, queue).await,
            Kind::Stream { source, reader, busy } => self.turn_stream(room, *role, source, reader, busy),
        }
    }

    async fn turn_queue(&self, room: &str, role: Role, source: &QueueSource, queue: &Queue) -> bool {
        let World { chance, script, weather, .. } = &*self.world;
        let Queue { url, fifo, .. } = queue;
        let most = 1 + chance.below(source.batch.min(10));
        let asked = json!({
            "QueueUrl": url, "MaxNumberOfMessages": most, "MessageSystemAttributeNames": ["All"],
        });
        let answer = sqs(&self.world.engines.sqs, "ReceiveMessage", &asked).await;
        let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
        if messages.is_empty() {
            return false;
        }
        if *fifo {
            self.note_brought(room, &messages);
        }
        let last = self.is_last_try(queue, &messages);
        let forgets = self.bug == Some(Bug::NeverGivesBack) && role == Role::Timer;
        // A FIFO group waits while it is being worked on; a standard queue may bring a message twice.
        let stormy = weather.is_stormy() && !last;
        let times = if !fifo && stormy && chance.permille(100) { 2 } else { 1 };
        for _ in 0..times {
            let batch = Batch {
                engine: self.world.engines.sqs.clone(),
                url: url.clone(),
                room: room.to_owned(),
                loses_deletion: stormy && chance.permille(150),
                messages: messages.clone(),
                heard: self.heard.clone(),
            };
            let records: Vec<_> = messages.iter().map(|message| record(message, &source.queue_arn)).collect();
            let event = json!({ "Records": records });
            let roles = self.world.any(room, role);
            let ids: Vec<_> = messages.iter().filter_map(|message| message["MessageId"].as_str()).collect();
            let ids: Vec<_> = ids.iter().map(|id| id.trim_start_matches(['0', '-', '4', '8'])).collect();
            let name = format!("{room} {role} {ids:?}");
            let trail = self.world.trail.clone();
            trail.say(format_args!("> {name}"));
            let told = name.clone();
            let function = async move {
                let answer = if forgets { Ok(Value::Null) } else { roles.handle(role, event).await };
                match answer {
                    Ok(answer) => batch.settle(&answer).await,
                    Err(fault) => trail.say(format_args!("! {told}: {fault}")),
                }
            };
            match last {
                true => script.spare(name, function),
                false => script.invoke(name, self.world.life_of(role), function),
            }
        }
        true
    }

    fn turn_stream(
        &self,
        room: &str,
        role: Role,
        source: &StreamSource,
        reader: &Rc<RefCell<StreamReader>>,
        busy: &Rc<Cell<bool>>,
    ) -> bool {
        let World { chance, script, weather, .. } = &*self.world;
        if busy.replace(true) {
            return false;
        }
        let busy = Busy(busy.clone());
        let Some(batch) = reader.borrow_mut().next_batch().expect("streams in memory are read") else {
            return false;
        };
        let forgets = self.bug == Some(Bug::NeverGivesBack) && role == Role::Expiry;
        let forgets_its_place = weather.is_stormy() && chance.permille(100);
        let roles = self.world.any(room, role);
        let name = format!("{room} {role} {} ({} records)", source.logical_id, batch.len());
        let (reader, trail) = (reader.clone(), self.world.trail.clone());
        trail.say(format_args!("> {name}"));
        script.invoke(name.clone(), self.world.life_of(role), async move {
            let _busy = busy;
            let answer =
                if forgets { Ok(Value::Null) } else { roles.handle(role, batch.event.clone()).await };
            let place = match answer {
                Ok(answer) => match answer["batchItemFailures"][0]["itemIdentifier"].as_str() {
                    Some(failed) => {
                        trail.say(format_args!("! {name}: {failed}"));
                        batch.before(failed)
                    }
                    None => batch.end,
                },
                Err(fault) => {
                    trail.say(format_args!("! {name}: {fault}"));
                    return;
                }
            };
            if !forgets_its_place {
                reader.borrow_mut().done(place).expect("streams in memory remember");
            }
        });
        true
    }

    /// Whether it is the last try for one of them, and counts this one.
    fn is_last_try(&self, queue: &Queue, messages: &[Value]) -> bool {
        let most = queue.redrive.as_ref().map_or(u32::MAX, |redrive| redrive.max_receive_count);
        let mut heard = self.heard.borrow_mut();
        let mut last = false;
        for id in messages.iter().filter_map(|message| message["MessageId"].as_str()) {
            let tries = heard.receives.entry(id.to_owned()).or_default();
            *tries += 1;
            last |= *tries >= most;
        }
        last
    }

    fn note_brought(&self, room: &str, messages: &[Value]) {
        let mut heard = self.heard.borrow_mut();
        for fact in messages.iter().filter_map(fact) {
            let brought = heard.brought.entry((room.to_owned(), fact.aggregate.clone())).or_default();
            if !brought.iter().any(|(_, id)| *id == fact.id) {
                brought.push((fact.version, fact.id));
            }
        }
    }
}

/// The fact in a message, when it did not have to travel by reference.
fn fact(message: &Value) -> Option<Fact> {
    serde_json::from_str(message["Body"].as_str()?).ok()
}

/// Frees the line again, also when the function dies.
struct Busy(Rc<Cell<bool>>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

/// A batch that is being worked on.
struct Batch {
    engine: SqsEngine,
    url: String,
    room: String,
    messages: Vec<Value>,
    loses_deletion: bool,
    heard: Rc<RefCell<Hearings>>,
}

impl Batch {
    /// Deletes what the function did not name as failed, if the deletion gets through.
    async fn settle(self, answer: &Value) {
        let failures = answer["batchItemFailures"].as_array().cloned().unwrap_or_default();
        let failed = |message: &Value| {
            failures.iter().any(|failure| failure["itemIdentifier"] == message["MessageId"])
        };
        for message in self.messages.iter().filter(|message| !failed(message)) {
            if let Some(fact) = fact(message) {
                self.heard.borrow_mut().done.insert((self.room.clone(), fact.id));
            }
            if !self.loses_deletion {
                let asked = json!({ "QueueUrl": self.url, "ReceiptHandle": message["ReceiptHandle"] });
                // A receipt that has expired or was overtaken leaves the message to come again.
                sqs(&self.engine, "DeleteMessage", &asked).await;
            }
        }
    }
}

/// A message as Lambda hands it to a function.
fn record(message: &Value, arn: &str) -> Value {
    json!({
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": "us-east-1",
    })
}

/// Asks the engine itself: what Lambda's own pollers do is not what is tried here, and there is a
/// lot of it.
pub(super) async fn sqs(engine: &SqsEngine, operation: &str, asked: &Value) -> Value {
    let request = http::Request::post("/").header("x-amz-target", format!("AmazonSQS.{operation}"));
    let request = request.body(asked.to_string().into()).expect("the request above is sound");
    let answer = engine.handle(request).await.expect("the engine always answers");
    serde_json::from_slice(answer.body()).unwrap_or_default()
}
