//! People who have not signed in: the cart is known by a value that only we can make.

use http::header::COOKIE;
use serde_json::json;

use crate::shop::{Shop, Who, X_CART, more};

#[tokio::test]
async fn the_first_addition_makes_a_cart_and_says_three_times_what_opens_it() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let reply = shop.puts(&Who::Guest(None), mug, 2).await.expect(201);
    let value = reply.json()["cart"].as_str().unwrap().to_owned();
    assert!(value.starts_with("crt_") && value.contains('.'));
    assert_eq!(reply.header("x-cart"), Some(value.as_str()));
    let cookie = format!("__Host-snail_cart={value}; Max-Age=86400; Path=/; HttpOnly; Secure; SameSite=Lax");
    assert_eq!(reply.header("set-cookie"), Some(cookie.as_str()));

    let by_header = shop.puts(&Who::Guest(Some(value.clone())), mug, 1).await.expect(201);
    assert_eq!((&by_header.json()["now"]["quantity"], &by_header.json()["cart"]), (&json!(3), &json!(null)));
    let cookie = format!("theme=dark; __Host-snail_cart={value}");
    let by_cookie = shop.house.get("/cart").header(COOKIE, &cookie).send().await.expect(200);
    assert_eq!(by_cookie.json()["lines"][0]["quantity"], 3);
    assert_eq!(by_cookie.header("x-cart"), Some(value.as_str()));
}

#[tokio::test]
async fn a_guest_without_a_cart_sees_an_empty_one_and_nothing_is_made() {
    let shop = Shop::open().await;
    let who = Who::Guest(None);
    let reply = shop.sees(&who).await.expect(200);
    assert_eq!((reply.version(), &reply.json()["lines"]), (0, &json!([])));
    assert_eq!((reply.header("x-cart"), reply.header("set-cookie")), (None, None));
    let mug = shop.ware(990);
    shop.sets(&who, mug, 1).await.refused(404, "no_such_line");
    shop.removes(&who, mug).await.expect(204);
    shop.clears(&who).await.expect(204);
    shop.accepts(&who, 1).await.refused(404, "no_such_cart");
    assert!(shop.house.items().await.is_empty());
}

#[tokio::test]
async fn two_guests_have_two_carts() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let (one, other) = (shop.guest_with(mug, 1).await, shop.guest_with(mug, 2).await);
    shop.puts(&one, mug, 4).await.expect(201);
    assert_eq!(shop.lines(&one).await[&mug.to_string()], 5);
    assert_eq!(shop.lines(&other).await[&mug.to_string()], 2);
    shop.clears(&other).await.expect(204);
    assert_eq!(shop.lines(&one).await.len(), 1);
}

#[tokio::test]
async fn a_header_counts_more_than_a_cookie() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let (one, other) = (shop.guest_with(mug, 1).await, shop.guest_with(mug, 2).await);
    let (Who::Guest(Some(one)), Who::Guest(Some(other))) = (one, other) else { panic!("guests have values") };
    let call =
        shop.house.get("/cart").header(COOKIE, &format!("__Host-snail_cart={one}")).header(X_CART, &other);
    assert_eq!(call.send().await.json()["lines"][0]["quantity"], 2);
}

#[tokio::test]
async fn a_program_of_an_account_has_the_account_s_cart_and_no_other_program_has_one() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let Who::Customer(account) = who else { panic!("a customer has an account") };
    let mug = shop.ware(990);
    shop.puts(&who, mug, 2).await.expect(201);
    let people = &shop.house.people;
    let key = |scopes: &[&str]| people.account_key(scopes, auth::Tier::Standard, account);
    let name = http::HeaderName::from_static("x-api-key");
    let call = || shop.house.get("/cart");
    let cart = call().header(name.clone(), &key(&["cart:write"])).send().await.expect(200);
    assert_eq!(cart.json()["lines"][0]["quantity"], 2);
    call().header(name.clone(), &key(&["cart:read"])).send().await.expect(200);
    let cleared = shop.house.delete("/cart").header(name.clone(), &key(&["cart:read"]));
    cleared.send().await.refused(403, "forbidden");
    call().header(name.clone(), &key(&["catalog:write"])).send().await.refused(403, "forbidden");
    let shops = people.api_key(&["cart:write"], auth::Tier::Standard, Some(shop.merchant));
    call().header(name.clone(), &shops).send().await.refused(403, "forbidden");
    call().header(name, "garbage").send().await.refused(401, "unauthorized");
}

#[tokio::test]
async fn whoever_shows_credentials_that_do_not_hold_is_no_guest() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let Who::Guest(Some(value)) = shop.guest_with(mug, 1).await else { panic!("a guest has a value") };
    for token in ["garbage", "eyJhbGciOiJub25lIn0.e30."] {
        let call = shop.house.post("/cart/lines").json(&more(mug, 1)).header(X_CART, &value).bearer(token);
        call.send().await.refused(401, "unauthorized");
        shop.house
            .get("/cart")
            .header(X_CART, &value)
            .bearer(token)
            .send()
            .await
            .refused(401, "unauthorized");
    }
    assert_eq!(shop.lines(&Who::Guest(Some(value))).await[&mug.to_string()], 1);
}
