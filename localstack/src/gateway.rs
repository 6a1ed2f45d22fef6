//! The HTTP API in front of the functions: its routes and limits.
//!
//! Routes are the template's, matched as API Gateway's HTTP APIs match: a literal path goes before one
//! with a variable, that before a greedy one, a method before `ANY`, and `$default` comes last.
//!
//! Invariants: a body over 10 MB reaches no function; a request ends after 30 seconds; the last entry
//! of `x-forwarded-for` is the address that this host saw.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use embedded::template::Stack;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use problem::{Problem, Told};
use tokio::runtime::Handle;
use tower::ServiceExt;

use crate::functions::Functions;

/// API Gateway's largest body.
pub const LARGEST_BODY: usize = 10 * 1024 * 1024;
/// API Gateway's longest wait.
pub const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The routes and their functions. Clones are cheap.
#[derive(Clone)]
pub struct Gateway {
    table: RouteTable,
    functions: Functions,
}

/// The function of each route.
#[derive(Clone, Debug, Default)]
pub struct RouteTable(Vec<(Pattern, String)>);

/// A route; the order is from the most specific to the least.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pattern {
    path: Path,
    /// Whether the method is `ANY`. `false` sorts first, so a method goes before `ANY`.
    any: bool,
    method: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Path {
    Segments(Vec<Segment>),
    Default,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Written(String),
    Variable,
    Greedy,
}

impl RouteTable {
    /// The routes of a stack.
    pub fn of(stack: &Stack) -> RouteTable {
        let routes = stack.routes.iter().map(|route| (&*route.method, &*route.path, route.function.clone()));
        RouteTable::from_routes(routes)
    }

    /// Routes as method, path and function.
    pub fn from_routes<'a>(routes: impl IntoIterator<Item = (&'a str, &'a str, String)>) -> RouteTable {
        let routes = routes.into_iter().map(|(method, path, function)| (Pattern::of(method, path), function));
        let mut routes: Vec<_> = routes.collect();
        routes.sort();
        RouteTable(routes)
    }

    /// The function of a request.
    pub fn find(&self, method: &Method, path: &str) -> Option<&str> {
        let found = self.0.iter().find(|(pattern, _)| pattern.matches(method, path));
        found.map(|(_, function)| function.as_str())
    }
}

impl Pattern {
    fn of(method: &str, path: &str) -> Pattern {
        let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) if name.ends_with('+') => Segment::Greedy,
            Some(_) => Segment::Variable,
            None => Segment::Written(text.to_owned()),
        };
        let path = match path.strip_prefix('/') {
            Some(path) => Path::Segments(path.split('/').map(segment).collect()),
            None => Path::Default,
        };
        Pattern { path, any: method == "ANY", method: method.to_owned() }
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        if !self.any && self.method != method.as_str() {
            return false;
        }
        let Path::Segments(segments) = &self.path else { return true };
        let Some(path) = path.strip_prefix('/') else { return false };
        let mut asked = path.split('/');
        for segment in segments {
            let Some(text) = asked.next() else { return false };
            match segment {
                Segment::Written(written) if text != written => return false,
                Segment::Variable if text.is_empty() => return false,
                // It takes the rest of the path, which must not be empty.
                Segment::Greedy => return !text.is_empty() || asked.next().is_some(),
                Segment::Written(_) | Segment::Variable => {}
            }
        }
        asked.next().is_none()
    }
}

impl Gateway {
    /// The routes of the stack to these functions.
    pub fn new(stack: &Stack, functions: &Functions) -> Gateway {
        Gateway { table: RouteTable::of(stack), functions: functions.clone() }
    }

