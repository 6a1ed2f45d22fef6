//! What every answer has, and what no answer reveals.

use crate::counter::Counter;

#[tokio::test]
async fn a_path_or_a_method_that_is_not_there_is_a_problem() {
    let counter = Counter::open().await;
    assert_eq!(counter.send("GET", "/nowhere", &[], "").await.code(), (404, "no_such_route"));
    assert_eq!(counter.send("PATCH", "/counter", &[], "").await.code(), (405, "method_not_allowed"));
}

#[tokio::test]
async fn what_the_extractors_of_others_refuse_is_a_problem_too() {
    let counter = Counter::open().await;
    let answer = counter.send("GET", "/counter/spelt/%ff", &[], "").await;
    assert_eq!(answer.code(), (400, "malformed_request"));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.body["detail"].as_str().unwrap().contains("name") && answer.body["trace_id"].is_string());
    assert_eq!(counter.send("GET", "/counter/spelt/%F0%9F%90%8C", &[], "").await.bytes, "🐌");
}

#[tokio::test]
async fn a_browser_is_told_to_make_no_page_of_an_answer() {
    let counter = Counter::open().await;
    for path in ["/counter", "/nowhere"] {
        let answer = counter.send("GET", path, &[], "").await;
        for (name, value) in [
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("strict-transport-security", "max-age=63072000"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_it_should_be_is_refused_and_changes_nothing() {
    let counter = Counter::open().await;
    let large = format!(r#"{{"by": 1, "x": "{}"}}"#, "x".repeat(web::LARGEST_BODY));
    for (body, code) in [
        ("", (400, "broken_json")),
        ("{", (400, "broken_json")),
        (r#"{"by": "two"}"#, (400, "invalid_body")),
        (r#"{"by": 1.5}"#, (400, "invalid_body")),
        (r#"{"by": 1, "and": 2}"#, (400, "invalid_body")),
        ("[]", (400, "invalid_body")),
        (large.as_str(), (413, "body_too_large")),
    ] {
        assert_eq!(counter.grow("k1", body).await.code(), code, "{:.40}", body);
    }
    let headers = [("idempotency-key", "k1"), ("content-type", "text/plain")];
    let text = counter.send("POST", "/counter", &headers, r#"{"by": 1}"#).await;
    assert_eq!(text.code(), (415, "not_json"));
    assert_eq!(counter.read().await, 0);
}

#[tokio::test]
async fn a_panic_is_one_bad_answer_that_gives_nothing_away() {
    let counter = Counter::open().await;
    let answer = counter.grow("k1", r#"{"by": 99}"#).await;
    assert_eq!(answer.code(), (500, "internal_error"));
    let fault = counter.grow("k2", r#"{"by": 13}"#).await;
    assert!(!String::from_utf8_lossy(&fault.bytes).contains("thirteen"));
    assert!(counter.lines.text().contains("thirteen"), "the log knows what the client does not");
    assert_eq!(counter.grow("k3", r#"{"by": 1}"#).await.status, 201);
}

#[tokio::test]
async fn every_refusal_names_the_trace_that_the_log_has() {
    let counter = Counter::open().await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let answer = counter.send("GET", "/nowhere", &[("traceparent", trace)], "").await;
    assert_eq!(answer.body["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert!(counter.lines.text().contains("4bf92f3577b34da6a3ce929d0e0e4736"));
}

#[tokio::test]
async fn a_version_that_the_caller_has_is_not_sent_again() {
    let counter = Counter::open().await;
    let first = counter.send("GET", "/counter", &[], "").await;
    let etag = first.header("etag").unwrap();
    let again = counter.send("GET", "/counter", &[("if-none-match", etag)], "").await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    counter.grow("k1", r#"{"by": 1}"#).await;
    assert_eq!(counter.send("GET", "/counter", &[("if-none-match", etag)], "").await.status, 200);
}

#[tokio::test]
async fn one_request_writes_one_line_that_says_what_it_cost() {
    let counter = Counter::open().await;
    counter.grow("k1", r#"{"by": 1}"#).await;
    let lines = counter.lines.all();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let text = counter.lines.text();
    for expected in ["POST /counter", "dynamo_requests", "\"status\":201"] {
        assert!(text.contains(expected), "{expected} is missing: {text}");
    }
}
