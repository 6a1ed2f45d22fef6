//! What the reader of a log can rely on.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;

use clock::Hands;
use jiff::SignedDuration;
use tracing_subscriber::layer::SubscriberExt;

use super::*;
use crate::{Lines, layer};

struct Desk {
    sink: Sink,
    lines: Lines,
    clock: Clock,
    hands: Hands,
}

fn desk() -> Desk {
    let (sink, lines) = Sink::memory();
    let (clock, hands) = Clock::manual("2026-11-21T12:00:00Z".parse().unwrap());
    Desk { sink, lines, clock, hands }
}

fn root() -> Trace {
    Trace::root(0xabc, 1)
}

impl Desk {
    fn invoke<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        let trace = root().child(2);
        let opening =
            Opening { kind: "http", room: "catalog", role: "api", trace, started: self.clock.now() };
        invocation(opening, &self.sink, &self.clock, work)
    }

    fn only_line(&self) -> Value {
        let lines = self.lines.all();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines[0].clone()
    }
}

#[tokio::test]
async fn one_invocation_writes_one_line_that_says_everything() {
    let desk = desk();
    let answer = desk
        .invoke(async {
            note("operation", "publish_product");
            note("status", 200);
            count("dynamo_requests", 1);
            count("dynamo_requests", 2);
            measure("import_rows_per_second", 7.5, Unit::None);
            measure("chunk", 1.0, Unit::Bytes);
            measure("chunk", 2.0, Unit::Bytes);
            desk.hands.advance(SignedDuration::from_micros(12_500));
            "answer"
        })
        .await;
    assert_eq!(answer, "answer");
    assert_eq!(
        desk.only_line(),
        json!({
            "kind": "http", "room": "catalog", "role": "api", "operation": "publish_product", "status": 200,
            "trace_id": "00000000000000000000000000000abc", "span_id": "0000000000000002",
            "parent_id": "0000000000000001", "started": "2026-11-21T12:00:00Z", "cold_start": true,
            "ended": "finished", "level": "info", "duration_ms": 12.5, "faults": 0,
            "dynamo_requests": 3, "import_rows_per_second": 7.5, "chunk": [1.0, 2.0],
            "_aws": {
                "Timestamp": 1795262400012_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "Snail",
                    "Dimensions": [["room", "role"], ["room", "operation"]],
                    "Metrics": [
                        { "Name": "chunk", "Unit": "Bytes" },
                        { "Name": "duration_ms", "Unit": "Milliseconds" },
                        { "Name": "dynamo_requests", "Unit": "Count" },
                        { "Name": "faults", "Unit": "Count" },
                        { "Name": "import_rows_per_second", "Unit": "None" },
                    ],
                }],
            },
        })
    );
}

#[tokio::test]
async fn only_the_first_invocation_of_a_sink_is_cold() {
    let desk = desk();
    desk.invoke(async {}).await;
    desk.invoke(async {}).await;
    let cold = desk.lines.all().iter().map(|line| line["cold_start"].clone()).collect::<Vec<_>>();
    assert_eq!(cold, [true, false]);
}

#[tokio::test]
async fn an_event_cannot_be_made_to_lie_about_itself() {
    let desk = desk();
    desk.invoke(async {
        note("room", "elsewhere");
        note("trace_id", "forged");
    })
    .await;
    assert_eq!(desk.only_line()["room"], "catalog");
    assert_eq!(desk.only_line()["trace_id"], root().id());
}

#[tokio::test]
async fn a_panic_is_reported_before_it_travels_on() {
    let desk = desk();
    let work = AssertUnwindSafe(desk.invoke(async {
        note("step", "second");
        panic!("a defect");
    }));
    assert!(tokio::spawn(work.0).await.unwrap_err().is_panic());
    let line = desk.only_line();
    assert_eq!(
        (&line["ended"], &line["level"], &line["faults"]),
        (&json!("panicked"), &json!("error"), &json!(1))
    );
    assert_eq!(line["step"], "second");
}

#[tokio::test]
async fn a_dropped_invocation_is_reported_too() {
    let desk = desk();
    {
        let mut work = pin!(desk.invoke(async {
            note("step", "first");
            std::future::pending::<()>().await;
        }));
        let once = std::future::poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx).is_pending())).await;
        assert!(once);
        assert!(desk.lines.all().is_empty());
    }
    assert_eq!(desk.only_line()["ended"], "abandoned");
    assert_eq!(desk.only_line()["step"], "first");
}

