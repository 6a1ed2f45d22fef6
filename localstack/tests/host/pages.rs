//! The host's own pages, and who may read them.

use axum::body::Body;
use http::Request;
use localstack::people::Part;
use serde_json::Value;

use crate::world::{get, market, send, shop};

#[tokio::test]
async fn a_path_that_is_nobodys_is_a_problem() {
    let market = market().await;
    for path in ["/nobody", "/catalog", "/stock", "/dev", "/docs/x"] {
        let answer = get(&market, path).await;
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
        assert_eq!(answer.expect(404)["code"], "no_such_route", "{path}");
    }
    market.stop().await;
}

#[tokio::test]
async fn the_documentation_tells_every_operation_and_leans_on_nothing() {
    let market = market().await;
    let page = get(&market, "/docs").await.text;
    let document = get(&market, "/openapi.json").await.expect(200);
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{path}");
            operations += 1;
        }
    }
    assert!(operations > 40, "{operations}");
    for leaning in ["<script", "<link", "src=", "http://", "https://"] {
        assert!(!page.contains(leaning), "{leaning}");
    }
    refers_to_what_is_there(&document, &document);
    market.stop().await;
}

fn refers_to_what_is_there(value: &Value, document: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(path) = members.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(path.trim_start_matches('#')).is_some(), "{path}");
            }
            members.values().for_each(|member| refers_to_what_is_there(member, document));
        }
        Value::Array(items) => items.iter().for_each(|item| refers_to_what_is_there(item, document)),
        _ => {}
    }
}

#[tokio::test]
async fn health_shows_every_queue_and_every_source() {
    let market = market().await;
    let health = get(&market, "/health").await.expect(200);
    assert_eq!(health["status"], "ok");
    assert_eq!(health["queues"].as_array().unwrap().len(), market.stack().queues.len());
    let sources = market.stack().functions.iter().map(|function| function.sources.len()).sum::<usize>();
    assert_eq!(health["sources"].as_array().unwrap().len(), sources);
    market.stop().await;
}

#[tokio::test]
async fn the_first_page_is_text_for_a_terminal_and_a_page_for_a_browser() {
    let market = market().await;
    assert!(get(&market, "/").await.text.contains("curl '"));
    let browser = Request::get("/").header("accept", "text/html,*/*").body(Body::empty()).unwrap();
    let page = send(&market, browser).await;
    assert!(page.text.starts_with("<!doctype html>") && page.headers.contains_key("content-security-policy"));
    market.stop().await;
}

#[tokio::test]
async fn tokens_are_given_to_this_machine_and_to_no_other_site() {
    let market = market().await;
    for path in ["/dev/people", "/dev/token?as=admin"] {
        assert_eq!(get(&market, path).await.status, 200, "{path}");
        let foreign =
            Request::get(path).header("host", "snail.evil.example:8080").body(Body::empty()).unwrap();
        assert_eq!(send(&market, foreign).await.expect(403)["code"], "forbidden", "{path}");
        let nameless = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(send(&market, nameless).await.status, 403, "{path}");
    }
    for wrong in ["", "?as=king", "?as=clerk&merchant=prd_x", "?merchant=x"] {
        let answer = get(&market, &format!("/dev/token{wrong}")).await;
        assert_eq!(answer.expect(400)["code"], "invalid_query", "{wrong}");
    }
    market.stop().await;
}

#[tokio::test]
async fn a_token_from_the_page_opens_its_own_shop_and_no_other() {
    let market = market().await;
    let token = get(&market, &format!("/dev/token?as=clerk&merchant={}", shop())).await.text;
    let other = localstack::people::SHOPS[1].id();
    for (merchant, status) in [(shop(), 200), (other, 403)] {
        let request = Request::get(format!("/inventory/merchants/{merchant}/warehouses"));
        let request = request.header("authorization", format!("Bearer {}", token.trim()));
        assert_eq!(send(&market, request.body(Body::empty()).unwrap()).await.status, status);
    }
    assert!(market.people().token(Part::Admin, None).len() > 100);
    market.stop().await;
}
