//! All three engines on one port, for `aws --endpoint-url http://localhost:8081 dynamodb scan …`, for
//! `curl`, and for browsers that use presigned URLs.
//!
//! DynamoDB and SQS name their operation in a header; any other request is for S3.
//!
//! Invariant: only requests signed with a known key are answered, and the preflights of browsers.

use std::convert::Infallible;
use std::sync::Arc;

use clock::Clock;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use s3s::Body;
use serde_json::json;

use crate::guard::Guard;
use crate::handler::{Handler, reply};
use crate::s3::S3Engine;
use crate::signature::{Unproven, verify};

/// The largest request of DynamoDB, larger than SQS's.
const LARGEST: usize = 16 * 1024 * 1024;

/// A service that hyper can serve. Clones serve the same engines.
#[derive(Debug, Clone)]
pub struct AwsEndpoint {
    pub(crate) dynamo: Arc<dyn Handler>,
    pub(crate) sqs: Arc<dyn Handler>,
    pub(crate) s3: S3Engine,
    pub(crate) guard: Guard,
    pub(crate) clock: Clock,
}

impl AwsEndpoint {
    /// Answers one request.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let target =
            request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        let (handler, service) = match target.split(['_', '.']).next() {
            Some("DynamoDB" | "DynamoDBStreams") => (&self.dynamo, "dynamodb"),
            Some("AmazonSQS") => (&self.sqs, "sqs"),
            _ => return self.s3.answer(request).await,
        };
        let (parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LARGEST).collect().await else {
            return plain(413, "The request is too large, or broke off.");
        };
        let request = Request::from_parts(parts, body.to_bytes());
        if let Err(Unproven { code, message }) = verify(&self.guard, &self.clock, service, &request) {
            let told = json!({ "__type": format!("com.amazon.coral.service#{code}"), "message": message });
            return reply(403, "application/x-amz-json-1.0", told.to_string()).map(Body::from);
        }
        match handler.handle(request).await {
            Ok(response) => response.map(Body::from),
            Err(problem) => plain(502, &problem.to_string()),
        }
    }
}

impl hyper::service::Service<Request<Incoming>> for AwsEndpoint {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let endpoint = self.clone();
        async move { Ok(endpoint.answer(request.map(Body::from)).await) }.boxed()
    }
}

fn plain(status: u16, text: &str) -> Response<Body> {
    reply(status, "text/plain", text.to_owned()).map(Body::from)
}
