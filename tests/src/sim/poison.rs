//! Messages that nobody can hear, and where they end.
//!
//! The queues redrive as the template says. That alone would let the hostile world put sound messages
//! aside: five deaths in a row are rare and legal, and then a person has to look. Persons are not what
//! is simulated, so the last try that a message has is spared (see [`spared`](super::hostile::spared)):
//! its function neither dies nor meets with weather. Whatever still ends in a dead-letter queue was
//! put there by the house itself, and must be what was thrown in here.

use std::collections::BTreeMap;

use embedded::template::{Queue, Source};
use serde_json::{Value, json};

use super::judge::Broken;
use super::pump::{Hearings, sqs};
use super::world::World;

/// What cannot be heard, whoever tries: no JSON, JSON of another kind, and a fact that lacks what it
/// should tell.
const UNHEARABLE: [&str; 3] = ["{", "7", "{}"];

/// Messages that were thrown in, by their ids.
pub type Poisoned = BTreeMap<String, Thrown>;

/// What was thrown in.
#[derive(Clone, Debug)]
pub struct Thrown {
    /// The ARN of the queue.
    pub queue: String,
    /// The message.
    pub body: String,
    /// Whether somebody is to put it aside, or only to let it go.
    pub unhearable: bool,
}

/// Throws something into a queue that a function listens to. It is in a group of its own: what waits
/// behind a message of its group goes aside with it, or it would be heard out of order.
pub async fn throw(world: &World, n: usize, poisoned: &mut Poisoned) {
    let functions = world.stack.functions.iter().filter(|function| world.stands(&function.binary));
    let heard = functions.flat_map(|function| &function.sources).filter_map(|source| match source {
        Source::Queue(source) => world.stack.queue_by_arn(&source.queue_arn),
        _ => None,
    });
    let heard: Vec<&Queue> = heard.collect();
    let queue = *world.chance.pick(&heard);
    let (body, unhearable) = match queue.fifo {
        // A fact that nobody here has heard of yet is let go, or a room could not begin to say more.
        true if world.chance.permille(250) => (unknown_fact(world, n), false),
        true if world.chance.permille(500) => match broken_fact(world, queue, n) {
            Some(fact) => (fact, true),
            None => (UNHEARABLE[0].to_owned(), true),
        },
        _ => ((*world.chance.pick(&UNHEARABLE[..2])).to_owned(), true),
    };
    let mut asked = json!({ "QueueUrl": queue.url, "MessageBody": body });
    if queue.fifo {
        asked["MessageGroupId"] = Value::from(format!("poison-{n}"));
        asked["MessageDeduplicationId"] = Value::from(format!("poison-{n}"));
    }
    let sent = sqs(&world.engines.sqs, "SendMessage", &asked).await;
    let id = sent["MessageId"].as_str().unwrap_or_else(|| panic!("nothing can be thrown in: {sent}"));
    world.trail.say(format_args!("{body} is thrown into {} as {id}", queue.name));
    poisoned.insert(id.to_owned(), Thrown { queue: queue.arn.clone(), body, unhearable });
}

fn unknown_fact(world: &World, n: usize) -> String {
    fact(world, "elsewhere.something_happened.v99", n)
}

/// A fact that the queue's room listens to, without anything in it.
fn broken_fact(world: &World, queue: &Queue, n: usize) -> Option<String> {
    let room = queue.name.strip_prefix(&format!("{}-", world.stack.name))?.strip_suffix(".fifo")?;
    let (_, names) = facts::SUBSCRIPTIONS.iter().find(|(listener, _)| *listener == room)?;
    Some(fact(world, world.chance.pick::<&str>(names), n))
}

fn fact(world: &World, name: &str, n: usize) -> String {
    let said = json!({
        "id": format!("poison-{n}.1.0"), "name": name, "aggregate": format!("poison-{n}"), "version": 1,
        "at": world.clock.now(), "data": {},
    });
    said.to_string()
}

/// DLQ-1: what cannot be heard is put aside after exactly the tries that its queue gives, and nothing
/// else is.
pub async fn judge(world: &World, poisoned: &Poisoned, heard: &Hearings) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut wrong = |what: String| broken.push(Broken::of("DLQ-1", what));
    let mut aside: BTreeMap<String, (String, String)> = BTreeMap::new();
    for queue in &world.stack.queues {
        let Some(redrive) = &queue.redrive else { continue };
        let dead = world.stack.queue_by_arn(&redrive.dead_letter_arn).expect("a queue of ours");
        for message in all(world, &dead.url).await {
            let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
            aside.insert(text("MessageId"), (queue.arn.clone(), text("Body")));
        }
    }
    for (id, (queue, body)) in &aside {
        match poisoned.get(id) {
            Some(thrown) if thrown.unhearable && thrown.queue == *queue && thrown.body == *body => {}
            _ => wrong(format!("{body} ({id}) ended in the dead-letter queue of {queue}")),
        }
    }
    for (id, thrown) in poisoned {
        let tries = heard.receives.get(id).copied().unwrap_or(0);
        let queue = world.stack.queue_by_arn(&thrown.queue).expect("a queue of ours");
        let most = queue.redrive.as_ref().map_or(0, |redrive| redrive.max_receive_count);
        if thrown.unhearable && !aside.contains_key(id) {
            wrong(format!("{} ({id}) was not put aside by {}, after {tries} tries", thrown.body, queue.name));
        }
        if thrown.unhearable && tries != most {
            wrong(format!("{} ({id}) was tried {tries} times by {}, of {most}", thrown.body, queue.name));
        }
    }
    broken
}

/// Everything in a queue of which nothing is in flight.
async fn all(world: &World, url: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let asked = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 43_200 });
        let answer = sqs(&world.engines.sqs, "ReceiveMessage", &asked).await;
        match answer["Messages"].as_array() {
            Some(messages) if !messages.is_empty() => all.extend(messages.iter().cloned()),
            _ => return all,
        }
    }
}
