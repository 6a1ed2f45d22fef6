//! Reads that are the same for everyone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::{FromRef, FromRequestParts, Path, State};
use axum::response::{AppendHeaders, IntoResponse};
use futures::future::join_all;
use http::header::SET_COOKIE;
use http::request::Parts;
use jiff::SignedDuration;
use problem::Problem;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use web::{Caller, Describes, Door, Draft, Routes, Tagged};

use crate::counter::{Answer, Counter};

#[derive(Clone)]
struct Hall {
    door: Door,
    /// How often a handler has looked.
    looks: Arc<AtomicU32>,
    /// A handler waits for a permit.
    open: Arc<Semaphore>,
}

impl FromRef<Hall> for Door {
    fn from_ref(hall: &Hall) -> Door {
        hall.door.clone()
    }
}

/// Everything that a handler can learn of a request.
struct Seen(Value);

impl FromRequestParts<Hall> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hall: &Hall) -> Result<Seen, Problem> {
        let caller = Caller::from_request_parts(parts, hall).await?.subject();
        let headers: Vec<_> = parts.headers.keys().map(http::HeaderName::as_str).collect();
        let address = parts.extensions.get::<web::Address>().is_some();
        Ok(Seen(json!({ "caller": caller, "headers": headers, "address": address })))
    }
}

impl Describes for Seen {
    fn describe(_: &mut Draft) {}
}

/// A part of the path.
struct How(String);

impl FromRequestParts<Hall> for How {
    type Rejection = axum::extract::rejection::PathRejection;

    async fn from_request_parts(parts: &mut Parts, hall: &Hall) -> Result<How, Self::Rejection> {
        Path::from_request_parts(parts, hall).await.map(|Path(how)| How(how))
    }
}

impl Describes for How {
    fn describe(_: &mut Draft) {}
}

async fn seen(State(hall): State<Hall>, Seen(seen): Seen) -> Tagged<Value> {
    hall.look();
    Tagged { version: 1, body: seen }
}

async fn count(State(hall): State<Hall>) -> axum::Json<u32> {
    axum::Json(hall.look())
}

async fn slow(State(hall): State<Hall>) -> axum::Json<u32> {
    let looks = hall.look();
    hall.open.acquire().await.unwrap().forget();
    axum::Json(looks)
}

async fn fail(State(hall): State<Hall>, How(how): How) -> Result<axum::Json<u32>, Problem> {
    match (hall.look(), how.as_str()) {
        (1, "panic") => panic!("a defect"),
        (1, "unknown") => Err(Problem::not_found("no_such_thing")),
        (1, _) => Err(Problem::unavailable(1)),
        (looks, _) => Ok(axum::Json(looks)),
    }
}

struct Crumbs;

impl Describes for Crumbs {
    fn describe(_: &mut Draft) {}
}

impl IntoResponse for Crumbs {
    fn into_response(self) -> axum::response::Response {
        AppendHeaders([(SET_COOKIE, "crumb=1")]).into_response()
    }
}

async fn crumbs(State(hall): State<Hall>) -> Crumbs {
    hall.look();
    Crumbs
}