#[tokio::test]
async fn a_clock_that_steps_backwards_gives_no_negative_duration() {
    let desk = desk();
    desk.invoke(async { desk.hands.advance(SignedDuration::from_secs(-5)) }).await;
    assert_eq!(desk.only_line()["duration_ms"], 0.0);
}

#[tokio::test]
async fn outside_an_invocation_everything_is_a_no_op() {
    note("key", 1);
    count("metric", 1);
    measure("metric", 1.0, Unit::Count);
    assert_eq!(current_trace(), None);
}

#[tokio::test]
async fn an_invocation_inside_another_is_an_event_of_its_own() {
    let desk = desk();
    desk.invoke(async {
        desk.invoke(async { note("who", "inner") }).await;
        note("who", "outer");
        assert_eq!(current_trace(), Some(root().child(2)));
    })
    .await;
    let who = desk.lines.all().iter().map(|line| line["who"].clone()).collect::<Vec<_>>();
    assert_eq!(who, ["inner", "outer"]);
}

#[tokio::test]
async fn nothing_secret_reaches_the_line_by_any_way_in() {
    let desk = desk();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(layer(desk.sink.clone())));
    desk.invoke(async {
        note("request", json!({ "headers": { "Authorization": "hunter2" } }));
        note("url", "https://x/?X-Amz-Signature=hunter2");
        tracing::warn!(password = "hunter2", "refused Bearer hunter2");
    })
    .await;
    tracing::error!(cookie = %"hunter2", "token=hunter2");
    assert_eq!(desk.lines.all().len(), 2);
    assert!(!desk.lines.text().contains("hunter2"), "{}", desk.lines.text());
}

#[tokio::test]
async fn warnings_join_the_event_and_chatter_does_not() {
    let desk = desk();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(layer(desk.sink.clone())));
    desk.invoke(async {
        tracing::info!("chatter");
        tracing::warn!(attempt = 2, "throttled");
        tracing::error!(fatal = true, "gave up");
        tracing::warn!("after that");
    })
    .await;
    let line = desk.only_line();
    assert_eq!(line["level"], "error");
    assert_eq!(line["log"].as_array().unwrap().len(), 3);
    let target = "observe::event::tests";
    assert_eq!(
        line["log"][0],
        json!({ "level": "warn", "target": target, "message": "throttled", "attempt": 2 })
    );
    assert_eq!(line["log"][1]["fatal"], true);
}

#[test]
fn a_warning_outside_an_invocation_is_a_line_of_its_own() {
    let desk = desk();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(layer(desk.sink.clone())));
    let cause = std::io::Error::other(std::io::Error::other("the cause"));
    tracing::warn!(error = &cause as &dyn std::error::Error, "lost");
    assert_eq!(desk.only_line()["message"], "lost");
    assert_eq!(desk.only_line()["level"], "warn");
    assert!(desk.only_line()["error"].as_str().unwrap().contains("the cause"));
}

#[tokio::test]
async fn a_flood_of_warnings_and_of_values_is_cut_and_says_so() {
    let desk = desk();
    let _guard =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(layer(desk.sink.clone())));
    desk.invoke(async {
        for n in 0..=LOG_LIMIT {
            tracing::warn!(n, "again");
        }
        for n in 0..103 {
            measure("wait", f64::from(n), Unit::Milliseconds);
        }
        measure("ratio", f64::NAN, Unit::Percent);
    })
    .await;
    let line = desk.only_line();
    assert_eq!(line["log"].as_array().unwrap().len(), LOG_LIMIT);
    assert_eq!(line["log_dropped"], 1);
    assert_eq!(line["wait"].as_array().unwrap().len(), 100);
    assert_eq!(line["metrics_dropped"], 4);
    assert!(line.get("ratio").is_none());
}

#[test]
fn a_quiet_sink_stays_quiet_and_the_process_subscribes_once() {
    assert!(crate::subscribe(Sink::quiet()));
    assert!(!crate::subscribe(Sink::quiet()));
    tracing::error!("nobody hears this");
}
