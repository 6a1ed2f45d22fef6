//! Secrets in Secrets Manager, and how long they are kept.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use vault::{FRESH, PAUSE, Vault, VaultError};

use crate::scripted::{Fault, Scripted};
use crate::{clock, text};

const READ: &str = "GetSecretValue snail-ask";
const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn engine() -> Scripted {
    let engine = Scripted::default();
    engine.keep("snail-ask", json!({ "Name": "snail-ask", "SecretString": "one" }));
    engine
}

#[tokio::test]
async fn a_secret_is_asked_for_once_in_five_minutes_and_a_rotation_is_seen_after_them() {
    let (engine, (clock, hands)) = (engine(), clock());
    let vault = Vault::secrets_manager(engine.client(), clock);
    assert_eq!(text(&vault, "snail-ask").await, "one");
    engine.keep("snail-ask", json!({ "SecretString": "two" }));
    hands.advance(FRESH - SECOND);
    assert_eq!(text(&vault, "snail-ask").await, "one");
    assert_eq!(engine.seen(), [READ]);
    hands.advance(SECOND);
    assert_eq!(text(&vault, "snail-ask").await, "two");
    assert_eq!(engine.seen(), [READ]);
}

#[tokio::test]
async fn whoever_needs_it_newer_asks_again_but_not_more_than_once_in_ten_seconds() {
    let (engine, (clock, hands)) = (engine(), clock());
    let vault = Vault::secrets_manager(engine.client(), clock);
    let again = async || vault.read_again("snail-ask").await.unwrap().reveal().to_owned();
    assert_eq!(again().await, "one");
    engine.keep("snail-ask", json!({ "SecretString": "two" }));
    hands.advance(PAUSE - SECOND);
    assert_eq!(again().await, "one");
    assert_eq!(engine.seen(), [READ]);
    hands.advance(SECOND);
    assert_eq!(again().await, "two");
    assert_eq!(again().await, "two");
    assert_eq!(text(&vault, "snail-ask").await, "two");
    assert_eq!(engine.seen(), [READ]);
}

#[tokio::test]
async fn thirty_who_ask_at_the_same_time_cost_one_call() {
    let engine = engine();
    let vault = Vault::secrets_manager(engine.client(), clock().0);
    let all = futures::future::join_all((0..30).map(|_| text(&vault, "snail-ask"))).await;
    assert!(all.iter().all(|text| text == "one"));
    assert_eq!(engine.seen(), [READ]);
}

#[tokio::test]
async fn while_its_keeper_is_away_the_secret_read_before_goes_on_and_that_is_logged() {
    let (engine, (clock, hands)) = (engine(), clock());
    let log = Log::default();
    let _listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    let vault = Vault::secrets_manager(engine.client(), clock);
    assert_eq!(text(&vault, "snail-ask").await, "one");
    assert_eq!(log.text(), "");

    engine.seen();
    hands.advance(FRESH);
    engine.fail(Fault::Says(500, "InternalServiceError"));
    assert_eq!(text(&vault, "snail-ask").await, "one");
    let heard = log.text();
    assert!(heard.contains("snail-ask") && heard.contains("InternalServiceError"), "{heard}");
    // While the store is down, not every request asks it.
    assert_eq!(text(&vault, "snail-ask").await, "one");
    assert_eq!(engine.seen(), [READ]);

    engine.keep("snail-ask", json!({ "SecretString": "two" }));
    hands.advance(PAUSE);
    assert_eq!(text(&vault, "snail-ask").await, "two");
}

#[tokio::test]
async fn a_secret_that_was_never_read_is_missed_by_its_reason_and_read_as_soon_as_it_can_be() {
    let says = |status, code| (Fault::Says(status, code), status, code);
    let unavailable = [
        says(503, "ServiceUnavailable"),
        says(500, "InternalServiceError"),
        says(400, "ThrottlingException"),
        says(429, ""),
    ];
    let (engine, (clock, _)) = (engine(), clock());
    let vault = Vault::secrets_manager(engine.client(), clock);
    for (fault, ..) in unavailable.into_iter().chain([(Fault::Breaks, 0, "")]) {
        engine.fail(fault.clone());
        let error = vault.read("snail-ask").await.unwrap_err();
        assert!(matches!(error, VaultError::Unavailable { .. }), "{fault:?}: {error}");
    }
    for (fault, status, code) in [says(400, "AccessDeniedException"), says(400, "DecryptionFailure")] {
        engine.fail(fault);
        let error = vault.read("snail-ask").await.unwrap_err();
        let why = format!("{status} {code} as told");
        assert_eq!(error, VaultError::Refused { name: "snail-ask".into(), why });
    }
    assert_eq!(vault.read("other").await.unwrap_err(), VaultError::Missing("other".into()));
    assert_eq!(vault.replace("other", "x").await.unwrap_err(), VaultError::Missing("other".into()));
    assert_eq!(text(&vault, "snail-ask").await, "one");
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_repeated_in_the_error() {
    let (engine, (clock, _)) = (engine(), clock());
    let vault = Vault::secrets_manager(engine.client(), clock);
    engine.fail(Fault::Answers(r#"{"SecretString": "opensesame", "#));
    let error = vault.read("snail-ask").await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("opensesame"), "{error:?}");
    engine.keep("snail-ask", json!({ "SecretBinary": "b25l" }));
    assert_eq!(vault.read("snail-ask").await.unwrap_err(), VaultError::NotText("snail-ask".into()));
}

#[tokio::test]
async fn what_was_replaced_is_read_without_asking_and_a_clock_that_steps_back_asks_again() {
    let (engine, (clock, hands)) = (engine(), clock());
    let vault = Vault::secrets_manager(engine.client(), clock.clone());
    assert_eq!(text(&vault, "snail-ask").await, "one");
    vault.replace("snail-ask", "two").await.unwrap();
    assert_eq!(text(&vault, "snail-ask").await, "two");
    assert_eq!(engine.seen(), [READ, "PutSecretValue snail-ask"]);
    assert_eq!(text(&Vault::secrets_manager(engine.client(), clock), "snail-ask").await, "two");
    engine.seen();
    hands.advance(-SECOND);
    assert_eq!(text(&vault, "snail-ask").await, "two");
    assert_eq!(engine.seen(), [READ]);
}

#[tokio::test]
async fn a_fetch_that_was_given_up_is_taken_over_by_the_next_one() {
    let engine = engine();
    let vault = Vault::secrets_manager(engine.client(), clock().0);
    let mut given_up = Box::pin(vault.read("snail-ask"));
    assert!(futures::poll!(&mut given_up).is_pending());
    drop(given_up);
    assert_eq!(text(&vault, "snail-ask").await, "one");
}

/// The warnings as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() == Level::WARN {
            event.record(&mut Fields(&self.0));
        }
    }
}

struct Fields<'a>(&'a Mutex<String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.lock().unwrap().push_str(&format!("{field}={value:?} "));
    }
}
