//! S3 in this process: `s3s` on a folder, one directory per bucket.
//!
//! It adds what S3 does and `s3s-fs` does not: a body that differs from its announced length or SHA-256
//! leaves the old object, browsers get CORS answers, and queues get a notice of every new object.
//!
//! Invariants:
//! - Every request is signed, in its headers or its URL; an unsigned one is refused, and so is what the
//!   policies of the signing function do not allow. The key whose policies apply is the key that the
//!   signature is verified with.
//! - Signatures are checked by the machine's clock, so the clients made here sign by it too.
//! - A notice is sent after the object is stored and before the request is answered; a process that
//!   dies in between leaves a note, and the next process sends the notice.

mod body;
mod cors;
mod notices;
mod promises;
mod rights;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use clock::Clock;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use percent_encoding::percent_decode_str;
use s3s::Body;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;

use crate::guard::Guard;
use crate::handler::{Handler, Reply, reply};
use crate::signature::Scope;
use crate::sqs::SqsEngine;
use crate::template::Bucket;

/// The engine. Clones share it.
#[derive(Clone)]
pub struct S3Engine {
    inner: Arc<Inner>,
}

struct Inner {
    service: S3Service,
    root: PathBuf,
    buckets: RwLock<BTreeMap<String, Bucket>>,
    queues: SqsEngine,
    guard: Guard,
    clock: Clock,
    /// Deleted with the engine that made it.
    _temporary: Option<TempDir>,
}

/// Why the engine failed.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// The folder.
    #[error("s3: {0}")]
    Folder(#[from] std::io::Error),
    /// The store on the folder.
    #[error("s3: {0}")]
    Store(String),
    /// A notification that this engine does not support.
    #[error("s3: {bucket} cannot tell anybody of {event}: only s3:ObjectCreated events are known here")]
    HearError {
        /// The bucket.
        bucket: String,
        /// The event.
        event: String,
    },
}

/// The bucket and key of a request.
struct Target {
    bucket: String,
    key: String,
    query: String,
}

impl S3Engine {
    /// An engine in a temporary folder, which is deleted with it.
    pub fn memory(guard: Guard, queues: SqsEngine, clock: Clock) -> Result<S3Engine, S3Error> {
        let folder = TempDir::new()?;
        S3Engine::over(folder.path().to_owned(), Some(folder), guard, queues, clock)
    }

    /// An engine on this folder, which is made when it is missing.
    pub fn on_disk(
        folder: &Path,
        guard: Guard,
        queues: SqsEngine,
        clock: Clock,
    ) -> Result<S3Engine, S3Error> {
        std::fs::create_dir_all(folder)?;
        S3Engine::over(folder.to_owned(), None, guard, queues, clock)
    }

    fn over(
        root: PathBuf,
        temporary: Option<TempDir>,
        guard: Guard,
        queues: SqsEngine,
        clock: Clock,
    ) -> Result<S3Engine, S3Error> {
        let store = FileSystem::new(&root).map_err(|problem| S3Error::Store(format!("{problem:?}")))?;
        let mut service = S3ServiceBuilder::new(store);
        service.set_auth(rights::Keys(guard.clone()));
        service.set_access(rights::AsJudged);
        let (service, buckets) = (service.build(), RwLock::default());
        Ok(S3Engine {
            inner: Arc::new(Inner { service, root, buckets, queues, guard, clock, _temporary: temporary }),
        })
    }

    /// Creates the missing buckets and sets the notifications of all. Objects stay.
    pub fn create_buckets(&self, buckets: &[Bucket]) -> Result<(), S3Error> {
        for bucket in buckets {
            if let Some(notice) =
                bucket.notices.iter().find(|notice| !notice.event.starts_with("s3:ObjectCreated:"))
            {
                return Err(S3Error::HearError { bucket: bucket.name.clone(), event: notice.event.clone() });
            }
            std::fs::create_dir_all(self.inner.root.join(&bucket.name))?;
            let mut known = self.inner.buckets.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(bucket.name.clone(), bucket.clone());
        }
        Ok(())
    }

