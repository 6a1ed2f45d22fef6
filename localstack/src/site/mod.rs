//! The host's own pages: what a person finds who opens it in a browser, or asks it with `curl`.
//!
//! None of this exists on AWS, and nothing of it is in a room. Its paths come before the template's.
//!
//! Invariants: a page leans on nothing outside itself, and no page of another site may show it or read
//! it; passwords, tokens and mail are given only to whoever calls from this machine itself, by one of
//! its own names and with nothing in between.

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

/// Everything that the pages show. Clones are cheap.
#[derive(Clone)]
pub struct Site(Arc<Shown>);

/// What there is to show.
pub struct Shown {
    /// Where the API answers.
    pub url: String,
    /// Where AWS answers.
    pub aws_url: String,
    /// What stands before `aws` on a command line, if it may be told.
    pub pass: Option<String>,
    /// What was built.
    pub stack: Stack,
    /// On what.
    pub engines: Engines,
    /// What turns by itself.
    pub gauges: Vec<Arc<Gauge>>,
    /// Who lives here.
    pub people: People,
    /// What has been written to them.
    pub mail: Mailbox,
    /// What time it is.
    pub clock: Clock,
}

impl Site {
    /// The pages of one market.
    pub fn new(shown: Shown) -> Site {
        Site(Arc::new(shown))
    }

    /// Answers a request without its body, if the path is one of the host's own.
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

    /// A browser gets a page and a terminal gets text.
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

/// Whether somebody at this very machine calls. A proxy or a tunnel that ends here speaks for others,
/// and says so.
fn is_local(from: IpAddr, request: &Parts) -> bool {
    let carried = ["forwarded", "x-forwarded-for", "x-forwarded-host", "via"];
    from.is_loopback()
        && is_addressed(request)
        && !carried.iter().any(|name| request.headers.contains_key(*name))
}

/// Keeps what is here out of the pictures and scripts of pages elsewhere.
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

/// Text as it may stand in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
