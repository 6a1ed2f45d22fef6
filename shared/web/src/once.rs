//! `Idempotency-Key`: the same key gives the same answer, and the work is done once.
//!
//! A handler takes [`Once`] in the place of its body and runs its work inside of [`Once::answer`]. The
//! work gets a receipt, whose write goes into the commit that does the work, so that there is no moment
//! at which one is saved without the other.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{FromRef, FromRequest, FromRequestParts, MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use dynamo::{Answer, Claim, Claimed, Table};
use failure::Failure;
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body_util::BodyExt;
use jiff::Timestamp;
use problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::body::{parse, read};
use crate::version::{Tagged, etag_of};
use crate::{Caller, Describes, Door, Draft};

const KEY: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
pub(crate) const LONGEST_KEY: usize = 128;
const REMEMBERED_HEADERS: [HeaderName; 3] = [CONTENT_TYPE, ETAG, LOCATION];

/// A command whose work is done once per `Idempotency-Key`.
pub struct Once<T> {
    /// What the caller wants.
    pub body: T,
    scope: String,
    key: String,
    fingerprint: String,
    door: Door,
}

impl<S, T> FromRequest<S> for Once<T>
where
    S: Send + Sync,
    Door: FromRef<S>,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let key = key(&parts.headers)?;
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let operation = parts.extensions.get::<MatchedPath>().map_or("", |path| path.as_str());
        let scope = format!("{}#{} {operation}", caller.subject(), parts.method);
        let path = parts.uri.path().to_owned();
        let body = read(Request::from_parts(parts, body)).await?;
        // The path names what is acted upon: the same words about another thing are another request.
        let mut digest = Sha256::new();
        digest.update(path.as_bytes());
        digest.update([0]);
        digest.update(&body);
        let fingerprint = hex::encode(digest.finalize());
        Ok(Once { body: parse(&body)?, scope, key, fingerprint, door: Door::from_ref(state) })
    }
}

impl<T: DeserializeOwned + ToSchema> Describes for Once<T> {
    fn describe(draft: &mut Draft) {
        draft.header("Idempotency-Key", true);
        draft.body::<T>();
    }
}

fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let Some(key) = headers.get(KEY) else {
        let detail = "send an Idempotency-Key, so that a repeated request does not act twice";
        return Err(Problem::bad_request("idempotency_key_missing").detail(detail));
    };
    let key = key.to_str().unwrap_or("").trim().trim_matches('"');
    let sound = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if !sound {
        let detail = format!("a key is 1 to {LONGEST_KEY} visible ASCII characters");
        return Err(Problem::bad_request("idempotency_key_invalid").detail(detail));
    }
    Ok(key.to_owned())
}

impl<T> Once<T> {
    /// Remembered under this name instead of the caller's. All guests have one name, and the answer
    /// to one of them is not for the others: what a guest may do hangs on what it has in its hand.
    pub fn under(self, name: &str) -> Once<T> {
        let operation = self.scope.split_once('#').map_or("", |(_, operation)| operation);
        Once { scope: format!("{name}#{operation}"), ..self }
    }

    /// Does the work and answers with what `view` shows of its outcome, unless it was done before or is
    /// being done.
    ///
    /// The work has to put the write of its receipt into its commit. A refusal is remembered as the
    /// answer; a fault of ours is not, so that the request can be tried again at once.
    pub async fn answer<O, V, F, Fut, E, const STATUS: u16>(
        self,
        view: impl Fn(&O) -> V + Clone + Send + Sync + 'static,
        work: F,
    ) -> Answered<V::Body, STATUS>
    where
        O: 'static,
        V: Shown,
        F: FnOnce(T, dynamo::Receipt<O>) -> Fut,
        Fut: Future<Output = Result<O, E>>,
        Problem: From<E>,
    {
        let answer = move |outcome: &O| view(outcome).answer(STATUS);
        let attempt = self.attempt(|body, claim| async move {
            let written = Arc::new(AtomicBool::new(false));
            let receipt = dynamo::Receipt::new(claim, written.clone(), answer.clone());
            let outcome = work(body, receipt).await?;
            if !written.load(Ordering::Relaxed) {
                return Err(Problem::internal("the work was done without its receipt"));
            }
            answer(&outcome).map_err(|error| Failure::from(error).into())
        });
        attempt.await.unwrap_or_else(Problem::into_response).into()
    }

    async fn attempt<F, Fut>(self, work: F) -> Result<Response, Problem>
    where
        F: FnOnce(T, Claim) -> Fut,
        Fut: Future<Output = Result<Answer, Problem>>,
    {
        let Once { body, scope, key, fingerprint, door } = self;
        let now = door.clock.now();
        let claimed = door.table.claim(&scope, &key, &fingerprint, now, now + door.deadline).await;
        let claim = match claimed.map_err(Failure::from)? {
            Claimed::Ours(claim) => claim,
            Claimed::Before(answer) => return replay(answer),
            Claimed::Running { until } => return Err(running(now, until)),
            Claimed::OtherBody => {
                let detail = "this key was used for another request; take a new one";
                return Err(Problem::unprocessable("idempotency_key_reused").detail(detail));
            }
        };
        // On the heap, because it is larger than all that lies around it.
        match Box::pin(work(body, claim.clone())).await {
            Ok(answer) => revive(answer),
            Err(problem) => refuse(&door.table, &claim, problem).await,
        }
    }
}

