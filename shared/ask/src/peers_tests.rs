//! Two rooms talking, through both carriers, on good days and bad ones.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use clock::Hands;
use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use observe::{Opening, Sink, Trace};
use problem::Problem;
use serde::Deserialize;
use serde_json::json;
use tower::ServiceExt;

use super::*;
use crate::{AskDoor, CarryError, FromPeer, Https, InProcess, LARGEST, OutOfReach};

#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Reserve {
    units: u32,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Held {
    id: String,
    units: u32,
    trace: Option<String>,
}

const KEYS: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn reserve(headers: http::HeaderMap, ask: FromPeer<Reserve>) -> Response {
    let trace = headers.get("traceparent").map(|value| value.to_str().unwrap());
    match ask.body.units {
        0 => Problem::new(StatusCode::CONFLICT, "stock_short").extension("free", 3).into_response(),
        13 => panic!("a defect of the other room"),
        500 => Problem::internal("a fault").into_response(),
        404 => StatusCode::NOT_FOUND.into_response(),
        200 => "not json".into_response(),
        204 => StatusCode::NO_CONTENT.into_response(),
        units => Json(json!({ "id": ask.id, "units": units, "trace": trace })).into_response(),
    }
}

/// Answers 503 until it has been asked often enough.
async fn busy(State(left): State<Arc<AtomicUsize>>) -> Response {
    if left.load(Ordering::SeqCst) == 0 {
        return Json(json!({ "id": "late", "units": 1 })).into_response();
    }
    left.fetch_sub(1, Ordering::SeqCst);
    Problem::unavailable(0).into_response()
}

struct House {
    clock: Clock,
    hands: Hands,
    busy: Arc<AtomicUsize>,
}

impl House {
    fn new() -> House {
        let (clock, hands) = Clock::manual("2026-11-21T12:00:00Z".parse().unwrap());
        House { clock, hands, busy: Arc::default() }
    }

    fn inventory(&self) -> Router {
        self.inventory_with(Arc::new(KEYS.parse::<AskKeys>().unwrap()))
    }

    fn inventory_with(&self, keys: Arc<dyn KeyRing>) -> Router {
        let door = AskDoor { keys, clock: self.clock.clone() };
        let asks = Router::new().route("/asks/reserve", post(reserve)).with_state(door);
        let busy = Router::new().route("/asks/busy", post(busy)).with_state(self.busy.clone());
        let slow = Router::new().route("/asks/slow", post(std::future::pending::<()>));
        Router::new().nest("/inventory", asks.merge(busy).merge(slow))
    }

    fn peers(&self, carrier: impl Carrier + 'static, keys: &str) -> Peers {
        // The asking room has a clock of its own.
        let clock = Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
        Peers::new(carrier, Arc::new(keys.parse::<AskKeys>().unwrap()), clock.clone(), Mint::new(clock, 1))
    }

    fn in_process(&self) -> Peers {
        let rooms = InProcess::new();
        rooms.open("inventory", self.inventory());
        self.peers(rooms, KEYS)
    }

    async fn https(&self) -> Peers {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = self.inventory();
        tokio::spawn(async move { axum::serve(listener, router).await });
        self.peers(Https::new(format!("http://{address}/")).unwrap(), KEYS)
    }
}

async fn ask(peers: &Peers, operation: &str, units: u32) -> Result<Held, AskError> {
    peers.ask(Ask { room: "inventory", operation, id: "ord_1.4.0", body: &Reserve { units } }).await
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
    let house = House::new();
    for peers in [house.in_process(), house.https().await] {
        let held = ask(&peers, "reserve", 2).await.unwrap();
        assert_eq!(held, Held { id: "ord_1.4.0".into(), units: 2, trace: None });
        let AskError::Refused { status, code, problem } = ask(&peers, "reserve", 0).await.unwrap_err() else {
            panic!("a refusal was expected");
        };
        assert_eq!((status, &*code, &problem["free"]), (StatusCode::CONFLICT, "stock_short", &json!(3)));
        broken_with(ask(&peers, "reserve", 500).await, "500");
        broken_with(ask(&peers, "reserve", 404).await, "404 Not Found without a problem");
        broken_with(ask(&peers, "reserve", 200).await, "inventory/reserve: expected");
        broken_with(ask(&peers, "missing", 1).await, "404");
        let quiet = Ask { room: "inventory", operation: "reserve", id: "1", body: &Reserve { units: 204 } };
        peers.ask::<_, ()>(quiet).await.unwrap();
    }
}

