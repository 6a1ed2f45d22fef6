//! How a problem becomes an answer, and what it carries for the access log.
//!
//! Invariant: the bytes of the answer are a serialised [`Body`](crate::Body) and nothing else; `inside`
//! is in the extensions of the response, which never leave the process.

use std::sync::Arc;

use axum::body::Body as Bytes;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::{Parts, Problem};

/// The problem of a response, for the access log.
#[derive(Clone, Debug)]
pub struct Told {
    /// The stable code.
    pub code: &'static str,
    /// The part that the client did not get.
    pub inside: Option<String>,
    parts: Arc<Parts>,
}

/// Writes the trace into a response that is a problem and does not name one yet.
///
/// A handler does not know its trace. The layer around it does, and by then the problem is a response
/// already.
pub fn stamp(response: &mut Response, trace_id: &str) {
    let Some(told) = response.extensions_mut().get_mut::<Told>() else { return };
    if told.parts.trace_id.is_some() {
        return;
    }
    Arc::make_mut(&mut told.parts).trace_id = Some(trace_id.to_owned());
    let bytes = render(&told.parts);
    // The body has changed, and so has its length.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Bytes::from(bytes);
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let parts = Arc::new(*self.0);
        let mut response = Response::new(Bytes::from(render(&parts)));
        *response.status_mut() = parts.status;

        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        // A problem is true of one moment and one caller.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &parts.headers {
            headers.insert(name, value.clone());
        }
        response.extensions_mut().insert(Told { code: parts.code, inside: parts.inside.clone(), parts });
        response
    }
}

fn render(parts: &Parts) -> Vec<u8> {
    serde_json::to_vec(&crate::Body::of(parts)).expect("a body is plain data with text for keys")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use serde_json::Value;

    async fn text(response: Response) -> String {
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn an_internal_problem_leaks_nothing() {
        let response = Problem::internal("password=hunter2 at 10.0.0.7").into_response();
        assert_eq!(response.status(), 500);
        for (name, value) in response.headers() {
            assert!(!value.to_str().unwrap().contains("hunter2"), "{name}");
        }
        let body = text(response).await;
        assert!(!body.contains("hunter2") && !body.contains("10.0.0.7"), "{body}");
    }

    #[test]
    fn the_log_is_told_what_the_client_is_not() {
        let response = Problem::internal("the table is gone").into_response();
        let told = response.extensions().get::<Told>().unwrap();
        assert_eq!((told.code, told.inside.as_deref()), ("internal_error", Some("the table is gone")));
    }

    #[tokio::test]
    async fn the_answer_is_problem_json_that_no_cache_keeps() {
        let response = Problem::conflict("stock_short").detail("2 left.").into_response();
        assert_eq!(response.status(), 409);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body: Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!((&body["code"], &body["detail"]), (&"stock_short".into(), &"2 left.".into()));
    }

    #[test]
    fn headers_tell_the_client_what_to_do_next() {
        assert_eq!(Problem::unauthorized().into_response().headers()["www-authenticate"], "Bearer");
        assert_eq!(Problem::unavailable(3).into_response().headers()["retry-after"], "3");
        assert_eq!(Problem::too_many().retry_after(60).into_response().headers()["retry-after"], "60");
    }

    #[tokio::test]
    async fn the_layer_around_writes_the_trace_into_the_answer() {
        let mut response = Problem::internal("secret").into_response();
        stamp(&mut response, "4bf92f3577b34da6");
        assert_eq!(response.extensions().get::<Told>().unwrap().inside.as_deref(), Some("secret"));
        let body = text(response).await;
        assert!(body.contains(r#""trace_id":"4bf92f3577b34da6""#) && !body.contains("secret"), "{body}");
    }

    #[tokio::test]
    async fn a_trace_that_is_named_already_stays() {
        let mut response = Problem::forbidden().trace_id("first").into_response();
        stamp(&mut response, "second");
        assert!(text(response).await.contains("first"));
    }

    #[tokio::test]
    async fn an_answer_that_is_no_problem_is_left_alone() {
        let mut response = "fine".into_response();
        stamp(&mut response, "4bf92f3577b34da6");
        assert_eq!(text(response).await, "fine");
    }
}
