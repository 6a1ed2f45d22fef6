//! Lost answers, throttling and conflicts.

use std::time::Duration;

use dynamo::{Error, Key, Patience, Update, Write};

use crate::commits::{Thing, at, save};
use crate::network::{Fate, table};

#[tokio::test(start_paused = true)]
async fn a_save_whose_answer_was_lost_is_not_taken_for_a_lost_race() {
    let (table, network) = table().await;
    network.fates([Fate::AnswerLost]);
    table.commit(vec![save(at(1), 0, 1, vec![])]).await.unwrap();
    assert_eq!(network.open_fates(), 0);
    assert_eq!(table.get::<Thing>(&at(1)).await.unwrap().unwrap().version, 1);
}

#[tokio::test(start_paused = true)]
async fn a_transaction_whose_answer_was_lost_counts_once() {
    let (table, network) = table().await;
    network.fates([Fate::AnswerLost]);
    let add = |key: Key| Write::update(key, Update::new().add("n", 1));
    table.commit(vec![add(at(1)), add(at(2))]).await.unwrap();
    for key in [at(1), at(2)] {
        assert_eq!(table.get::<Thing>(&key).await.unwrap().unwrap().body.n, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_race_that_is_really_lost_stays_lost() {
    let (table, network) = table().await;
    table.commit(vec![save(at(1), 0, 1, vec![])]).await.unwrap();
    network.fates([Fate::AnswerLost]);
    let error = table.commit(vec![save(at(1), 0, 2, vec![])]).await.unwrap_err();
    assert!(error.refused(&at(1)));
    assert_eq!(table.get::<Thing>(&at(1)).await.unwrap().unwrap().body.n, 1);
}

#[tokio::test(start_paused = true)]
async fn a_conflict_is_tried_again() {
    let (table, network) = table().await;
    network.fates([Fate::Conflict; 4]);
    table.commit(vec![save(at(1), 0, 1, vec![]), save(at(2), 0, 1, vec![])]).await.unwrap();
    assert_eq!(network.open_fates(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_conflict_that_does_not_end_is_given_up_within_the_deadline() {
    let (table, network) = table().await;
    let patience = Patience { deadline: Duration::from_millis(500), ..Patience::default() };
    network.fates(std::iter::repeat_n(Fate::Conflict, 10_000));
    let began = tokio::time::Instant::now();
    let table = table.with_patience(patience);
    let error = table.commit(vec![save(at(1), 0, 1, vec![]), save(at(2), 0, 1, vec![])]).await.unwrap_err();
    assert!(matches!(error, Error::Contended), "{error}");
    assert!(began.elapsed() <= patience.deadline);
    assert_eq!(table.get::<Thing>(&at(1)).await.unwrap_or(None), None);
}

#[tokio::test(start_paused = true)]
async fn a_use_case_that_is_always_overtaken_ends_within_one_deadline() {
    let (table, network) = table().await;
    let patience = Patience { deadline: Duration::from_millis(500), ..Patience::default() };
    let table = table.with_patience(patience);
    table.commit(vec![save(at(1), 0, 1, vec![])]).await.unwrap();
    let began = tokio::time::Instant::now();
    let mut attempts = table.attempts();
    let mut tries = 0;
    while attempts.next().await {
        tries += 1;
        assert_eq!(attempts.is_first(), tries == 1);
        // Two conflicts, and then another writer was faster.
        network.fates([Fate::Conflict; 2]);
        let writes = vec![save(at(1), 0, 2, vec![]), save(at(2), 0, 2, vec![])];
        assert!(table.commit(writes).await.unwrap_err().refused(&at(1)));
        let so_far = began.elapsed();
        assert!(so_far <= 2 * patience.deadline, "{so_far:?} after {tries} tries");
    }
    assert!(tries > 3, "{tries} tries in {:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn whoever_was_overtaken_once_tries_again_at_once() {
    let (table, _network) = table().await;
    let began = tokio::time::Instant::now();
    let mut attempts = table.attempts();
    assert!(attempts.next().await && attempts.next().await);
    assert_eq!(began.elapsed(), Duration::ZERO);
    // But not when the first attempt has taken all the time.
    let mut attempts = table.attempts();
    assert!(attempts.next().await);
    tokio::time::sleep(Patience::default().deadline + Duration::from_millis(1)).await;
    assert!(!attempts.next().await);
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out_and_then_told() {
    let (table, network) = table().await;
    network.fates([Fate::Refused("ProvisionedThroughputExceededException"); 2]);
    table.commit(vec![save(at(1), 0, 1, vec![])]).await.unwrap();
    network.fates([Fate::Refused("ProvisionedThroughputExceededException"); 3]);
    let error = table.commit(vec![save(at(2), 0, 1, vec![])]).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
}

#[tokio::test(start_paused = true)]
async fn one_more_than_a_transaction_takes_is_refused_before_it_is_sent() {
    let (table, network) = table().await;
    let most = || (0..100).map(|n| save(at(n), 0, 1, vec![])).collect::<Vec<_>>();
    table.commit(most()).await.unwrap();
    network.fates([Fate::Conflict]);
    let more = most().into_iter().chain([save(at(1000), 0, 1, vec![])]).collect();
    let error = table.commit(more).await.unwrap_err();
    assert!(matches!(error, Error::Defect(_)), "{error}");
    assert_eq!(network.open_fates(), 1, "nothing was sent");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_wrong_is_a_defect_and_not_tried_again() {
    let (table, network) = table().await;
    network.fates([Fate::Refused("ValidationException"), Fate::Refused("ValidationException")]);
    let error = table.commit(vec![save(at(1), 0, 1, vec![])]).await.unwrap_err();
    assert!(matches!(error, Error::Defect(_)), "{error}");
    assert_eq!(network.open_fates(), 1);
}
