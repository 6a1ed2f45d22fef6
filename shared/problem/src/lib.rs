//! What goes wrong, told twice: to the client as RFC 9457 `application/problem+json`, to the log in
//! full.
//!
//! Invariant: what is `inside` a problem reaches the log and never the client. It is no part of the
//! [`Body`], which is the only thing that is ever serialised. A problem is known by its `code`, which
//! never changes once it has been published.

mod body;
mod refusal;
mod response;

use std::fmt;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

pub use body::{Body, FieldError};
pub use refusal::Refusal;
pub use response::{Told, stamp};

/// An answer that says why not.
// Boxed, because it is the error half of every handler's result.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    detail: Option<String>,
    errors: Vec<FieldError>,
    trace_id: Option<String>,
    extensions: Vec<(&'static str, Value)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    inside: Option<String>,
}

impl Problem {
    /// A problem with a stable code in snake_case, such as `stock_short`.
    pub fn new(status: StatusCode, code: &'static str) -> Problem {
        Problem(Box::new(Parts {
            status,
            code,
            detail: None,
            errors: Vec::new(),
            trace_id: None,
            extensions: Vec::new(),
            headers: Vec::new(),
            inside: None,
        }))
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(code: &'static str) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, code)
    }

    /// 401: nobody has signed in, and a bearer token is how it is done.
    pub fn unauthorized() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized")
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 403: whoever has signed in may not do this.
    pub fn forbidden() -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "forbidden")
    }

    /// 404: there is no such thing, or none that the caller may know of.
    pub fn not_found(code: &'static str) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, code)
    }

    /// 409: the thing is not in a state that allows it.
    pub fn conflict(code: &'static str) -> Problem {
        Problem::new(StatusCode::CONFLICT, code)
    }

    /// 422: the request is understood, and what it says is wrong.
    pub fn unprocessable(code: &'static str) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// 429: too much at once. Say when to come back with [`Problem::retry_after`].
    pub fn too_many() -> Problem {
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests")
    }

    /// 503: not now, but in so many seconds.
    pub fn unavailable(seconds: u64) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable").retry_after(seconds)
    }

    /// 500: a fault of ours. The client learns that much and no more; the log learns what is inside.
    pub fn internal(inside: impl fmt::Display) -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error").inside(inside)
    }

    /// Says in a sentence what is wrong this time, for the person who reads the answer.
    pub fn detail(mut self, detail: impl Into<String>) -> Problem {
        self.0.detail = Some(detail.into());
        self
    }

    /// Names one field that is wrong, by its JSON pointer: `/lines/0/quantity`.
    pub fn field(
        mut self,
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Problem {
        self.0.errors.push(FieldError { pointer: pointer.into(), code, detail: detail.into() });
        self
    }

    /// Adds a member that only this kind of problem has. It cannot take the place of a standard one.
    pub fn extension(mut self, name: &'static str, value: impl Into<Value>) -> Problem {
        self.0.extensions.push((name, value.into()));
        self
    }

    /// Adds a header to the answer.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.0.headers.push((name, value));
        self
    }

    /// Asks the client to come back in so many seconds.
    pub fn retry_after(self, seconds: u64) -> Problem {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Names the trace under which the log tells more.
    pub fn trace_id(mut self, trace_id: impl Into<String>) -> Problem {
        self.0.trace_id = Some(trace_id.into());
        self
    }

    /// Keeps for the log what the client must not see.
    pub fn inside(mut self, inside: impl fmt::Display) -> Problem {
        self.0.inside = Some(inside.to_string());
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable name of what went wrong.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// In how many seconds the client is asked to come back, if it is.
    pub fn seconds(&self) -> Option<u64> {
        let (_, seconds) = self.0.headers.iter().find(|(name, _)| *name == header::RETRY_AFTER)?;
        seconds.to_str().ok()?.parse().ok()
    }

    /// What the log learns and the client does not.
    pub fn hidden(&self) -> Option<&str> {
        self.0.inside.as_deref()
    }

    /// What the client is told.
    pub fn body(&self) -> Body {
        Body::of(&self.0)
    }
}
