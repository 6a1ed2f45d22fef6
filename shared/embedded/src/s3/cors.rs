//! Answers the preflights of browsers by the bucket's CORS rules.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use s3s::Body;

use super::refuse;
use crate::template::{Bucket, CorsRule};

/// The answer to `OPTIONS`.
pub(super) fn preflight(bucket: Option<&Bucket>, asked: &HeaderMap) -> Response<Body> {
    let method = asked.get(ACCESS_CONTROL_REQUEST_METHOD).and_then(|method| method.to_str().ok());
    let headers =
        asked.get(ACCESS_CONTROL_REQUEST_HEADERS).and_then(|names| names.to_str().ok()).unwrap_or_default();
    let rule = bucket.zip(asked.get(ORIGIN)).zip(method).and_then(|((bucket, origin), method)| {
        let named = headers.split(',').map(str::trim).filter(|name| !name.is_empty());
        find(bucket, origin, method).filter(|rule| named.clone().all(|name| listed(&rule.headers, name)))
    });
    let (Some(rule), Some(origin)) = (rule, asked.get(ORIGIN)) else {
        return refuse(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.");
    };
    let mut response = Response::new(Body::empty());
    write(rule, origin, response.headers_mut());
    set(response.headers_mut(), ACCESS_CONTROL_ALLOW_HEADERS, headers);
    response
}

/// Lets the page of this origin read the answer.
pub(super) fn allow(bucket: &Bucket, origin: &HeaderValue, method: &Method, answer: &mut HeaderMap) {
    if let Some(rule) = find(bucket, origin, method.as_str()) {
        write(rule, origin, answer);
    }
}

fn find<'a>(bucket: &'a Bucket, origin: &HeaderValue, method: &str) -> Option<&'a CorsRule> {
    let origin = origin.to_str().ok()?;
    bucket
        .cors
        .iter()
        .find(|rule| listed(&rule.origins, origin) && rule.methods.iter().any(|allowed| allowed == method))
}

/// Whether one of the patterns, each with at most one `*`, matches the text.
fn listed(patterns: &[String], text: &str) -> bool {
    let text = text.to_lowercase();
    patterns.iter().map(|pattern| pattern.to_lowercase()).any(|pattern| match pattern.split_once('*') {
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
        None => pattern == text,
    })
}

fn write(rule: &CorsRule, origin: &HeaderValue, answer: &mut HeaderMap) {
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    answer.insert(VARY, HeaderValue::from_static("Origin"));
    set(answer, ACCESS_CONTROL_ALLOW_METHODS, &rule.methods.join(", "));
    set(answer, ACCESS_CONTROL_EXPOSE_HEADERS, &rule.exposed.join(", "));
    if let Some(age) = rule.max_age {
        set(answer, ACCESS_CONTROL_MAX_AGE, &age.to_string());
    }
}

fn set(answer: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value)
        && !value.is_empty()
    {
        answer.insert(name, value);
    }
}
