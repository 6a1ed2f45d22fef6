//! Two rooms talking, through both carriers, on good days and bad ones.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::IntoResponse;
use axum::routing::post;
use clock::Clock;
use futures::FutureExt;
use futures::future::BoxFuture;
use observe::{Opening, Sink, Trace};
use problem::Problem;
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::{Answers, Asked, Asks, CarryError, HeldTo, InProcess, Invoke};

#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Reserve {
    units: u32,
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Held {
    id: String,
    units: u32,
}

/// What keeps its promise in the type and breaks it in the answer.
impl Ask for Reserve {
    const ROOM: &'static str = "inventory";
    const NAME: &'static str = "reserve";
    type Answer = Value;
}

#[derive(Serialize, Deserialize)]
struct Busy {
    units: u32,
}

impl Ask for Busy {
    const ROOM: &'static str = "inventory";
    const NAME: &'static str = "busy";
    type Answer = Held;
}

#[derive(Serialize, Deserialize)]
struct Slow {
    units: u32,
}

impl Ask for Slow {
    const ROOM: &'static str = "inventory";
    const NAME: &'static str = "slow";
    type Answer = Held;
}

const NOON: &str = "2026-11-21T12:00:00Z";

fn clock() -> Clock {
    Clock::fixed(NOON.parse().unwrap())
}

async fn reserve(_: Arc<AtomicUsize>, ask: Asked<Reserve>) -> Result<Value, Problem> {
    match ask.body.units {
        0 => Err(Problem::new(StatusCode::CONFLICT, "stock_short").extension("free", 3)),
        13 => panic!("a defect of the other room"),
        500 => Err(Problem::internal("a fault")),
        200 => Ok(json!("not what was promised")),
        204 => Ok(Value::Null),
        units => Ok(json!({ "id": ask.id, "units": units })),
    }
}

/// Answers 503 until it has been asked often enough.
async fn busy(left: Arc<AtomicUsize>, _: Asked<Busy>) -> Result<Held, Problem> {
    if left.load(Ordering::SeqCst) == 0 {
        return Ok(Held { id: "late".into(), units: 1 });
    }
    left.fetch_sub(1, Ordering::SeqCst);
    Err(Problem::unavailable(0))
}

async fn slow(_: Arc<AtomicUsize>, _: Asked<Slow>) -> Result<Held, Problem> {
    std::future::pending().await
}

fn inventory(left: usize) -> (Asks<Arc<AtomicUsize>>, Arc<AtomicUsize>) {
    let left = Arc::new(AtomicUsize::new(left));
    let asks = Asks::of(left.clone()).on(reserve).on(busy).on(slow);
    (asks, left)
}

fn peers(carrier: impl Carrier + 'static) -> Peers {
    Peers::new(carrier, Mint::new(clock(), 1))
}

fn in_process() -> Peers {
    let rooms = InProcess::new();
    rooms.open("inventory", inventory(0).0);
    peers(rooms)
}

fn invoke(endpoint: &str) -> Invoke {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let credentials = SharedCredentialsProvider::new(credentials);
    Invoke::new("snail", "eu-west-1", Some(endpoint), credentials, clock())
}

