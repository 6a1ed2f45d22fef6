//! Who watches the tables' streams, and sees what no single item shows any more: effects that
//! happened twice.

use std::collections::BTreeMap;

use embedded::dynamo::StreamReader;
use facts::Fact;
use serde_json::Value;

use super::judge::Broken;
use super::world::World;

/// What the streams of all tables have shown.
#[derive(Debug, Default)]
pub struct Testimony {
    /// Every fact that was ever saved, by its id.
    pub facts: BTreeMap<String, Fact>,
    /// What must not be.
    pub broken: Vec<Broken>,
}

/// Reads every stream from its beginning to its end.
pub fn testify(world: &World) -> Testimony {
    let mut testimony = Testimony::default();
    for table in &world.stack.tables {
        let reader = StreamReader::open(
            &world.engines.dynamo,
            &format!("witness of {}", table.name),
            table,
            &[],
            1_000,
        );
        let mut reader = reader.expect("streams in memory open");
        while let Some(batch) = reader.next_batch().expect("streams in memory are read") {
            for record in batch.event["Records"].as_array().into_iter().flatten() {
                testimony.hear(&table.name, record);
            }
            reader.done(batch.end).expect("streams in memory remember");
        }
    }
    testimony
}

impl Testimony {
    fn hear(&mut self, table: &str, record: &Value) {
        let change = &record["dynamodb"];
        let key = |name: &str| change["Keys"][name]["S"].as_str().unwrap_or_default();
        let (pk, sk) = (key("pk"), key("sk"));
        let version = |image: &str| change[image]["v"]["N"].as_str().and_then(|v| v.parse::<u64>().ok());
        let modified = record["eventName"] == "MODIFY";
        if pk.starts_with("heard#") && modified {
            let text = format!("{table}: the receipt {pk} was written twice, so the fact acted twice");
            self.broken.push(Broken::of("FCT-1", text));
        }
        if let (Some(old), Some(new)) = (version("OldImage"), version("NewImage"))
            && modified
            && new != old
            && new != old + 1
        {
            let text = format!("{table}: {pk}/{sk} went from version {old} to {new}");
            self.broken.push(Broken::of("FCT-1", text));
        }
        let emits = change["NewImage"]["emits"]["S"].as_str().unwrap_or("[]");
        let emits: Vec<Fact> = serde_json::from_str(emits).unwrap_or_else(|e| {
            self.broken.push(Broken::of("FCT-1", format!("{table}: {pk}/{sk} emits no facts: {e}")));
            Vec::new()
        });
        for fact in emits {
            if let Some(other) = self.facts.insert(fact.id.clone(), fact.clone())
                && other != fact
            {
                self.broken.push(Broken::of("FCT-1", format!("two facts are called {}", fact.id)));
            }
        }
    }
}