#[tokio::test]
async fn the_same_ask_may_come_twice_and_carries_the_same_id() {
    let peers = House::new().in_process();
    assert_eq!(ask(&peers, "reserve", 2).await.unwrap(), ask(&peers, "reserve", 2).await.unwrap());
}

#[tokio::test]
async fn the_trace_goes_along() {
    let peers = House::new().in_process();
    let trace = Trace::root(7, 8);
    let clock = Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
    let (sink, lines) = Sink::memory();
    let opening = Opening { kind: "http", room: "orders", role: "api", trace, started: clock.now() };
    let held = observe::invocation(opening, &sink, &clock, async move { ask(&peers, "reserve", 2).await });
    assert_eq!(held.await.unwrap().trace, Some(trace.to_string()));
    assert_eq!(lines.last().unwrap()["asks"], 1);
}

#[tokio::test]
async fn a_busy_room_is_asked_once_more_and_not_twice_more() {
    let house = House::new();
    let peers = house.in_process();
    house.busy.store(1, Ordering::SeqCst);
    assert_eq!(ask(&peers, "busy", 1).await.unwrap().id, "late");
    house.busy.store(9, Ordering::SeqCst);
    assert!(is_unavailable(ask(&peers, "busy", 1).await));
    assert_eq!(house.busy.load(Ordering::SeqCst), 7);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_told_to_come_back_after_the_deadline_does_not_try_before() {
    struct Later(AtomicUsize);
    impl Carrier for Arc<Later> {
        fn carry(
            &self,
            _: &str,
            _: http::Request<Bytes>,
        ) -> BoxFuture<'_, Result<http::Response<Bytes>, CarryError>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let answer = http::Response::builder().status(503).header("retry-after", "7");
            async move { answer.body(Bytes::new()).map_err(CarryError::because) }.boxed()
        }
    }
    let later = Arc::new(Later(AtomicUsize::new(0)));
    let answer = ask(&House::new().peers(later.clone(), KEYS), "reserve", 1).await;
    let Err(AskError::Unavailable { retry_after }) = answer else { panic!("{answer:?}") };
    assert_eq!((retry_after, later.0.load(Ordering::SeqCst)), (Some(Duration::from_secs(7)), 1));
}