    /// Answers one request; both bodies are streams.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let Some(target) = Target::of(&request) else {
            return refuse(400, "InvalidURI", "The key has a part that means another place.");
        };
        let bucket = self.bucket(&target.bucket);
        let origin = request.headers().get(http::header::ORIGIN).cloned();
        if request.method() == Method::OPTIONS {
            return cors::preflight(bucket.as_ref(), request.headers());
        }
        let method = request.method().clone();
        let mut response = self.permit(request, &target).await;
        if let (Some(bucket), Some(origin)) = (&bucket, origin) {
            cors::allow(bucket, &origin, &method, response.headers_mut());
        }
        if method == Method::HEAD {
            // A socket would cut this off, so a client in this process must not see it either.
            *response.body_mut() = Body::empty();
        }
        response
    }

    /// Passes requests that the signer may make. A presigned URL has the rights that its signer has
    /// when it is used.
    async fn permit(&self, mut request: Request<Body>, target: &Target) -> Response<Body> {
        let scope = Scope::of(request.headers(), request.uri().query());
        let Some(key) = scope.filter(|scope| scope.service == "s3").map(|scope| scope.key) else {
            let how = "Sign the request, once, with Signature Version 4 in its headers or its URL.";
            return refuse(403, "AccessDenied", how);
        };
        let signer = self.inner.guard.signed_by(&key);
        request.extensions_mut().insert(rights::Judged(key));
        let Some(signer) = signer else {
            return self.pass(request, target).await;
        };
        if let Err(act) = rights::check(&signer, &request, target) {
            return rights::refused(&act);
        }
        let method = request.method().clone();
        rights::keep_quiet(&signer, &method, target, self.pass(request, target).await)
    }

    /// Passes the request to the store, and sends notices of new objects.
    async fn pass(&self, request: Request<Body>, target: &Target) -> Response<Body> {
        let Some(made) = notices::made_by(&request, target).filter(|made| self.is_heard(target, *made))
        else {
            return self.store(request).await;
        };
        // A process that dies after the object is stored and before the notice leaves this note.
        let promise = match self.promise(target, made) {
            Ok(promise) => promise,
            Err(problem) => {
                tracing::error!(bucket = target.bucket, key = target.key, %problem, "a notice cannot be promised");
                return refuse(500, "InternalError", "The queue's store failed.");
            }
        };
        let response = match self.make(request, target, made).await {
            Ok(response) => response,
            Err(problem) => {
                tracing::error!(
                    bucket = target.bucket,
                    key = target.key,
                    problem,
                    "an object was made and nobody was told"
                );
                return refuse(
                    500,
                    "InternalError",
                    "The object stands and its notice was lost. Put it again.",
                );
            }
        };
        if let Err(problem) = self.inner.queues.keep_promise(promise) {
            tracing::warn!(bucket = target.bucket, key = target.key, %problem, "a notice will be told a second time");
        }
        response
    }

    /// Stores an object and sends its notices. An error is a lost notice.
    async fn make(
        &self,
        request: Request<Body>,
        target: &Target,
        made: notices::Made,
    ) -> Result<Response<Body>, String> {
        let response = self.store(request).await;
        if !response.status().is_success() {
            return Ok(response);
        }
        // The body says whether the object is stored: a multipart upload may fail under a 200.
        let (parts, answer) = response.into_parts();
        let answer = answer.collect().await.map_err(|problem| problem.to_string())?.to_bytes();
        let response = Response::from_parts(parts, answer);
        if let Some(e_tag) = made.e_tag(&response) {
            self.tell(target, made, &e_tag)?;
        }
        Ok(response.map(Body::from))
    }

    async fn store(&self, request: Request<Body>) -> Response<Body> {
        let (request, broken) = body::checked(request);
        match self.inner.service.call(request).await {
            Ok(response) => broken.said().unwrap_or(response),
            Err(_) => refuse(500, "InternalError", "The store failed."),
        }
    }

    fn bucket(&self, name: &str) -> Option<Bucket> {
        self.inner.buckets.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

impl Target {
    /// The bucket and key of a path-style URL; `None` when the key leads out of its bucket.
    fn of<B>(request: &Request<B>) -> Option<Target> {
        let path = percent_decode_str(request.uri().path()).decode_utf8().ok()?;
        let (bucket, key) =
            path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
        if key.split('/').any(|part| part == ".." || part == ".") || bucket == ".." {
            return None;
        }
        let query = request.uri().query().unwrap_or_default().to_owned();
        Some(Target { bucket: bucket.to_owned(), key: key.to_owned(), query })
    }

    fn asks(&self, name: &str) -> bool {
        self.query.split('&').any(|part| part.split('=').next() == Some(name))
    }
}

/// An error as S3 writes it.
fn refuse(status: u16, code: &str, message: &str) -> Response<Body> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    reply(status, "application/xml", text).map(Body::from)
}

impl Handler for S3Engine {
    fn handle(&self, request: Request<Bytes>) -> Reply {
        let engine = self.clone();
        async move {
            let (parts, body) = engine.answer(request.map(Body::from)).await.into_parts();
            let body = body.collect().await.map_err(ConnectorError::io)?.to_bytes();
            Ok(Response::from_parts(parts, body))
        }
        .boxed()
    }
}

impl hyper::service::Service<Request<hyper::body::Incoming>> for S3Engine {
    type Response = Response<Body>;
    type Error = std::convert::Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn call(&self, request: Request<hyper::body::Incoming>) -> Self::Future {
        let engine = self.clone();
        async move { Ok(engine.answer(request.map(Body::from)).await) }.boxed()
    }
}

impl fmt::Debug for S3Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3Engine({})", self.inner.root.display())
    }
}
