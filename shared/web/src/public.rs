//! Reads that are the same for every caller, and the answers of the last second.
//!
//! Invariants: the handler of a public read gets the path, the query and `Accept-Language`, and nothing
//! else of the request, so its answer cannot be about its caller; only a success that sets no cookie is
//! public and is kept; no answer that is kept was begun more than a second ago. The memory is bounded:
//! when it is full, answers are not kept until others are too old.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use clock::Clock;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, ETAG, SET_COOKIE};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use problem::Problem;

use crate::serve::{Address, caught};
use crate::{Caller, version};

/// How old an answer may be that is given again. A thousand readers a second cost one query.
const RECENT: SignedDuration = SignedDuration::from_secs(1);
/// The most answers that are kept, and the largest: together at most 16 MB.
const MOST: usize = 256;
const LARGEST: usize = 64 * 1024;

/// The answers that an instance gave in the last second. Clones share them.
#[derive(Clone, Default)]
pub struct Recent(Option<Arc<Kept>>);

struct Kept {
    clock: Clock,
    answers: Mutex<HashMap<Question, Flight>>,
}

type Question = (PathAndQuery, Option<HeaderValue>);
type Answer = Response<Bytes>;

/// An answer, or the work on it, which all who ask meanwhile wait for.
#[derive(Clone)]
struct Flight {
    began: Timestamp,
    answer: Shared<BoxFuture<'static, Answer>>,
}

impl Recent {
    /// Answers are kept by this clock.
    pub fn by(clock: Clock) -> Recent {
        Recent(Some(Arc::new(Kept { clock, answers: Mutex::default() })))
    }

    /// Nothing is kept, for measurements and tests of something else.
    pub fn nothing() -> Recent {
        Recent(None)
    }
}

impl Kept {
    fn answers(&self) -> MutexGuard<'_, HashMap<Question, Flight>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The flight to join, or a new one for this work; and whether it was there before.
    fn flight(
        &self,
        question: &Question,
        work: impl FnOnce() -> BoxFuture<'static, Answer>,
    ) -> (Flight, bool) {
        let now = self.clock.now();
        // A clock that was put back says nothing about how old an answer is.
        let is_recent =
            |flight: &Flight| (SignedDuration::ZERO..RECENT).contains(&now.duration_since(flight.began));
        let mut answers = self.answers();
        if let Some(flight) = answers.get(question).filter(|flight| is_recent(flight)) {
            return (flight.clone(), true);
        }
        let flight = Flight { began: now, answer: work().shared() };
        if answers.len() >= MOST {
            answers.retain(|_, flight| is_recent(flight));
        }
        if answers.len() < MOST || answers.contains_key(question) {
            answers.insert(own(question), flight.clone());
        }
        (flight, false)
    }

    /// Forgets a flight whose answer is not to be given again.
    fn forget(&self, question: &Question, flight: &Flight) {
        let mut answers = self.answers();
        if answers.get(question).is_some_and(|kept| kept.answer.ptr_eq(&flight.answer)) {
            answers.remove(question);
        }
    }
}

/// A copy: what came with a request is a piece of a larger buffer, which would be kept with it.
fn own((path, language): &Question) -> Question {
    let copied = PathAndQuery::from_maybe_shared(Bytes::copy_from_slice(path.as_str().as_bytes()));
    let language = language.as_ref().and_then(|said| HeaderValue::from_bytes(said.as_bytes()).ok());
    (copied.unwrap_or_else(|_| path.clone()), language)
}

/// Answers a public read, which caches may give to everyone for so many seconds.
pub(crate) async fn answer(lasts: u32, request: Request, next: Next) -> Response {
    let recent = request.extensions().get::<Recent>().cloned().unwrap_or_default();
    let request = without_its_caller(request);
    let question = (
        request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/")),
        request.headers().get(ACCEPT_LANGUAGE).cloned(),
    );
    let work = move || async move { whole(caught(next.run(request)).await, lasts).await }.boxed();
    let Some(kept) = recent.0 else { return work().await.map(Body::from) };
    let (flight, joined) = kept.flight(&question, work);
    observe::note("recent", joined);
    let answer = flight.answer.clone().await;
    if !is_public(&answer) || answer.body().len() > LARGEST {
        kept.forget(&question, &flight);
    }
    answer.map(Body::from)
}

/// The request as the handler of a public read gets it.
fn without_its_caller(request: Request) -> Request {
    let (mut parts, _) = request.into_parts();
    let language = parts.headers.remove(ACCEPT_LANGUAGE);
    parts.headers = HeaderMap::from_iter(language.map(|language| (ACCEPT_LANGUAGE, language)));
    parts.method = Method::GET;
    parts.extensions.insert(Caller::Guest);
    parts.extensions.remove::<Address>();
    Request::from_parts(parts, Body::empty())
}

/// The answer with all of its body, and what caches have to know if it is public.
async fn whole(response: Response, lasts: u32) -> Answer {
    let (parts, body) = response.into_parts();
    let body = match to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        Err(error) => return Box::pin(whole(Problem::internal(error).into_response(), lasts)).await,
    };
    let mut answer = Response::from_parts(parts, body);
    let known = answer.status().is_success() || answer.status().is_redirection();
    if known && !answer.headers().contains_key(SET_COOKIE) {
        let said = format!("public, max-age={lasts}, stale-while-revalidate={lasts}");
        let etag = version::etag_of(0, answer.body());
        let is_ok = answer.status() == StatusCode::OK;
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_str(&said).expect("digits are legal in a header"));
        if is_ok && !headers.contains_key(ETAG) {
            headers.insert(ETAG, HeaderValue::from_str(&etag).expect("so are hex and quotes"));
        }
    }
    answer
}

/// Whether caches may give an answer to everyone.
pub(crate) fn is_public<B>(answer: &Response<B>) -> bool {
    answer.headers().get(CACHE_CONTROL).is_some_and(|said| said.as_bytes().starts_with(b"public"))
}
