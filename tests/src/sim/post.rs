//! The mail: whoever looks into a mailbox has the facts read that name letters, and the letters asked
//! for, as the room that writes mails would.

use std::cell::RefCell;
use std::collections::BTreeMap;

use embedded::dynamo::StreamReader;
use facts::Fact;
use serde_json::{Value, json};

use super::people::{Actor, TRIES};
use super::world::{World, question};

/// The rooms that name letters.
const WRITERS: [&str; 2] = ["identity", "merchants"];

/// All mailboxes.
pub struct Post {
    told: Vec<(&'static str, RefCell<StreamReader>)>,
    /// What is in which letter of which room; nothing as long as nobody could read it.
    letters: RefCell<BTreeMap<(String, &'static str), Option<Value>>>,
}

impl Post {
    /// Mailboxes in which nothing lies.
    pub fn new(world: &World) -> Post {
        let told = WRITERS.iter().map(|room| {
            let table = world.stack.table(&format!("{}-{room}", world.stack.name));
            let table = table.expect("whoever writes letters has a table");
            let reader =
                StreamReader::open(&world.engines.dynamo, &format!("the post of {room}"), table, &[], 1_000);
            (*room, RefCell::new(reader.expect("streams in memory open")))
        });
        Post { told: told.collect(), letters: RefCell::default() }
    }

    /// The tokens of the letters of one kind that have come to somebody.
    pub async fn letters_to(&self, reader: &Actor, email: &str, purpose: &str) -> Vec<String> {
        self.told.iter().for_each(|(room, told)| self.collect(room, &mut told.borrow_mut()));
        let unread: Vec<_> = {
            let letters = self.letters.borrow();
            letters.iter().filter(|(_, known)| known.is_none()).map(|(letter, _)| letter.clone()).collect()
        };
        for (letter, room) in unread {
            for attempt in 0..TRIES {
                let id = format!("{letter}-{}-{attempt}", reader.name);
                let ask = question("letter", &id, &json!({ "letter": letter }));
                if let Some(answer) = reader.ask(room, ask).await {
                    self.letters.borrow_mut().insert((letter.clone(), room), Some(answer.json()));
                    break;
                }
            }
        }
        let letters = self.letters.borrow();
        let mine =
            letters.values().flatten().filter(|said| said["to"] == email && said["purpose"] == purpose);
        mine.filter_map(|said| said["token"].as_str().map(str::to_owned)).collect()
    }

    fn collect(&self, room: &'static str, told: &mut StreamReader) {
        while let Some(batch) = told.next_batch().expect("streams in memory are read") {
            for record in batch.event["Records"].as_array().into_iter().flatten() {
                let emits = record["dynamodb"]["NewImage"]["emits"]["S"].as_str().unwrap_or("[]");
                let facts: Vec<Fact> = serde_json::from_str(emits).unwrap_or_default();
                let named = facts.iter().filter_map(|fact| fact.data["letter"].as_str());
                for letter in named {
                    self.letters.borrow_mut().entry((letter.to_owned(), room)).or_default();
                }
            }
            told.done(batch.end).expect("streams in memory remember");
        }
    }
}
