//! A market for tests: in this process, on free ports.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use ids::MerchantId;
use localstack::options::{Demo, Options, Place};
use localstack::people::{Part, SHOPS};
use localstack::{Market, demo};
use serde_json::Value;

/// A market in memory, without demo data.
pub fn options() -> Options {
    Options { place: Place::Memory, port: 0, demo: Demo::Nothing, ..Options::default() }
}

/// That market, open.
pub async fn empty_market() -> Market {
    Market::open(&options(), &|_| ()).await.unwrap()
}

/// A market with the people of the demo and without goods.
pub async fn market() -> Market {
    let market = empty_market().await;
    demo::move_in(&market, &|_| ()).await.unwrap();
    market
}

/// The first shop of the demo.
pub fn shop(market: &Market) -> MerchantId {
    market.people().shop(SHOPS[0]).unwrap()
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }
}

pub async fn send(market: &Market, request: Request<Body>) -> Answer {
    let response = market.front().answer(IpAddr::V4(Ipv4Addr::LOCALHOST), request).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(body.to_vec()).unwrap() }
}

pub async fn get(market: &Market, path: &str) -> Answer {
    send(market, Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()).await
}

pub async fn get_as(market: &Market, part: Part, path: &str) -> Answer {
    call(market, part, Method::GET, path, None).await
}

pub async fn post_as(market: &Market, part: Part, path: &str, body: &Value) -> Answer {
    call(market, part, Method::POST, path, Some(body)).await
}

async fn call(market: &Market, part: Part, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let token = market.people().token(part, None).await.unwrap();
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {token}"));
    // Equal commands of a test have equal keys.
    let key = format!("{path}{}", body.map_or_else(String::new, Value::to_string));
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).take(120).collect();
    let request = request.header("idempotency-key", key);
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    send(market, request.body(body).unwrap()).await
}

/// Waits until a probe succeeds, for at most half a minute.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, probe: impl Fn() -> F) -> T {
    for _ in 0..600 {
        if let Some(seen) = probe().await {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen in half a minute")
}

/// Waits until nothing is on its way but later timers.
pub async fn at_rest(market: &Market) {
    let mut calm = 0;
    for _ in 0..600 {
        let health = get(market, "/health").await.expect(200);
        let any = |list: &str, names: &[&str]| {
            let all = health[list].as_array().unwrap().iter();
            all.flat_map(|one| names.iter().map(|name| &one[*name])).any(|count| *count != 0)
        };
        let busy = any("queues", &["waiting", "in_flight"]) || any("sources", &["busy_ms"]);
        calm = if busy { 0 } else { calm + 1 };
        // Between a stream and a queue there is a moment in which neither shows it.
        if calm == 10 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the market does not come to rest: {}", get(market, "/health").await.text)
}