#[tokio::test(start_paused = true)]
async fn an_ask_answers_by_its_deadline_whatever_the_other_room_does() {
    let peers = House::new().in_process();
    let asked = Instant::now();
    assert!(is_unavailable(ask(&peers, "slow", 1).await));
    assert!((DEADLINE..DEADLINE + Duration::from_millis(10)).contains(&asked.elapsed()));
    let asked = Instant::now();
    assert!(is_unavailable(ask(&peers.within(Duration::from_millis(50)), "slow", 1).await));
    assert!(asked.elapsed() < Duration::from_millis(60));
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_out_of_reach_put_an_ask_off_on_either_side() {
    #[derive(Debug)]
    struct Away;
    impl KeyRing for Away {
        fn keys(&self) -> BoxFuture<'_, Result<AskKeys, OutOfReach>> {
            async { Err(OutOfReach("the vault sleeps".into())) }.boxed()
        }
    }
    let house = House::new();
    let rooms = InProcess::new();
    rooms.open("inventory", house.inventory_with(Arc::new(Away)));
    assert!(is_unavailable(ask(&house.peers(rooms, KEYS), "reserve", 1).await));
    let asking = Peers { keys: Arc::new(Away), ..house.in_process() };
    assert!(is_unavailable(ask(&asking, "reserve", 1).await));
    // A stranger is told that he is one, and nobody looks for keys.
    let strange = http::Request::post("/inventory/asks/reserve").body(Body::from("{}")).unwrap();
    let answer = house.inventory_with(Arc::new(Away)).oneshot(strange).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let signed = http::Request::post("/inventory/asks/reserve").header("webhook-signature", "v1,x");
    let signed = signed.body(Body::from("{}")).unwrap();
    let answer = house.inventory_with(Arc::new(Away)).oneshot(signed).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_panic_in_the_other_room_is_not_ours() {
    assert!(is_unavailable(ask(&House::new().in_process(), "reserve", 13).await));
}

#[tokio::test]
async fn a_room_that_is_not_there_is_unavailable() {
    let house = House::new();
    assert!(is_unavailable(ask(&house.peers(InProcess::new(), KEYS), "reserve", 1).await));
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let nobody = house.peers(Https::new(format!("http://{address}")).unwrap(), KEYS);
    assert!(is_unavailable(ask(&nobody, "reserve", 1).await));
}

#[tokio::test]
async fn an_ask_that_nobody_of_ours_signed_is_a_defect_and_not_a_refusal() {
    let house = House::new();
    let rooms = InProcess::new();
    rooms.open("inventory", house.inventory());
    let stranger = house.peers(rooms, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    broken_with(ask(&stranger, "reserve", 1).await, "unsigned_ask");
    house.hands.advance(SignedDuration::from_secs(301));
    broken_with(ask(&house.in_process(), "reserve", 1).await, "unsigned_ask");
}

#[tokio::test]
async fn an_ask_that_cannot_be_read_is_a_defect() {
    let peers = House::new().in_process();
    let check = async |body: Value| {
        let ask = Ask { room: "inventory", operation: "reserve", id: "1", body: &body };
        broken_with(peers.ask(ask).await, "malformed_ask");
    };
    check(json!({ "units": 1, "unknown": true })).await;
    check(json!({ "units": "two" })).await;
    check(json!([1])).await;
    check(json!(2.5)).await;
    check(json!({ "units": "x".repeat(LARGEST) })).await;
}

#[tokio::test]
async fn names_that_make_no_path_or_header_are_refused_before_they_are_sent() {
    let peers = House::new().in_process();
    let body = Reserve { units: 1 };
    let answer = peers.ask(Ask { room: "inventory", operation: "re serve", id: "1", body: &body }).await;
    broken_with(answer, "invalid uri");
    let answer = peers.ask(Ask { room: "inventory", operation: "reserve", id: "a\nb", body: &body }).await;
    broken_with(answer, "header");
}

/// What another room could do with an ask it has seen: send it again, elsewhere or changed.
#[tokio::test]
async fn a_recorded_ask_opens_no_other_door() {
    #[derive(Default)]
    struct Recorder(Mutex<Option<http::Request<Bytes>>>);
    impl Carrier for Arc<Recorder> {
        fn carry(
            &self,
            _: &str,
            request: http::Request<Bytes>,
        ) -> BoxFuture<'_, Result<http::Response<Bytes>, CarryError>> {
            *self.0.lock().unwrap() = Some(request);
            async { Ok(http::Response::new(Bytes::from_static(b"{\"id\":\"\",\"units\":1}"))) }.boxed()
        }
    }
    let house = House::new();
    let recorder = Arc::<Recorder>::default();
    ask(&house.peers(recorder.clone(), KEYS), "reserve", 2).await.unwrap();
    let recorded = recorder.0.lock().unwrap().take().unwrap();

    let rooms = InProcess::new();
    let door = AskDoor { keys: Arc::new(KEYS.parse::<AskKeys>().unwrap()), clock: house.clock.clone() };
    let everywhere = Router::new().fallback(reserve).with_state(door);
    rooms.open("inventory", everywhere);
    let send = async |path: &str, body: &'static str| {
        let mut request = recorded.clone();
        *request.uri_mut() = path.parse().unwrap();
        if !body.is_empty() {
            *request.body_mut() = Bytes::from_static(body.as_bytes());
        }
        rooms.carry("inventory", request).await.unwrap().status().as_u16()
    };
    assert_eq!(send("/inventory/asks/reserve", "").await, 200);
    assert_eq!(send("/prod/inventory/asks/reserve", "").await, 200);
    assert_eq!(send("/inventory/asks/release", "").await, 401);
    assert_eq!(send("/booking/asks/reserve", "").await, 401);
    assert_eq!(send("/inventory/asks/reserve", r#"{"units":3}"#).await, 401);
    assert_eq!(send("/inventory/reserve", "").await, 500);
}
