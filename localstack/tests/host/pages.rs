//! The host's own pages, and who may read them.

use axum::body::Body;
use embedded::template::Source;
use http::Request;
use localstack::people::{Part, SHOPS};
use serde_json::{Value, json};

use crate::world::{empty_market, get, market, send, shop};

#[tokio::test]
async fn a_path_that_is_nobodys_is_a_problem() {
    let market = empty_market().await;
    for path in ["/nobody", "/catalog", "/stock", "/dev", "/docs/x"] {
        let answer = get(&market, path).await;
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
        assert_eq!(answer.expect(404)["code"], "no_such_route", "{path}");
    }
    market.stop().await;
}

#[tokio::test]
async fn the_documentation_tells_every_operation_and_leans_on_nothing() {
    let market = empty_market().await;
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
    let market = empty_market().await;
    let health = get(&market, "/health").await.expect(200);
    assert_eq!(health["status"], "ok");
    assert_eq!(health["queues"].as_array().unwrap().len(), market.stack().queues.len());
    // A schedule has no lag.
    let sources = market.stack().functions.iter().flat_map(|function| &function.sources);
    let sources = sources.filter(|source| !matches!(source, Source::Schedule(_))).count();
    assert_eq!(health["sources"].as_array().unwrap().len(), sources);
    market.stop().await;
}

#[tokio::test]
async fn the_first_page_is_text_for_a_terminal_and_a_page_for_a_browser() {
    let market = empty_market().await;
    assert!(get(&market, "/").await.text.contains("curl '"));
    let browser = Request::get("/").header("accept", "text/html,*/*").body(Body::empty()).unwrap();
    let page = send(&market, browser).await;
    assert!(page.text.starts_with("<!doctype html>") && page.headers.contains_key("content-security-policy"));
    market.stop().await;
}

#[tokio::test]
async fn secrets_are_given_to_this_machine_and_to_no_other_site() {
    let market = market().await;
    for path in ["/dev/people", "/dev/mail", "/dev/token?as=admin"] {
        assert_eq!(get(&market, path).await.status, 200, "{path}");
        let foreign =
            Request::get(path).header("host", "snail.evil.example:8080").body(Body::empty()).unwrap();
        assert_eq!(send(&market, foreign).await.expect(403)["code"], "forbidden", "{path}");
        // A tunnel that ends here uses the name localhost for requests from elsewhere.
        let carried = Request::get(path).header("host", "localhost").header("x-forwarded-for", "192.0.2.7");
        assert_eq!(send(&market, carried.body(Body::empty()).unwrap()).await.status, 403, "{path}");
        let near = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
        let far = market.front().answer("192.0.2.7".parse().unwrap(), near).await;
        assert_eq!(far.status(), 403, "{path}");
        let nameless = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(send(&market, nameless).await.status, 403, "{path}");
    }
    for wrong in ["", "?as=king", "?as=clerk&merchant=prd_x", "?merchant=x"] {
        let answer = get(&market, &format!("/dev/token{wrong}")).await;
        assert_eq!(answer.expect(400)["code"], "invalid_query", "{wrong}");
    }
    let elsewhere = get(&market, "/dev/token?as=clerk&merchant=mer_01kdvdna00e008008000000001").await;
    assert_eq!(elsewhere.expect(404)["code"], "nobody_there");
    market.stop().await;
}

#[tokio::test]
async fn in_an_empty_market_nobody_has_a_token() {
    let market = empty_market().await;
    assert_eq!(get(&market, "/dev/people").await.expect(200)["people"], json!([]));
    assert_eq!(get(&market, "/dev/mail").await.expect(200)["letters"], json!([]));
    for part in Part::ALL {
        let answer = get(&market, &format!("/dev/token?as={}", part.name())).await;
        assert_eq!(answer.expect(404)["code"], "nobody_there", "{part:?}");
    }
    market.stop().await;
}

#[tokio::test]
async fn a_token_from_the_page_opens_its_own_shop_and_no_other() {
    let market = market().await;
    let own = shop(&market);
    let token = get(&market, &format!("/dev/token?as=clerk&merchant={own}")).await.text;
    let other = market.people().shop(SHOPS[1]).unwrap();
    for (merchant, status) in [(own, 200), (other, 403)] {
        let request = Request::get(format!("/inventory/merchants/{merchant}/warehouses"));
        let request = request.header("authorization", format!("Bearer {}", token.trim()));
        assert_eq!(send(&market, request.body(Body::empty()).unwrap()).await.status, status);
    }
    let token = market.people().token(Part::Clerk, None).await.unwrap();
    assert_eq!(market.people().token(Part::Clerk, None).await.unwrap(), token, "one session is enough");
    market.stop().await;
}

#[tokio::test]
async fn everybody_signs_in_with_what_the_page_shows_and_reads_their_mail_there() {
    let market = market().await;
    let page = get(&market, "/dev/people").await.expect(200);
    let people = page["people"].as_array().unwrap();
    assert_eq!(people.len(), 9, "{page:#}");
    for person in people {
        let credentials = json!({ "email": person["email"], "password": person["password"] });
        let request = Request::post("/identity/sessions").header("content-type", "application/json");
        let answer = send(&market, request.body(Body::from(credentials.to_string())).unwrap()).await;
        let token = answer.expect(201)["access_token"].as_str().unwrap().to_owned();
        let me = Request::get("/identity/me").header("authorization", format!("Bearer {token}"));
        let me = send(&market, me.body(Body::empty()).unwrap()).await.expect(200);
        assert_eq!((&me["email"], &me["confirmed"]), (&person["email"], &json!(true)));
        if let Some(shop) = person["merchant"].as_str() {
            assert_eq!(me["shops"][shop], person["as"], "{me:#}");
        } else if person["as"] != "customer" {
            assert!(me["roles"].as_array().unwrap().contains(&person["as"]), "{me:#}");
        }
    }
    let mail = get(&market, "/dev/mail").await.expect(200);
    let mail = mail["letters"].as_array().unwrap();
    let of = |purpose: &str| mail.iter().filter(|letter| letter["purpose"] == purpose).count();
    // The host made the admin and confirmed the e-mail.
    assert_eq!((of("confirm_email"), of("invitation"), mail.len()), (8, 4, 12), "{mail:#?}");
    assert!(mail.windows(2).all(|pair| pair[0]["at"].as_str() >= pair[1]["at"].as_str()));

    let program = &page["programs"][0];
    let path = format!("/inventory/merchants/{}/warehouses", program["merchant"].as_str().unwrap());
    let request = Request::get(path).header("x-api-key", program["api_key"].as_str().unwrap());
    assert_eq!(send(&market, request.body(Body::empty()).unwrap()).await.status, 200);
    market.stop().await;
}

#[tokio::test]
async fn a_letter_is_shown_as_soon_as_it_is_written() {
    let market = market().await;
    let words =
        json!({ "email": "nobody-yet@snail.example", "password": "a long enough one", "locale": "ar" });
    let request = Request::post("/identity/accounts").header("content-type", "application/json");
    send(&market, request.body(Body::from(words.to_string())).unwrap()).await.expect(202);
    let letter = market.mail().wait_for("nobody-yet@snail.example", "confirm_email").await.unwrap();
    let newest = &get(&market, "/dev/mail").await.expect(200)["letters"][0];
    assert_eq!((&newest["locale"], &newest["from"]), (&json!("ar"), &json!("identity")));
    assert_eq!(newest["token"], letter.contents.token);
    assert!(market.mail().newest("nobody-yet@snail.example", "reset_password").is_none());
    market.stop().await;
}
