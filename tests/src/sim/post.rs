//! The mail: whoever looks into a mailbox has the facts read that name letters, and the letters asked
//! for, as the room that writes mails would.

use std::cell::RefCell;
use std::collections::BTreeMap;

use embedded::dynamo::StreamReader;
use facts::Fact;
use serde_json::{Value, json};

use super::people::{Actor, TRIES};
use super::world::World;

/// All mailboxes.
pub struct Post {
    told: RefCell<StreamReader>,
    /// What is in which letter; nothing as long as nobody could read it.
    letters: RefCell<BTreeMap<String, Option<Value>>>,
}

impl Post {
    /// Mailboxes in which nothing lies.
    pub fn new(world: &World) -> Post {
        let name = format!("{}-identity", world.stack.name);
        let table = world.stack.table(&name).expect("identity has a table");
        let told = StreamReader::open(&world.engines.dynamo, "the post", table, &[], 1_000);
        Post { told: RefCell::new(told.expect("streams in memory open")), letters: RefCell::default() }
    }

    /// The tokens of the letters of one kind that have come to somebody.
    pub async fn letters_to(&self, reader: &Actor, email: &str, purpose: &str) -> Vec<String> {
        self.collect();
        let unread: Vec<String> = {
            let letters = self.letters.borrow();
            letters.iter().filter(|(_, known)| known.is_none()).map(|(letter, _)| letter.clone()).collect()
        };
        for letter in unread {
            for attempt in 0..TRIES {
                let id = format!("{letter}-{}-{attempt}", reader.name);
                let ask = reader.world.ask("identity", "letter", &id, &json!({ "letter": letter }));
                if let Some(answer) = reader.send("identity", ask).await {
                    self.letters.borrow_mut().insert(letter.clone(), Some(answer.json()));
                    break;
                }
            }
        }
        let letters = self.letters.borrow();
        let mine =
            letters.values().flatten().filter(|said| said["to"] == email && said["purpose"] == purpose);
        mine.filter_map(|said| said["token"].as_str().map(str::to_owned)).collect()
    }

    fn collect(&self) {
        let mut told = self.told.borrow_mut();
        while let Some(batch) = told.next_batch().expect("streams in memory are read") {
            for record in batch.event["Records"].as_array().into_iter().flatten() {
                let emits = record["dynamodb"]["NewImage"]["emits"]["S"].as_str().unwrap_or("[]");
                let facts: Vec<Fact> = serde_json::from_str(emits).unwrap_or_default();
                let named = facts.iter().filter_map(|fact| fact.data["letter"].as_str());
                for letter in named {
                    self.letters.borrow_mut().entry(letter.to_owned()).or_default();
                }
            }
            told.done(batch.end).expect("streams in memory remember");
        }
    }
}