/// Lambda's API as it is documented, with one function behind it.
async fn lambda(answers: Arc<dyn Answers>) -> String {
    type Function = State<Arc<dyn Answers>>;
    async fn invoked(
        State(room): Function,
        Path(name): Path<String>,
        headers: HeaderMap,
        body: Bytes,
    ) -> axum::response::Response {
        let signed = headers["authorization"].to_str().unwrap();
        let scope =
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/lambda/aws4_request, SignedHeaders=";
        assert!(signed.starts_with(scope) && headers["x-amz-date"] == "20261121T120000Z", "{signed}");
        match name.as_str() {
            "snail-inventory-api" => {}
            "snail-broken-api" => return ([("x-amz-function-error", "Unhandled")], "{}").into_response(),
            "snail-crowded-api" => return StatusCode::TOO_MANY_REQUESTS.into_response(),
            "snail-fallen-api" => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            "snail-secret-api" => return StatusCode::FORBIDDEN.into_response(),
            _ => return StatusCode::NOT_FOUND.into_response(),
        }
        let answer = room.answer(serde_json::from_slice(&body).unwrap()).await;
        axum::Json(answer).into_response()
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let invocations = post(invoked).with_state(answers);
    let router = Router::new().route("/2015-03-31/functions/{name}/invocations", invocations);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/").parse::<Uri>().unwrap().to_string()
}

async fn invoked() -> Peers {
    peers(invoke(&lambda(Arc::new(inventory(0).0)).await))
}

async fn ask_room(
    peers: &Peers,
    room: &'static str,
    operation: &'static str,
    units: u32,
) -> Result<Held, AskError> {
    peers.put(To { room, operation }, "ord_1.4.0", &Reserve { units }).await
}

async fn ask(peers: &Peers, operation: &'static str, units: u32) -> Result<Held, AskError> {
    ask_room(peers, "inventory", operation, units).await
}

fn is_unavailable(answer: Result<Held, AskError>) -> bool {
    matches!(answer, Err(AskError::Unavailable { .. }))
}

fn broken_with(answer: Result<Held, AskError>, why: &str) {
    match answer {
        Err(AskError::Broken(text)) => assert!(text.contains(why), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn both_carriers_give_the_same_answers() {
    for peers in [in_process(), invoked().await] {
        let held = ask(&peers, "reserve", 2).await.unwrap();
        assert_eq!(held, Held { id: "ord_1.4.0".into(), units: 2 });
        let AskError::Refused { status, code, problem } = ask(&peers, "reserve", 0).await.unwrap_err() else {
            panic!("a refusal was expected");
        };
        assert_eq!((status, &*code, &problem["free"]), (StatusCode::CONFLICT, "stock_short", &json!(3)));
        broken_with(ask(&peers, "reserve", 500).await, "500");
        broken_with(ask(&peers, "reserve", 200).await, "inventory/reserve: invalid type");
        broken_with(ask(&peers, "missing", 1).await, "no_such_ask");
        broken_with(ask(&peers, "reserve", 13).await, "500");
        assert_eq!(peers.ask("1", &Reserve { units: 204 }).await.unwrap(), Value::Null);
    }
}

#[tokio::test]
async fn what_lambda_says_of_a_function_is_told_apart() {
    let peers = invoked().await;
    for room in ["broken", "crowded", "fallen"] {
        assert!(is_unavailable(ask_room(&peers, room, "reserve", 1).await), "{room}");
    }
    broken_with(ask_room(&peers, "secret", "reserve", 1).await, "403 without a problem");
    broken_with(ask_room(&peers, "unknown", "reserve", 1).await, "404 without a problem");
}

#[tokio::test]
async fn a_function_asks_only_whom_its_policies_let_it_ask() {
    let rooms = InProcess::new();
    rooms.open("inventory", inventory(0).0);
    rooms.open("payments", inventory(0).0);
    let may = |name: &str| name == "snail-inventory-api";
    let peers = peers(HeldTo { carrier: rooms, may, stack: "snail".into() });
    assert_eq!(ask(&peers, "reserve", 2).await.unwrap().units, 2);
    broken_with(ask_room(&peers, "payments", "reserve", 2).await, "403");
}

#[test]
fn an_event_of_the_gateway_is_no_question_whatever_a_client_sends() {
    let event = |more: Value| {
        let mut event = json!({
            "version": "2.0", "routeKey": "ANY /inventory/{proxy+}", "rawPath": "/inventory/asks/reserve", "rawQueryString": "",
            "headers": { "ask": "reserve" }, "requestContext": { "http": { "method": "POST" } },
            "body": "{\"ask\":\"reserve\",\"id\":\"1\",\"body\":{}}", "isBase64Encoded": false,
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_str::<Question>(&event.to_string())
    };
    assert!(event(json!({})).is_err());
    assert!(event(json!({ "ask": "reserve", "id": "1" })).is_err());
    assert!(serde_json::from_str::<Question>(r#"{"ask":"reserve","id":"1","body":{}}"#).is_ok());
}

#[tokio::test]
async fn the_same_ask_may_come_twice_and_carries_the_same_id() {
    let peers = in_process();
    assert_eq!(ask(&peers, "reserve", 2).await.unwrap(), ask(&peers, "reserve", 2).await.unwrap());
}

/// Keeps what it is given, and says this.
struct Recorder(Answer, Mutex<Vec<Question>>);

impl Recorder {
    fn saying(answer: Answer) -> Arc<Recorder> {
        Arc::new(Recorder(answer, Mutex::default()))
    }
}

impl Carrier for Arc<Recorder> {
    fn carry(&self, _: &str, question: Question) -> BoxFuture<'_, Result<Answer, CarryError>> {
        self.1.lock().unwrap().push(question);
        async { Ok(self.0.clone()) }.boxed()
    }
}

#[tokio::test]
async fn the_trace_goes_along() {
    let recorder = Recorder::saying(Answer::of(to_raw_value(&json!({ "id": "", "units": 2 })).unwrap()));
    let peers = peers(recorder.clone());
    let trace = Trace::root(7, 8);
    let (sink, lines) = Sink::memory();
    let opening = Opening { kind: "http", room: "orders", role: "api", trace, started: clock().now() };
    let held = observe::invocation(opening, &sink, &clock(), async move { ask(&peers, "reserve", 2).await });
    held.await.unwrap();
    assert_eq!(recorder.1.lock().unwrap()[0].traceparent, Some(trace.to_string()));
    assert_eq!(lines.last().unwrap()["asks"], 1);
}

#[tokio::test]
async fn a_busy_room_is_asked_once_more_and_not_twice_more() {
    let (asks, left) = inventory(1);
    let rooms = InProcess::new();
    rooms.open("inventory", asks);
    let peers = peers(rooms);
    assert_eq!(ask(&peers, "busy", 1).await.unwrap().id, "late");
    left.store(9, Ordering::SeqCst);
    assert!(is_unavailable(ask(&peers, "busy", 1).await));
    assert_eq!(left.load(Ordering::SeqCst), 7);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_told_to_come_back_after_the_deadline_does_not_try_before() {
    let later =
        Recorder::saying(Answer { retry_after: Some(7), ..Answer::bare(StatusCode::SERVICE_UNAVAILABLE) });
    let answer = ask(&peers(later.clone()), "reserve", 1).await;
    let Err(AskError::Unavailable { retry_after }) = answer else { panic!("{answer:?}") };
    assert_eq!((retry_after, later.1.lock().unwrap().len()), (Some(Duration::from_secs(7)), 1));
}

#[tokio::test(start_paused = true)]
async fn an_ask_answers_by_its_deadline_whatever_the_other_room_does() {
    let peers = in_process();
    let asked = Instant::now();
    assert!(is_unavailable(ask(&peers, "slow", 1).await));
    assert!((DEADLINE..DEADLINE + Duration::from_millis(10)).contains(&asked.elapsed()));
    let asked = Instant::now();
    assert!(is_unavailable(ask(&peers.within(Duration::from_millis(50)), "slow", 1).await));
    assert!(asked.elapsed() < Duration::from_millis(60));
}

#[tokio::test]
async fn a_room_that_is_not_there_is_unavailable() {
    assert!(is_unavailable(ask(&peers(InProcess::new()), "reserve", 1).await));
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    assert!(is_unavailable(ask(&peers(invoke(&format!("http://{address}"))), "reserve", 1).await));
}

#[tokio::test]
async fn an_ask_that_cannot_be_read_is_a_defect() {
    let peers = in_process();
    let check = async |body: Value, why: &str| {
        let to = To { room: "inventory", operation: "reserve" };
        broken_with(peers.put(to, "1", &body).await, why);
    };
    check(json!({ "units": 1, "unknown": true }), "malformed_ask").await;
    check(json!({ "units": "two" }), "malformed_ask").await;
    check(json!([1]), "malformed_ask").await;
    check(json!(2.5), "malformed_ask").await;
    check(json!({ "units": "x".repeat(LARGEST) }), "more than").await;
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_a_defect_on_every_host() {
    let long = Recorder::saying(Answer::of(to_raw_value(&"x".repeat(LARGEST)).unwrap()));
    broken_with(ask(&peers(long), "reserve", 1).await, "an answer of more than");
}