impl Hall {
    fn look(&self) -> u32 {
        self.looks.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn looks(&self) -> u32 {
        self.looks.load(Ordering::Relaxed)
    }
}

async fn open() -> (Counter, Hall) {
    let counter = Counter::open().await;
    let hall = Hall { door: counter.door.clone(), looks: Arc::default(), open: Arc::new(Semaphore::new(0)) };
    // These handlers describe nothing, so the table makes no document.
    let routes = Routes::of("counter", "")
        .public("/seen", 5, seen)
        .public("/count", 5, count)
        .public("/slow", 5, slow)
        .public("/fail/{how}", 5, fail)
        .public("/crumbs", 5, crumbs)
        .get("/own", seen);
    (counter.leading_to(routes, hall.clone()), hall)
}

async fn get(counter: &Counter, path: &str, headers: &[(&str, &str)]) -> Answer {
    counter.send("GET", path, headers, "").await
}

const PUBLIC: Option<&str> = Some("public, max-age=5, stale-while-revalidate=5");

#[tokio::test]
async fn the_answer_of_a_public_read_knows_nothing_of_its_caller() {
    let (counter, hall) = open().await;
    let nobody = get(&counter, "/seen", &[]).await;
    assert_eq!(nobody.body, json!({ "caller": "guest", "headers": [], "address": false }));
    let bearer = counter.token();
    let personal = [
        ("authorization", bearer.as_str()),
        ("cookie", "__Host-snail_cart=secret"),
        ("x-cart", "secret"),
        ("x-forwarded-for", "192.0.2.7"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ];
    // One second later, so that it is not the same answer.
    counter.hands.advance(SignedDuration::from_secs(1));
    let somebody = get(&counter, "/seen", &personal).await;
    assert_eq!((hall.looks(), &somebody.bytes), (2, &nobody.bytes));
    let own = get(&counter, "/own", &personal).await;
    assert_ne!(own.body["caller"], "guest");
    assert_eq!(own.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_public_answer_says_for_how_long_it_may_be_kept_and_has_an_etag() {
    let (counter, _) = open().await;
    for path in ["/seen", "/count"] {
        let answer = get(&counter, path, &[]).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, PUBLIC), "{path}");
        let etag = answer.header("etag").unwrap();
        let again = get(&counter, path, &[("if-none-match", etag)]).await;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
        assert_eq!((again.header("etag"), again.header("cache-control")), (Some(etag), PUBLIC), "{path}");
        let head = counter.send("HEAD", path, &[], "").await;
        assert_eq!((head.status, head.header("etag"), head.bytes.len()), (200, Some(etag), 0), "{path}");
    }
}

#[tokio::test]
async fn what_is_asked_again_within_a_second_is_looked_up_once() {
    let (counter, hall) = open().await;
    let check = |answer: Answer, expect: u32| assert_eq!(answer.body, json!(expect));
    check(get(&counter, "/count", &[]).await, 1);
    counter.hands.advance(SignedDuration::from_millis(999));
    check(get(&counter, "/count", &[]).await, 1);
    counter.hands.advance(SignedDuration::from_millis(1));
    check(get(&counter, "/count", &[]).await, 2);
    // A clock that was put back says nothing about the age of an answer.
    counter.hands.advance(SignedDuration::from_hours(-1));
    check(get(&counter, "/count", &[]).await, 3);
    check(get(&counter, "/count?page=2", &[]).await, 4);
    check(get(&counter, "/count", &[("accept-language", "ru")]).await, 5);
    check(get(&counter, "/count", &[("accept-language", "ar")]).await, 6);
    check(get(&counter, "/count", &[("accept-language", "ru")]).await, 5);
    assert_eq!(hall.looks(), 6);
}

#[tokio::test]
async fn a_thousand_readers_at_once_cost_one_look() {
    let (counter, hall) = open().await;
    let readers = join_all((0..1000).map(|_| get(&counter, "/slow", &[])));
    let opened = async {
        tokio::task::yield_now().await;
        hall.open.add_permits(1);
    };
    let (answers, ()) = tokio::join!(readers, opened);
    assert!(answers.iter().all(|answer| answer.body == json!(1)));
    assert_eq!(hall.looks(), 1);
}

#[tokio::test]
async fn a_reader_who_leaves_takes_the_answer_from_nobody() {
    let (counter, hall) = open().await;
    let mut first = Box::pin(get(&counter, "/slow", &[]));
    assert!(futures::poll!(&mut first).is_pending());
    let mut second = Box::pin(get(&counter, "/slow", &[]));
    assert!(futures::poll!(&mut second).is_pending());
    drop(first);
    hall.open.add_permits(1);
    assert_eq!(second.await.body, json!(1));
    // All leave, and a second passes: the next reader does not get what they began.
    counter.hands.advance(SignedDuration::from_secs(1));
    let mut third = Box::pin(get(&counter, "/slow", &[]));
    assert!(futures::poll!(&mut third).is_pending());
    drop(third);
    counter.hands.advance(SignedDuration::from_secs(1));
    hall.open.add_permits(1);
    assert_eq!(get(&counter, "/slow", &[]).await.body, json!(3));
}

#[tokio::test]
async fn what_went_wrong_is_neither_kept_nor_public() {
    for (how, status) in [("panic", 500), ("unknown", 404), ("busy", 503)] {
        let (counter, _) = open().await;
        let path = format!("/fail/{how}");
        let wrong = get(&counter, &path, &[]).await;
        assert_eq!((wrong.status, wrong.header("cache-control")), (status, Some("no-store")), "{how}");
        assert!(wrong.body["trace_id"].is_string(), "{how}");
        assert_eq!(get(&counter, &path, &[]).await.body, json!(2), "{how}");
    }
}

#[tokio::test]
async fn an_answer_with_a_cookie_is_for_one_caller_only() {
    let (counter, hall) = open().await;
    for looks in 1..=2 {
        let answer = get(&counter, "/crumbs", &[]).await;
        assert_eq!((answer.header("cache-control"), hall.looks()), (Some("no-store"), looks));
    }
}

#[tokio::test]
async fn a_public_read_judges_no_credentials() {
    let (counter, _) = open().await;
    let answer = get(&counter, "/count", &[("authorization", "Bearer garbage")]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, PUBLIC));
}

#[tokio::test]
async fn strangers_with_many_questions_do_not_fill_the_memory() {
    let (counter, hall) = open().await;
    for n in 0..300 {
        get(&counter, &format!("/count?{n}"), &[]).await;
    }
    assert_eq!(hall.looks(), 300);
    // The first are still kept, and there was no room for the last.
    get(&counter, "/count?0", &[]).await;
    assert_eq!(hall.looks(), 300);
    get(&counter, "/count?299", &[]).await;
    assert_eq!(hall.looks(), 301);
    counter.hands.advance(SignedDuration::from_secs(1));
    get(&counter, "/count?299", &[]).await;
    get(&counter, "/count?299", &[]).await;
    assert_eq!(hall.looks(), 302);
}
