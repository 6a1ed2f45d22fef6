//! Versions on the wire: `ETag` out, `If-Match` in.
//!
//! Invariant: two bodies under one `ETag` are the same bytes. The body of a thing may change while its
//! version stays, because a price begins today or because a part belongs to another room; so an `ETag`
//! has the version, for `If-Match`, and the hash of the body, for `If-None-Match`.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use problem::Problem;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::{Describes, Draft};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The bytes of the digest, enough against accidents: a collision gains an attacker nothing.
const DIGEST: usize = 8;

/// The `ETag` of a body at a version.
pub(crate) fn etag_of(version: u64, body: &[u8]) -> String {
    format!("\"{version}-{}\"", hex::encode(&Sha256::digest(body)[..DIGEST]))
}

/// Whether `If-None-Match` names this `ETag`. The comparison is the weak one: a proxy that compresses a body
/// marks its `ETag` as weak.
pub(crate) fn names(known: &HeaderValue, etag: &HeaderValue) -> bool {
    fn strong(tag: &[u8]) -> &[u8] {
        tag.strip_prefix(b"W/").unwrap_or(tag)
    }
    let mut tags = known.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    tags.any(|tag| tag == b"*" || strong(tag) == strong(etag.as_bytes()))
}

/// The `ETag` of a version without a body.
pub fn etag(version: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).expect("digits and quotes are legal in a header")
}

/// A body with the version of its thing.
#[derive(Clone, Debug)]
pub struct Tagged<T> {
    /// The version.
    pub version: u64,
    /// The body.
    pub body: T,
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let body = match serde_json::to_vec(&self.body) {
            Ok(body) => body,
            Err(error) => return Problem::internal(error).into_response(),
        };
        let etag = HeaderValue::from_str(&etag_of(self.version, &body));
        let etag = etag.expect("digits and quotes are legal in a header");
        ([(ETAG, etag), (CONTENT_TYPE, JSON)], body).into_response()
    }
}

impl<T: ToSchema> Describes for Tagged<T> {
    fn describe(draft: &mut Draft) {
        axum::Json::<T>::describe(draft);
    }
}

/// The version in `If-Match`, if there is one.
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
        let version = version.and_then(|said| match said.split_once('-') {
            None => Some(said),
            Some((version, digest)) => {
                hex::decode(digest).ok().filter(|d| d.len() == DIGEST).map(|_| version)
            }
        });
        // Digits alone: Rust's parser would take a plus.
        let version = version.filter(|said| said.bytes().all(|byte| byte.is_ascii_digit()));
        let version = version.and_then(|version| version.parse().ok());
        let detail = "If-Match takes one ETag, as we gave it";
        version.map(|v| Expected(Some(v))).ok_or_else(|| Problem::bad_request("bad_if_match").detail(detail))
    }
}

impl Describes for Expected {
    fn describe(draft: &mut Draft) {
        draft.header("If-Match", false);
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

    #[test]
    fn a_copy_is_named_among_others_and_also_as_weak() {
        let check = |known: &'static str, named: bool| {
            let etag = HeaderValue::from_static("\"7-ab\"");
            assert_eq!(names(&HeaderValue::from_static(known), &etag), named, "{known}");
        };
        check("\"7-ab\"", true);
        check("W/\"7-ab\"", true);
        check("\"6-aa\", W/\"7-ab\"", true);
        check("*", true);
        check("\"7-a\"", false);
        check("7-ab", false);
        check("", false);
    }

    #[tokio::test]
    async fn if_match_takes_an_etag_of_ours() {
        assert_eq!(expected(None).await, Ok(Expected(None)));
        assert_eq!(expected(Some("*")).await, Ok(Expected(None)));
        assert_eq!(expected(etag(7).to_str().ok()).await, Ok(Expected(Some(7))));
        let shown = Tagged { version: 7, body: "a mug" }.into_response();
        assert_eq!(expected(shown.headers()[ETAG].to_str().ok()).await, Ok(Expected(Some(7))));
        for bad in ["7", "\"x\"", "W/\"7\"", "\"1\", \"2\"", "\"-1\"", "\"+1\"", "\"-\"", "\"1-\"", "\"1-x\""]
        {
            assert_eq!(expected(Some(bad)).await, Err("bad_if_match"), "{bad}");
        }
    }

    #[test]
    fn what_looks_otherwise_has_another_etag_at_the_same_version() {
        let shown = |version, body| Tagged { version, body }.into_response().headers()[ETAG].clone();
        assert_eq!(shown(1, "a mug for 9.90"), shown(1, "a mug for 9.90"));
        assert_ne!(shown(1, "a mug for 9.90"), shown(1, "a mug for 8.00"));
        assert_ne!(shown(1, "a mug for 9.90"), shown(2, "a mug for 9.90"));
    }

    #[test]
    fn another_version_than_the_one_seen_is_refused() {
        assert!(Expected(Some(2)).check(2).is_ok());
        assert!(Expected(None).check(2).is_ok());
        assert_eq!(Expected(Some(1)).check(2).unwrap_err().code(), "stale_version");
    }
}
