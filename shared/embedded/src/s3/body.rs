//! Breaks off a body that differs from its headers, before the store replaces the object.
//!
//! `s3s-fs` compares checksums after it has replaced the object. A body that ends in an error is never
//! stored, so the comparison happens in the stream.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::{TryStreamExt, stream};
use http::{HeaderMap, Request, Response, header};
use http_body_util::StreamBody;
use hyper::body::Frame;
use s3s::{Body, StdError};
use sha2::{Digest, Sha256};

use super::refuse;

/// The error that was found in a body.
#[derive(Clone, Default)]
pub(super) struct Broken(Arc<Mutex<Option<(&'static str, &'static str)>>>);

/// The expected length and digest of a body, and the ones so far.
struct Promise {
    length: Option<u64>,
    sha256: Option<String>,
    seen: u64,
    hasher: Sha256,
    broken: Broken,
}

impl Broken {
    /// The answer to a request whose body was wrong.
    pub(super) fn said(&self) -> Option<Response<Body>> {
        let broken = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        broken.map(|(code, message)| refuse(400, code, message))
    }

    fn say(&self, code: &'static str, message: &'static str) -> StdError {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((code, message));
        message.into()
    }
}

/// The request with its body checked, unless it is chunked in AWS's own way, which `s3s` reads.
pub(super) fn checked(request: Request<Body>) -> (Request<Body>, Broken) {
    let broken = Broken::default();
    let headers = request.headers();
    let chunked = text(headers, "x-amz-content-sha256").is_some_and(|how| how.starts_with("STREAMING-"));
    let promise = Promise {
        length: text(headers, header::CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok()),
        sha256: text(headers, "x-amz-checksum-sha256"),
        seen: 0,
        hasher: Sha256::new(),
        broken: broken.clone(),
    };
    if chunked || (promise.length.is_none() && promise.sha256.is_none()) {
        return (request, broken);
    }
    (request.map(|body| promise.watch(body)), broken)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

impl Promise {
    fn watch(self, body: Body) -> Body {
        let watched = stream::try_unfold((body, self), |(mut body, mut promise)| async {
            match body.try_next().await? {
                Some(data) => {
                    promise.take(&data)?;
                    Ok(Some((Frame::data(data), (body, promise))))
                }
                None => promise.kept().map(|()| None),
            }
        });
        Body::http_body_unsync(StreamBody::new(watched))
    }

    fn take(&mut self, data: &Bytes) -> Result<(), StdError> {
        self.seen += data.len() as u64;
        if self.sha256.is_some() {
            self.hasher.update(data);
        }
        match self.length {
            Some(length) if self.seen > length => {
                Err(self.broken.say("IncompleteBody", "The body is longer than its Content-Length."))
            }
            _ => Ok(()),
        }
    }

    fn kept(self) -> Result<(), StdError> {
        if self.length.is_some_and(|length| self.seen < length) {
            return Err(self.broken.say("IncompleteBody", "The body is shorter than its Content-Length."));
        }
        let sum = STANDARD.encode(self.hasher.finalize());
        match self.sha256 {
            Some(promised) if promised != sum => Err(self
                .broken
                .say("BadDigest", "The SHA-256 you specified did not match the calculated checksum.")),
            _ => Ok(()),
        }
    }
}