    /// Answers a request from this address.
    pub async fn answer(&self, from: IpAddr, request: Request<Body>) -> Response {
        let function = self.table.find(request.method(), request.uri().path());
        let Some((router, timeout)) = function.and_then(|function| self.functions.api(function)) else {
            return Problem::not_found("no_such_route").into_response();
        };
        let answered = tokio::time::timeout(LONGEST_WAIT, async {
            match whole(request).await {
                Ok(request) => invoke(router, timeout, forwarded(from, request)).await,
                Err(problem) => problem.into_response(),
            }
        });
        let answered = answered.await.unwrap_or_else(|_| {
            Problem::unavailable(1).detail("This took longer than 30 seconds.").into_response()
        });
        // Without a log this is the only place where the cause of a 500 is shown.
        if let Some(Told { code, inside: Some(inside), .. }) = answered.extensions().get() {
            tracing::warn!(code, inside, "a request failed");
        }
        answered
    }
}

/// The request with all of its body, which API Gateway reads before it calls a function.
async fn whole(request: Request<Body>) -> Result<Request<Bytes>, Problem> {
    let (parts, body) = request.into_parts();
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => Ok(Request::from_parts(parts, body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => {
            let detail = format!("A request holds at most {LARGEST_BODY} bytes.");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").detail(detail))
        }
        Err(error) => Err(Problem::bad_request("broken_body").detail(error.to_string())),
    }
}

fn forwarded(from: IpAddr, mut request: Request<Bytes>) -> Request<Bytes> {
    let headers = request.headers_mut();
    let said = headers.get("x-forwarded-for").and_then(|said| said.to_str().ok());
    let chain = said.map_or_else(|| from.to_string(), |said| format!("{said}, {from}"));
    headers.insert(
        "x-forwarded-for",
        HeaderValue::from_str(&chain).expect("it was legal, and so is an address"),
    );
    headers.insert("x-forwarded-proto", HeaderValue::from_static("http"));
    request
}

/// Calls the function, which runs on when the caller disconnects, as on AWS.
async fn invoke(router: Router, timeout: Duration, request: Request<Bytes>) -> Response {
    let call = tokio::time::timeout(timeout, router.oneshot(request.map(Body::from)));
    let call = AssertUnwindSafe(call).catch_unwind().map(|answered| match answered {
        Ok(Ok(answer)) => answer.unwrap_or_else(|never| match never {}),
        Ok(Err(_)) => Problem::unavailable(1).detail("The function took too long.").into_response(),
        Err(_) => Problem::internal("the function died").into_response(),
    });
    Call(Some(call.boxed())).await
}

/// A call on its caller's task, which goes on as a task of its own when the caller lets go of it: to begin
/// as one would wake another thread for each request.
struct Call(Option<BoxFuture<'static, Response>>);

impl Future for Call {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let call = self.0.as_mut().expect("a call is not polled after its answer");
        let answered = call.as_mut().poll(cx);
        if answered.is_ready() {
            self.0 = None;
        }
        answered
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // Without a runtime the process ends, and the call with it.
        if let (Some(call), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(call);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_goes_on_when_its_caller_lets_go_of_it() {
        let (open, opened) = tokio::sync::oneshot::channel::<()>();
        let (done, finished) = tokio::sync::oneshot::channel();
        let work = async move {
            opened.await.unwrap();
            done.send(()).unwrap();
            Response::default()
        };
        let mut call = Call(Some(work.boxed()));
        assert!(futures::poll!(&mut call).is_pending());
        drop(call);
        open.send(()).unwrap();
        finished.await.unwrap();
    }

    #[tokio::test]
    async fn a_function_that_dies_or_takes_too_long_is_an_answer() {
        async fn die() {
            panic!("a defect");
        }
        let router = Router::new()
            .route("/die", axum::routing::get(die))
            .route("/wait", axum::routing::get(std::future::pending::<()>));
        for (path, status) in [("/die", 500), ("/wait", 503)] {
            let request = Request::get(path).body(Bytes::new()).unwrap();
            let answer = invoke(router.clone(), Duration::from_millis(20), request).await;
            assert_eq!(answer.status(), status, "{path}");
        }
    }
}
