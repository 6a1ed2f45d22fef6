//! A call to the market from this process, through the gateway like a request at the port.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::gateway::Gateway;

/// A request to the market.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    pub method: Method,
    pub path: &'a str,
    /// The caller's access token, if there is one.
    pub token: Option<&'a str>,
    /// The idempotency key.
    pub key: Option<&'a str>,
    /// The version for `If-Match`.
    pub version: Option<&'a str>,
    /// The JSON body.
    pub body: Option<&'a Value>,
}

/// The market's answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The JSON body.
    pub body: Value,
}

/// An answer that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}: {1}")]
pub struct Garbled(pub String, pub String);

impl<'a> Call<'a> {
    /// A GET.
    pub fn get(path: &'a str) -> Call<'a> {
        Call { method: Method::GET, path, token: None, key: None, version: None, body: None }
    }

    /// A POST with a body.
    pub fn post(path: &'a str, body: &'a Value) -> Call<'a> {
        Call { method: Method::POST, body: Some(body), ..Call::get(path) }
    }
}

impl Gateway {
    /// Makes a call from this machine.
    pub async fn call(&self, call: Call<'_>) -> Result<Answer, Garbled> {
        let garbled = |error: &dyn Display| Garbled(call.path.to_owned(), error.to_string());
        let mut request = Request::builder().method(call.method).uri(call.path);
        if let Some(token) = call.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in [("idempotency-key", call.key), (IF_MATCH.as_str(), call.version)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let body = match call.body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let request = request.body(body).map_err(|error| garbled(&error))?;
        let response = self.answer(IpAddr::V4(Ipv4Addr::LOCALHOST), request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| garbled(&error))?.to_bytes();
        let body = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
        let body = body.map_err(|error| garbled(&error))?;
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }
}
