//! The frame of every request.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use dynamo::Spend;
use futures::FutureExt;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use observe::{Opening, Trace, Unit};
use problem::{Problem, Told, stamp};

use crate::{Caller, Door, public, version};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The most bytes that are read of a refusal by axum, which is a sentence.
const LONGEST_REFUSAL: usize = 4096;
/// The content security policy of an answer that is no page: nothing is loaded. A page has its own.
const NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Wraps a room's routes: one wide event per request, the caller identified, rate limits, panics
/// caught, refusals traced, unknown paths answered with a problem.
pub fn serve(routes: Router, door: Door) -> Router {
    routes
        .fallback(|| async { Problem::not_found("no_such_route") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        })
        .layer(from_fn_with_state(door, attend))
}

async fn attend(State(door): State<Door>, request: Request, next: Next) -> Response {
    let id = door.mint.uuid();
    let (high, low) = id.as_u64_pair();
    let asked = request.headers().get(TRACEPARENT).and_then(|said| said.to_str().ok()).and_then(Trace::parse);
    let trace = match asked {
        Some(trace) => trace.child(low),
        None => Trace::root(id.as_u128(), high ^ low.rotate_left(32)),
    };
    let opening = Opening { kind: "http", room: door.room, role: "api", trace, started: door.clock.now() };
    let sink = door.sink.clone();
    let clock = door.clock.clone();
    observe::invocation(opening, &sink, &clock, async move {
        // On the heap: it is the largest future of a request, and five others contain it, on a stack
        // that one room shares with another that it asks.
        let (mut response, spend) = Spend::of(Box::pin(answer(&door, request, next))).await;
        observe::note("status", response.status().as_u16());
        observe::note("dynamo_requests", spend.requests);
        observe::note("dynamo_read_units", spend.read_milli as f64 / 1000.0);
        observe::note("dynamo_write_units", spend.write_milli as f64 / 1000.0);
        observe::measure("dynamo_requests", spend.requests as f64, Unit::Count);
        if response.status().is_server_error() {
            observe::count("server_errors", 1);
        }
        if let Some(told) = response.extensions().get::<Told>() {
            observe::note("code", told.code);
            if let Some(inside) = &told.inside {
                observe::note("inside", inside.as_str());
            }
        }
        stamp(&mut response, &trace.id());
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, HeaderValue::from_str(&id.simple().to_string()).expect("hex is legal"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(NO_PAGE);
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        response
    })
    .await
}

async fn answer(door: &Door, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let route = parts.extensions.get::<MatchedPath>().map_or("-", |path| path.as_str()).to_owned();
    observe::note("operation", format!("{} {route}", parts.method));
    observe::note("path", parts.uri.path());
    let address = address(&parts.headers, door.proxies);
    let caller = match Caller::identify(&parts, door, &door.buckets, address).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    observe::note("caller", caller.subject());
    let spent = match door.buckets.spend(&caller, address, door).await {
        Ok(spent) => spent,
        Err(problem) => return problem.into_response(),
    };
    parts.extensions.insert(caller);
    parts.extensions.insert(door.recent.clone());
    if let Some(address) = address {
        parts.extensions.insert(Address(address));
    }
    let known = parts.headers.get(IF_NONE_MATCH).cloned().filter(|_| parts.method == Method::GET);
    let request = Request::from_parts(parts, body);
    let mut response = told_as_ours(caught(next.run(request)).await).await;
    // A public answer is given to others, whom the quota of this caller would mislead.
    if !public::is_public(&response) {
        spent.tell(response.headers_mut());
    }
    let etag = response.headers().get(ETAG);
    let unchanged = known.zip(etag).is_some_and(|(known, etag)| version::names(&known, etag));
    if unchanged && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = axum::body::Body::empty();
    }
    response
}

/// The answer of a handler, also when it panics.
pub(crate) async fn caught(answer: impl Future<Output = Response>) -> Response {
    let answer = AssertUnwindSafe(answer).catch_unwind().await;
    answer.unwrap_or_else(|_| Problem::internal("the handler panicked").into_response())
}

/// A refusal as a problem document. axum's own extractors refuse in plain text; the foreign contract
/// has JSON of its own.
async fn told_as_ours(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !(status.is_client_error() || status.is_server_error())
        || kind.is_some_and(|kind| !kind.starts_with(b"text/"))
    {
        return response;
    }
    let said = axum::body::to_bytes(response.into_body(), LONGEST_REFUSAL).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    match status.is_server_error() {
        true => Problem::internal(said),
        false if said.is_empty() => Problem::new(status, "malformed_request"),
        false => Problem::new(status, "malformed_request").detail(said),
    }
    .into_response()
}

/// The address of a request, for handlers that count or keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub IpAddr);

/// The address that the first of our own proxies saw: the last one of the chain, or as many places
/// before it as there are more proxies. Anything before that, the client may have made up.
fn address(headers: &http::HeaderMap, proxies: usize) -> Option<IpAddr> {
    let chain = headers.get("x-forwarded-for")?.to_str().ok()?;
    let seen = chain.rsplit(',').nth(proxies)?.trim();
    seen.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_at_the_address_that_our_own_outermost_host_saw() {
        let seen = |chain: &str, proxies| {
            let headers = http::HeaderMap::from_iter([(
                HeaderName::from_static("x-forwarded-for"),
                HeaderValue::from_str(chain).unwrap(),
            )]);
            address(&headers, proxies)
        };
        let at = |address: &str| address.parse().ok();
        assert_eq!(seen("192.0.2.7", 0), at("192.0.2.7"));
        assert_eq!(seen("10.0.0.1, 192.0.2.7", 0), at("192.0.2.7"));
        assert_eq!(seen("10.0.0.1, 192.0.2.7, 198.51.100.9", 1), at("192.0.2.7"));
        assert_eq!(seen("192.0.2.7", 1), None);
        assert_eq!(seen("nonsense", 0), None);
    }
}
