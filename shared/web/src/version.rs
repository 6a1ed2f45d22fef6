//! Versions on the wire: `ETag` out, `If-Match` in.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{ETAG, IF_MATCH};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use problem::Problem;
use serde::Serialize;

/// A version as an `ETag`.
pub fn etag(version: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).expect("digits and quotes are legal in a header")
}

/// A body with its version.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// The version.
    pub version: u64,
    /// The body.
    pub body: T,
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        ([(ETAG, etag(self.version))], axum::Json(self.body)).into_response()
    }
}

/// The version that the caller has seen, from `If-Match`, when it said one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected(pub Option<u64>);

impl Expected {
    /// Refuses when the caller has seen another version than the one that was loaded.
    pub fn check(self, loaded: u64) -> Result<(), Problem> {
        match self.0 {
            Some(expected) if expected != loaded => {
                let detail = format!("you have seen version {expected}, it is at version {loaded} now");
                Err(Problem::new(StatusCode::PRECONDITION_FAILED, "stale_version").detail(detail))
            }
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Expected {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(said) = parts.headers.get(IF_MATCH) else { return Ok(Expected(None)) };
        let said = said.to_str().unwrap_or("").trim();
        if said == "*" {
            return Ok(Expected(None));
        }
        let version = said.strip_prefix('"').and_then(|said| said.strip_suffix('"'));
        let version = version.and_then(|version| version.parse().ok());
        let detail = "If-Match takes one ETag, as we gave it";
        version.map(|v| Expected(Some(v))).ok_or_else(|| Problem::bad_request("bad_if_match").detail(detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn expected(header: Option<&str>) -> Result<Expected, &'static str> {
        let mut request = http::Request::new(());
        if let Some(header) = header {
            request.headers_mut().insert(IF_MATCH, header.parse().unwrap());
        }
        let (mut parts, ()) = request.into_parts();
        Expected::from_request_parts(&mut parts, &()).await.map_err(|problem| problem.code())
    }

    #[tokio::test]
    async fn if_match_takes_an_etag_of_ours() {
        assert_eq!(expected(None).await, Ok(Expected(None)));
        assert_eq!(expected(Some("*")).await, Ok(Expected(None)));
        assert_eq!(expected(etag(7).to_str().ok()).await, Ok(Expected(Some(7))));
        for bad in ["7", "\"x\"", "W/\"7\"", "\"1\", \"2\"", "\"-1\""] {
            assert_eq!(expected(Some(bad)).await, Err("bad_if_match"), "{bad}");
        }
    }

    #[test]
    fn another_version_than_the_one_seen_is_refused() {
        assert!(Expected(Some(2)).check(2).is_ok());
        assert!(Expected(None).check(2).is_ok());
        assert_eq!(Expected(Some(1)).check(2).unwrap_err().code(), "stale_version");
    }
}
