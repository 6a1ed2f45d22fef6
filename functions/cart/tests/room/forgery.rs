//! Values that we did not make, and requests that another site's page has sent.

use http::header::{CONTENT_TYPE, COOKIE};
use ids::CartId;
use serde_json::json;

use crate::shop::{Shop, Who, more};

fn forged(value: &str) -> Vec<String> {
    let (id, signature) = value.split_once('.').unwrap();
    let other = CartId::from_uuid(ids::Uuid::from_u128(42));
    let mut flipped = signature.to_owned().into_bytes();
    flipped[3] = if flipped[3] == b'A' { b'B' } else { b'A' };
    let flipped = String::from_utf8(flipped).unwrap();
    vec![
        format!("{other}.{signature}"),
        format!("{id}.{flipped}"),
        format!("{id}."),
        id.to_owned(),
        format!("{id}.{signature}."),
        format!("{id}.{signature}A"),
        "crt_".into(),
        "x".repeat(3_000),
    ]
}

#[tokio::test]
async fn a_header_that_is_not_ours_is_refused_and_opens_nothing() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let guest = shop.guest_with(mug, 1).await;
    let Who::Guest(Some(value)) = guest.clone() else { panic!("a guest has a value") };
    let before = shop.house.items().await;
    for bad in forged(&value) {
        let who = Who::Guest(Some(bad.clone()));
        shop.sees(&who).await.refused(400, "bad_cart");
        shop.puts(&who, mug, 1).await.refused(400, "bad_cart");
        shop.sets(&who, mug, 9).await.refused(400, "bad_cart");
        shop.removes(&who, mug).await.refused(400, "bad_cart");
        shop.clears(&who).await.refused(400, "bad_cart");
        shop.accepts(&who, 990).await.refused(400, "bad_cart");
        shop.merges(&shop.customer(), &who).await.refused(404, "no_such_guest_cart");
    }
    assert_eq!(shop.house.items().await, before);
}

#[tokio::test]
async fn a_cookie_that_is_not_ours_is_no_cookie() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let Who::Guest(Some(value)) = shop.guest_with(mug, 1).await else { panic!("a guest has a value") };
    for bad in forged(&value) {
        let cookie = format!("__Host-snail_cart={bad}");
        let seen = shop.house.get("/cart").header(COOKIE, &cookie).send().await.expect(200);
        assert_eq!(seen.json()["lines"], json!([]));
        shop.house.delete("/cart").header(COOKIE, &cookie).send().await.expect(204);
    }
    let cookie = format!("__Host-snail_cart={}", forged(&value)[0]);
    let anew = shop.house.post("/cart/lines").json(&more(mug, 1)).header(COOKIE, &cookie).send().await;
    let anew = anew.expect(201).json()["cart"].as_str().unwrap().to_owned();
    assert_ne!(anew, value);
    assert_eq!(shop.lines(&Who::Guest(Some(value))).await[&mug.to_string()], 1);
}

/// What a form on another site can send with a cookie that comes along: no JSON, no PUT, no DELETE.
#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let guest = shop.guest_with(mug, 1).await;
    let Who::Guest(Some(value)) = guest.clone() else { panic!("a guest has a value") };
    let cookie = format!("__Host-snail_cart={value}");
    let body = more(mug, 5).to_string();
    for path in ["/cart/lines", "/cart/accept-changes"] {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let call = shop.house.post(path).body(kind, body.clone()).header(COOKIE, &cookie);
            call.send().await.refused(415, "not_json");
        }
    }
    let untyped = shop.house.post("/cart/lines").body("", body).header(COOKIE, &cookie);
    untyped.send().await.refused(415, "not_json");
    let asked = shop.house.call(http::Method::OPTIONS, "/cart/lines").header(COOKIE, &cookie);
    let asked = asked.header(CONTENT_TYPE, "application/json").send().await;
    assert_eq!(asked.header("access-control-allow-origin"), None);
    assert_eq!(shop.lines(&guest).await[&mug.to_string()], 1);
}

#[tokio::test]
async fn no_answer_and_no_log_shows_the_value_to_anybody_else() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let Who::Guest(Some(value)) = shop.guest_with(mug, 1).await else { panic!("a guest has a value") };
    let signature = value.split_once('.').unwrap().1.to_owned();
    shop.puts(&Who::Guest(Some(value.clone())), mug, 1).await.expect(201);
    let keyed = shop.add(&Who::Guest(Some(value)), &more(mug, 1)).key("k");
    keyed.send().await.expect(201);
    assert!(!shop.house.lines.text().contains(&signature), "the log shows what opens a cart");
    let items = format!("{:?}", shop.house.items().await);
    assert!(!items.contains(&signature), "the table holds what opens a cart");
}
