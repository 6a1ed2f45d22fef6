//! Errors in two versions: for the client as RFC 9457 `application/problem+json`, for the log in full.
//!
//! Invariant: `inside` reaches the log and never the client. It is no part of the [`Body`], the only
//! thing that is serialised. The `code` of a problem never changes once it has been published.

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

    /// 401: the caller has not signed in; the answer asks for a bearer token.
    pub fn unauthorized() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized")
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 403: the caller may not do this.
    pub fn forbidden() -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "forbidden")
    }

    /// 404: it does not exist, or the caller may not know of it.
    pub fn not_found(code: &'static str) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, code)
    }

    /// 409: its state does not allow it.
    pub fn conflict(code: &'static str) -> Problem {
        Problem::new(StatusCode::CONFLICT, code)
    }

    /// 422: the request is understood, and its content is wrong.
    pub fn unprocessable(code: &'static str) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// 429: too many requests. [`Problem::retry_after`] says when to retry.
    pub fn too_many() -> Problem {
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests")
    }

    /// 503: unavailable for so many seconds.
    pub fn unavailable(seconds: u64) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable").retry_after(seconds)
    }

    /// 500: a defect. The client learns no more than that; the log gets `inside`.
    pub fn internal(inside: impl fmt::Display) -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error").inside(inside)
    }

    /// Explains this case to people.
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

    /// Asks the client to retry after so many seconds.
    pub fn retry_after(self, seconds: u64) -> Problem {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Names the trace under which the log has more.
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

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// After how many seconds the client may retry, if that is known.
    pub fn seconds(&self) -> Option<u64> {
        let (_, seconds) = self.0.headers.iter().find(|(name, _)| *name == header::RETRY_AFTER)?;
        seconds.to_str().ok()?.parse().ok()
    }

    /// The part for the log.
    pub fn hidden(&self) -> Option<&str> {
        self.0.inside.as_deref()
    }

    /// The part for the client.
    pub fn body(&self) -> Body {
        Body::of(&self.0)
    }
}
