//! So many in a window: counted in the commit that does the work, and stored without the name.

use dynamo::{Limit, Write};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::commits::at;
use crate::network::{Fate, table};

const LETTERS: Limit = Limit::new("letters", 3, SignedDuration::from_hours(24));

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn work(n: u32) -> Write {
    Write::create(at(n), &json!({ "n": n })).unwrap()
}

#[tokio::test]
async fn the_limit_is_reached_once_for_each_subject_and_the_next_window_is_empty() {
    let (table, _) = table().await;
    let count = LETTERS.count("ann@kiln.example", noon());
    for n in 0..3 {
        table.commit(vec![count.write(), work(n)]).await.unwrap();
    }
    let full = table.commit(vec![count.write(), work(3)]).await.unwrap_err();
    assert_eq!(count.wait(full.refusals(), noon()), Some(SignedDuration::from_hours(12)));
    assert!(table.get::<Value>(&at(3)).await.unwrap().is_none(), "what is not counted is not done");
    let other = LETTERS.count("bob@kiln.example", noon());
    assert_eq!(other.wait(full.refusals(), noon()), None, "another's limit stood in the way");
    table.commit(vec![other.write(), work(3)]).await.unwrap();
    let tomorrow = LETTERS.count("ann@kiln.example", noon() + SignedDuration::from_hours(12));
    table.commit(vec![tomorrow.write(), work(4)]).await.unwrap();
}

#[tokio::test]
async fn what_is_refused_for_another_reason_is_not_counted() {
    let (table, _) = table().await;
    let count = LETTERS.count("ann@kiln.example", noon());
    table.commit(vec![work(1)]).await.unwrap();
    for _ in 0..5 {
        let error = table.commit(vec![count.write(), work(1)]).await.unwrap_err();
        assert_eq!(count.wait(error.refusals(), noon()), None);
    }
    table.commit(vec![count.write(), work(2)]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_count_whose_answer_was_lost_counts_once_also_by_itself() {
    let (table, network) = table().await;
    let count = LETTERS.count("ann@kiln.example", noon());
    network.fates([Fate::AnswerLost]);
    let item = table.update(count.write()).await.unwrap();
    assert_eq!(item["used"].as_n().unwrap(), "1");
}

#[tokio::test]
async fn of_many_at_once_as_many_pass_as_there_is_room_for() {
    let (table, _) = table().await;
    let count = LETTERS.count("ann@kiln.example", noon());
    let tries = (0..12).map(|_| table.update(count.write()));
    let passed = futures::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(passed, 3);
}

#[tokio::test]
async fn the_subject_stands_nowhere_and_ttl_takes_the_item_when_its_window_is_over() {
    let (table, _) = table().await;
    let count = LETTERS.count("ann@kiln.example", noon());
    let item = table.update(count.write()).await.unwrap();
    assert!(!format!("{item:?}").contains("ann"), "{item:?}");
    let midnight: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    assert_eq!(item["ttl"].as_n().unwrap(), &midnight.as_second().to_string());
}
