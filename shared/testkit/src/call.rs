//! One request of a test, and its answer.

use auth::{MerchantRole, Role};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use dynamo::Spend;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::BodyExt;
use ids::MerchantId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;

use crate::People;

/// A request under construction.
#[must_use = "a call does nothing before it is sent"]
pub struct Call<'a> {
    router: Router,
    people: &'a People,
    request: Request<Bytes>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(router: Router, people: &'a People, method: Method, path: &str) -> Call<'a> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap_or_else(|e| panic!("{path} is no path: {e}"));
        Call { router, people, request }
    }

    /// By a clerk of this merchant.
    pub fn as_clerk(self, merchant: MerchantId) -> Self {
        let token = self.people.token(&[Role::Customer], &[(merchant, MerchantRole::Clerk)]);
        self.bearer(&token)
    }

    /// By a manager of this merchant.
    pub fn as_manager(self, merchant: MerchantId) -> Self {
        let token = self.people.token(&[Role::Customer], &[(merchant, MerchantRole::Manager)]);
        self.bearer(&token)
    }

    /// By an owner of this merchant.
    pub fn as_owner(self, merchant: MerchantId) -> Self {
        let token = self.people.token(&[Role::Customer], &[(merchant, MerchantRole::Owner)]);
        self.bearer(&token)
    }

    /// By a customer.
    pub fn as_customer(self) -> Self {
        let token = self.people.token(&[Role::Customer], &[]);
        self.bearer(&token)
    }

    /// By an admin of the market.
    pub fn as_admin(self) -> Self {
        let token = self.people.token(&[Role::Admin], &[]);
        self.bearer(&token)
    }

    /// With this access token.
    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// With this `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.header(HeaderName::from_static("idempotency-key"), key)
    }

    /// With this version in `If-Match`.
    pub fn if_match(self, version: u64) -> Self {
        self.header(IF_MATCH, &format!("\"{version}\""))
    }

    /// With this header.
    pub fn header(self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::from_str(value).unwrap_or_else(|e| panic!("{name}: {e}"));
        self.value(name, value)
    }

    /// With this header, whose value may be any bytes.
    pub fn value(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request.headers_mut().insert(name, value);
        self
    }

    /// With this JSON body.
    pub fn json<T: Serialize>(self, body: &T) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_else(|e| panic!("the body of a test: {e}"));
        self.body("application/json", body)
    }

    /// With these bytes.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        *self.request.body_mut() = body.into();
        self.header(CONTENT_TYPE, content_type)
    }

    /// Sends it.
    pub async fn send(self) -> Reply {
        let (response, spend) = Spend::of(self.router.oneshot(self.request.map(Body::from))).await;
        let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let body = body.collect().await.unwrap_or_else(|e| panic!("the answer broke off: {e}")).to_bytes();
        Reply { status: parts.status, headers: parts.headers, body, spend }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// What it cost at DynamoDB.
    pub spend: Spend,
}

impl Reply {
    /// The body as JSON, `null` when there is none.
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The body as a type.
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of the problem, empty when the answer is none.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The version in the `ETag`.
    pub fn version(&self) -> u64 {
        let etag = self.headers.get(ETAG).and_then(|etag| etag.to_str().ok()).unwrap_or_default();
        let version = etag.trim_matches('"').split('-').next().unwrap_or_default();
        version.parse().unwrap_or_else(|_| panic!("no version in {etag:?}: {}", self.text()))
    }

    /// Asserts the status, and shows the body when it is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Reply {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// Asserts a problem of this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Reply {
        assert_eq!((self.status.as_u16(), self.code().as_str()), (status, code), "{}", self.text());
        self
    }
}
