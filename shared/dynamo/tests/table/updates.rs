//! One update that answers with the item: many at once, and an answer that is lost.

use dynamo::{AttributeValue, Condition, Error, Spend, Update, Write, decode};
use serde_json::Value;

use crate::commits::at;
use crate::network::{Fate, table};

/// One more of something, and at most two different things.
fn one_more(of: &str, most: i64) -> Write {
    let (count, known) = (format!("n_{of}"), AttributeValue::S(of.to_owned()));
    let update = Update::new().counted().add(count.clone(), 1).include("names", of);
    let update = update.begin(format!("l_{of}"), known);
    let room = Condition::Any(vec![
        Condition::Without("names"),
        Condition::Fewer("names", 2),
        Condition::Contains("names", of.to_owned()),
    ]);
    Write::update(at(1), update).when(room).when(Condition::AtMost(count, most - 1))
}

fn body(item: dynamo::Item) -> (u64, Value) {
    let stored = decode::<Value>(item).unwrap();
    (stored.version, stored.body)
}

#[tokio::test]
async fn an_update_makes_the_item_counts_its_version_and_answers_with_it() {
    let (table, _) = table().await;
    let (made, spend) = Spend::of(table.update(one_more("a", 9))).await;
    let (version, made) = body(made.unwrap());
    assert_eq!(
        (version, &made["n_a"], &made["l_a"], &made["names"][0]),
        (1, &1.into(), &"a".into(), &"a".into())
    );
    assert_eq!((spend.requests, spend.write_milli), (1, 1_000));
    let (version, again) = body(table.update(one_more("a", 9)).await.unwrap());
    assert_eq!((version, &again["n_a"]), (2, &2.into()));
}

#[tokio::test]
async fn a_set_has_no_more_members_than_the_condition_allows_and_no_sum_grows_beyond_it() {
    let (table, _) = table().await;
    for of in ["a", "b", "a"] {
        table.update(one_more(of, 2)).await.unwrap();
    }
    let full = table.update(one_more("c", 2)).await.unwrap_err();
    let found = full.refusals()[0].found.clone().expect("what stands in the way is shown");
    assert_eq!(body(found).1["n_a"], 2);
    assert!(matches!(table.update(one_more("a", 2)).await.unwrap_err(), Error::Refused(_)));
    let only_new = one_more("b", 9).when(Condition::Unnamed("n_b".into()));
    assert!(table.update(only_new).await.unwrap_err().refused(&at(1)));
}

#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_was_lost_counts_once() {
    let (table, network) = table().await;
    table.update(one_more("a", 9)).await.unwrap();
    network.fates([Fate::AnswerLost]);
    let (version, item) = body(table.update(one_more("a", 9)).await.unwrap());
    assert_eq!((version, &item["n_a"]), (2, &2.into()));
    assert_eq!(network.open_fates(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_was_lost_counts_once_also_when_others_came_in_between() {
    let (table, network) = table().await;
    for others in [1, 3, 7] {
        let before = table.update(one_more("a", 99)).await.map(body).unwrap().1["n_a"].as_u64().unwrap();
        network.fates([Fate::Overtaken(others)]);
        let (_, item) = body(table.update(one_more("a", 99)).await.unwrap());
        assert_eq!(item["n_a"].as_u64().unwrap(), before + 1 + others as u64, "{others} came in between");
    }
}

#[tokio::test]
async fn what_is_no_update_does_not_answer_with_an_item() {
    let (table, _) = table().await;
    let error = table.update(Write::delete(at(1))).await.unwrap_err();
    assert!(matches!(error, Error::Defect(_)), "{error}");
}

#[tokio::test]
async fn an_item_made_attribute_by_attribute_has_versions_like_any_other() {
    let (table, _) = table().await;
    let item = |n: i64| dynamo::encode(&serde_json::json!({ "n": n })).unwrap();
    table.commit(vec![Write::next(at(1), 0, item(1))]).await.unwrap();
    table.commit(vec![Write::next(at(1), 1, item(2))]).await.unwrap();
    assert!(table.commit(vec![Write::next(at(1), 1, item(3))]).await.unwrap_err().refused(&at(1)));
    let stored = table.get::<Value>(&at(1)).await.unwrap().unwrap();
    assert_eq!((stored.version, &stored.body["n"]), (2, &2.into()));
}
