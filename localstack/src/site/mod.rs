//! The host's own pages, for browsers and `curl`.
//!
//! None of this exists on AWS, and nothing of it is in a room. Its paths come before the template's.
//!
//! Invariants: a page loads nothing from elsewhere, and no page of another site may show it or read it;
//! passwords, tokens and mail are given only to this machine itself, under one of its own names and
//! without a proxy.

mod docs;
mod health;
mod index;
mod openapi;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use clock::Clock;
use embedded::Engines;
use embedded::template::Stack;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use ids::MerchantId;
use problem::Problem;
use serde_json::Value;
use serde_json::json as object;

use crate::functions::tenants;
use crate::mail::Mailbox;
use crate::people::{NoToken, Part, People};
use crate::serve::is_addressed;
use crate::sources::Gauge;

pub use openapi::merged;

/// The data of the pages. Clones are cheap.
#[derive(Clone)]
pub struct Site(Arc<Shown>);

/// The data of the pages.
pub struct Shown {
    /// The address of the API.
    pub url: String,
    /// The address of AWS.
    pub aws_url: String,
    /// The environment variables that let `aws` in, if they may be shown.
    pub pass: Option<String>,
    pub stack: Stack,
    pub engines: Engines,
    /// The event sources.
    pub gauges: Vec<Arc<Gauge>>,
    pub people: People,
    pub mail: Mailbox,
    pub clock: Clock,
}

impl Site {
    /// The pages of one market.
    pub fn new(shown: Shown) -> Site {
        Site(Arc::new(shown))
    }

    /// Answers a request without its body, if its path is one of the host's own.
    pub async fn answer(&self, from: IpAddr, request: &Parts) -> Option<Response> {
        let page = match request.uri.path() {
            "/" => self.index(request),
            "/docs" => html(docs::page(&merged(&tenants()))),
            "/openapi.json" => json(&merged(&tenants())),
            "/asyncapi.json" => json(&facts::asyncapi()),
            "/health" => self.health().await,
            "/dev/people" | "/dev/mail" | "/dev/token" if !is_local(from, request) => {
                let detail = "Secrets are given to whoever calls localhost on this machine, without a proxy.";
                Problem::forbidden().detail(detail).into_response()
            }
            "/dev/people" => json(&self.0.people.list()),
            "/dev/mail" => json(&object!({ "letters": self.0.mail.newest_first() })),
            "/dev/token" => self.token(request).await.map_or_else(IntoResponse::into_response, text),
            _ => return None,
        };
        match request.method {
            Method::GET | Method::HEAD => Some(page),
            _ => Some(Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed").into_response()),
        }
    }

    /// A browser gets a page, a terminal gets text.
    fn index(&self, request: &Parts) -> Response {
        let accept = request.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let lines = index::lines(&self.0.url, &self.0.aws_url, self.0.pass.as_deref());
        if accept.contains("text/html") { html(index::page(&lines)) } else { text(index::plain(&lines)) }
    }

    async fn health(&self) -> Response {
        match health::report(&self.0).await {
            Ok(report) => json(&report),
            Err(why) => {
                Problem::unavailable(1).detail("A queue cannot be asked.").inside(why).into_response()
            }
        }
    }

    async fn token(&self, request: &Parts) -> Result<String, Problem> {
        let asked = |detail: String| Problem::bad_request("invalid_query").detail(detail);
        let Query(asked_for) = Query::<BTreeMap<String, String>>::try_from_uri(&request.uri)
            .map_err(|error| asked(error.body_text()))?;
        let part = asked_for.get("as").ok_or_else(|| asked("Say whose token: ?as=manager".into()))?;
        let part: Part = part.parse().map_err(asked)?;
        let merchant = asked_for.get("merchant").map(|id| id.parse::<MerchantId>()).transpose();
        let merchant = merchant.map_err(|bad| asked(format!("merchant: {bad}")))?;
        match self.0.people.token(part, merchant).await {
            Ok(token) => Ok(token + "\n"),
            Err(error @ (NoToken::Nobody | NoToken::OtherShop(_))) => {
                Err(Problem::not_found("nobody_there").detail(format!("{error}.")))
            }
            Err(error) => Err(Problem::internal(error)),
        }
    }
}

/// Whether the request comes from this machine. A proxy or a tunnel that ends here sets a header.
fn is_local(from: IpAddr, request: &Parts) -> bool {
    let carried = ["forwarded", "x-forwarded-for", "x-forwarded-host", "via"];
    from.is_loopback()
        && is_addressed(request)
        && !carried.iter().any(|name| request.headers.contains_key(*name))
}

/// Forbids pages elsewhere to load this as a picture or script.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

fn html(page: String) -> Response {
    let mut response = answer("text/html; charset=utf-8", page);
    let policy =
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

fn json(value: &Value) -> Response {
    answer("application/json", format!("{value:#}\n"))
}

fn text(text: String) -> Response {
    answer("text/plain; charset=utf-8", text)
}

fn answer(kind: &'static str, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (RESOURCE_POLICY, "same-origin"),
    ];
    (headers, body).into_response()
}

/// Text escaped for a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