/// What can be answered to a command, and remembered.
pub trait Shown {
    /// The body.
    type Body;

    /// The answer, byte for byte.
    fn answer(&self, status: u16) -> Result<Answer, dynamo::Error>;
}

impl<T: Serialize> Shown for axum::Json<T> {
    type Body = T;

    fn answer(&self, status: u16) -> Result<Answer, dynamo::Error> {
        rendered(status, None, &self.0)
    }
}

impl<T: Serialize> Shown for Tagged<T> {
    type Body = T;

    fn answer(&self, status: u16) -> Result<Answer, dynamo::Error> {
        rendered(status, Some(self.version), &self.body)
    }
}

impl<T: Shown> Shown for Result<T, Problem> {
    type Body = T::Body;

    /// What has been done can be shown: anything else is a defect.
    fn answer(&self, status: u16) -> Result<Answer, dynamo::Error> {
        let shown = self.as_ref().map_err(|problem| dynamo::Error::Defect(problem.code().into()))?;
        shown.answer(status)
    }
}

/// An answer that is remembered under its key, or a refusal. Its status and its body stand in its type.
pub struct Answered<T, const STATUS: u16> {
    response: Response,
    body: PhantomData<fn() -> T>,
}

impl<T: Serialize, const STATUS: u16> Answered<T, STATUS> {
    /// The same answer where nothing is remembered, with the version of what was made or changed.
    pub fn plain(version: Option<u64>, view: &T) -> Result<Self, Problem> {
        rendered(STATUS, version, view).map_err(Problem::internal).and_then(revive).map(Self::from)
    }
}

impl<T, const STATUS: u16> From<Response> for Answered<T, STATUS> {
    fn from(response: Response) -> Self {
        Answered { response, body: PhantomData }
    }
}

impl<T, const STATUS: u16> IntoResponse for Answered<T, STATUS> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<T: ToSchema, const STATUS: u16> Describes for Answered<T, STATUS> {
    fn describe(draft: &mut Draft) {
        draft.status(STATUS);
        axum::Json::<T>::describe(draft);
        Problem::describe(draft);
    }
}

fn rendered<T: Serialize>(status: u16, version: Option<u64>, view: &T) -> Result<Answer, dynamo::Error> {
    let body = serde_json::to_string(view).map_err(|e| dynamo::Error::Malformed(e.to_string()))?;
    let kind = (CONTENT_TYPE.to_string(), "application/json".to_owned());
    let etag = version.map(|version| (ETAG.to_string(), etag_of(version, body.as_bytes())));
    Ok(Answer { status, headers: [kind].into_iter().chain(etag).collect(), body })
}

/// A refusal is an answer like any other, and the same key gets it again. What may pass by
/// itself is not kept: too many requests, and everything that is our own fault.
async fn refuse(table: &Table, claim: &Claim, problem: Problem) -> Result<Response, Problem> {
    let lasting = problem.status().is_client_error() && problem.status() != StatusCode::TOO_MANY_REQUESTS;
    if !lasting {
        if let Err(error) = table.let_go(claim).await {
            // The key stays claimed until its deadline: the caller waits, and nothing is lost.
            tracing::warn!(%error, "an idempotency key could not be let go");
        }
        return Err(problem);
    }
    // The trace is part of the answer: what is remembered must be what is given, byte for byte.
    let problem = match observe::current_trace() {
        Some(trace) => problem.trace_id(trace.id()),
        None => problem,
    };
    let (answer, response) = keep(problem.into_response()).await?;
    // A refusal that was not kept could be another answer next time, so it is not given either.
    if let Err(error) = table.remember(claim, &answer).await {
        return Err(Problem::unavailable(1).inside(error));
    }
    Ok(response)
}

/// Takes a response apart into what is remembered, and puts it together again.
async fn keep(response: Response) -> Result<(Answer, Response), Problem> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Problem::internal)?.to_bytes();
    let headers = REMEMBERED_HEADERS.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    });
    let answer = Answer {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    Ok((answer, Response::from_parts(parts, body.into())))
}

fn revive(answer: Answer) -> Result<Response, Problem> {
    let mut response = Response::new(answer.body.into());
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(Problem::internal)?;
    for (name, value) in answer.headers {
        let name: HeaderName = name.parse().map_err(Problem::internal)?;
        let value: HeaderValue = value.parse().map_err(Problem::internal)?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

fn replay(answer: Answer) -> Result<Response, Problem> {
    let mut response = revive(answer)?;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

fn running(now: Timestamp, until: Timestamp) -> Problem {
    let seconds = until.duration_since(now).as_secs().max(0) + 1;
    let detail = "the first request with this key is still being worked on";
    let seconds = u64::try_from(seconds).unwrap_or(1);
    Problem::conflict("idempotency_key_in_use").detail(detail).retry_after(seconds)
}
