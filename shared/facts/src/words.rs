//! The vocabulary: every fact that is published.
//!
//! Invariant: a sample that no type reads back byte for byte fails the tests. Samples are never edited,
//! only added.

use crate::{Word, catalog, identity, inventory, merchants};

/// Every kind of fact, room by room.
pub fn words() -> impl Iterator<Item = &'static Word> {
    [catalog::WORDS, identity::WORDS, inventory::WORDS, merchants::WORDS].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value;

    use super::*;
    use crate::Fact;

    fn sample(word: &Word) -> Fact {
        serde_json::from_str(word.golden).unwrap_or_else(|broken| panic!("{}: {broken}", word.name))
    }

    #[test]
    fn every_golden_sample_is_understood_whole() {
        for word in words() {
            let fact = sample(word);
            assert_eq!(fact.name, word.name);
            let said_again = word.say_again(&fact).unwrap_or_else(|misheard| panic!("{misheard}"));
            assert_eq!(said_again, fact.data, "{}", word.name);

            let envelope: Value = serde_json::from_str(word.golden).unwrap();
            assert_eq!(serde_json::to_value(&fact).unwrap(), envelope, "{}", word.name);
        }
    }

    #[test]
    fn every_golden_sample_has_the_id_that_sealing_gives_it() {
        for word in words() {
            let fact = sample(word);
            let start = format!("{}.{}.", fact.aggregate, fact.version);
            let n = fact.id.strip_prefix(&start).and_then(|n| n.parse::<usize>().ok());
            assert!(n.is_some(), "{}: {}", word.name, fact.id);
        }
    }

    #[test]
    fn no_sample_has_lost_its_type() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let expected: BTreeSet<String> = words().map(|word| format!("{}.json", word.name)).collect();
        assert_eq!(files, expected);
    }

    #[test]
    fn a_name_is_speaker_event_and_version_and_is_taken_once() {
        let mut seen = BTreeSet::new();
        for word in words() {
            let parts: Vec<&str> = word.name.split('.').collect();
            let [speaker, event, version] = parts[..] else { panic!("{}", word.name) };
            let snake =
                |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(snake(speaker) && snake(event), "{}", word.name);
            let number = version.strip_prefix('v').and_then(|number| number.parse::<u32>().ok());
            assert!(number.is_some_and(|number| number > 0), "{}", word.name);
            assert!(seen.insert(word.name), "{} is said twice", word.name);
        }
    }

    #[test]
    fn a_field_without_which_a_fact_means_nothing_is_required() {
        for word in words() {
            let mut fact = sample(word);
            fact.data = Value::Object(serde_json::Map::new());
            assert!(word.say_again(&fact).is_err(), "{} says something without any field", word.name);
        }
    }
}
