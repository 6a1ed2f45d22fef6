//! Guests who sign in.

use serde_json::{Value, json};
use testkit::Reply;

use crate::shop::{Shop, Who, X_CART, text};

/// Each line's name with what was added, clamped and left.
fn fates(reply: &Reply) -> Vec<(String, u64, u64, u64)> {
    let lines = reply.json()["lines"].as_array().unwrap().clone();
    let number = |line: &Value, name: &str| line[name].as_u64().unwrap();
    let fate = |line: &Value| {
        (text(&line["line"]), number(line, "added"), number(line, "clamped"), number(line, "left"))
    };
    lines.iter().map(fate).collect()
}

#[tokio::test]
async fn what_a_guest_had_is_the_customer_s_after_signing_in() {
    let shop = Shop::open().await;
    let (mug, lamp) = (shop.ware(990), shop.ware(2_500));
    let (customer, guest) = (shop.customer(), shop.guest_with(mug, 2).await);
    shop.house.advance(jiff::SignedDuration::from_secs(1));
    shop.puts(&guest, lamp, 1).await.expect(201);
    shop.puts(&customer, mug, 3).await.expect(201);
    let merged = shop.merges(&customer, &guest).await.expect(200);
    assert_eq!(fates(&merged), [(mug.to_string(), 2, 0, 0), (lamp.to_string(), 1, 0, 0)]);
    assert_eq!((&merged.json()["version"], &merged.json()["lines"][0]["quantity"]), (&json!(2), &json!(5)));
    let gone = merged.header("set-cookie").unwrap();
    assert!(gone.starts_with("__Host-snail_cart=; Max-Age=0;"), "{gone}");
    let cart = shop.sees(&customer).await.expect(200);
    assert_eq!((cart.version(), cart.json()["lines"].as_array().unwrap().len()), (2, 2));
    assert!(shop.lines(&guest).await.is_empty());
}

#[tokio::test]
async fn a_customer_without_a_cart_gets_the_guest_s() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let (customer, guest) = (shop.customer(), shop.guest_with(mug, 2).await);
    let Who::Guest(Some(value)) = guest.clone() else { panic!("a guest has a value") };
    // By header, and by cookie.
    let empty = shop.by(&customer, shop.house.post("/cart/merge").json(&json!({}))).header(X_CART, &value);
    empty.send().await.expect(200);
    assert_eq!(shop.lines(&customer).await[&mug.to_string()], 2);
    let cookie = format!("__Host-snail_cart={value}");
    let again = shop.by(&customer, shop.house.post("/cart/merge").json(&json!({})));
    again.header(http::header::COOKIE, &cookie).send().await.expect(200);
    assert_eq!(shop.lines(&customer).await[&mug.to_string()], 2);
    assert_eq!(shop.sees(&customer).await.json()["expires_at"], "2026-12-21T12:00:00Z");
}

#[tokio::test]
async fn the_same_question_gets_the_same_answer_and_moves_nothing_more() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let (customer, guest) = (shop.customer(), shop.guest_with(mug, 2).await);
    let first = shop.merges(&customer, &guest).await.expect(200);
    shop.puts(&customer, mug, 1).await.expect(201);
    for _ in 0..3 {
        assert_eq!(shop.merges(&customer, &guest).await.expect(200).body, first.body);
    }
    assert_eq!(shop.lines(&customer).await[&mug.to_string()], 3);
}

#[tokio::test]
async fn a_cart_that_went_to_one_account_goes_to_no_other() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let (customer, other, guest) = (shop.customer(), shop.customer(), shop.guest_with(mug, 2).await);
    shop.merges(&customer, &guest).await.expect(200);
    shop.merges(&other, &guest).await.refused(409, "merged_elsewhere");
    assert!(shop.lines(&other).await.is_empty());
    // A guest who goes on with the same value begins something new, which is anybody's who signs in.
    shop.puts(&guest, mug, 7).await.expect(201);
    assert_eq!(fates(&shop.merges(&other, &guest).await.expect(200)), [(mug.to_string(), 7, 0, 0)]);
    assert_eq!(shop.lines(&customer).await[&mug.to_string()], 2);
    assert_eq!(shop.lines(&other).await[&mug.to_string()], 7);
}

#[tokio::test]
async fn what_is_too_many_is_clamped_and_told() {
    let shop = Shop::open().await;
    let (most, few, none) = (shop.ware(1), shop.ware(1), shop.ware(1));
    let (customer, guest) = (shop.customer(), shop.guest_with(most, 9_000).await);
    for (variant, n) in [(few, 4), (none, 2)] {
        shop.house.advance(jiff::SignedDuration::from_secs(1));
        shop.puts(&guest, variant, n).await.expect(201);
    }
    shop.puts(&customer, most, 2_000).await.expect(201);
    shop.puts(&customer, few, 3).await.expect(201);
    shop.change(few, |ware| ware.free = 5);
    shop.change(none, |ware| ware.free = 0);
    let merged = shop.merges(&customer, &guest).await.expect(200);
    let expect =
        [(most.to_string(), 7_999, 1_001, 0), (few.to_string(), 2, 2, 0), (none.to_string(), 1, 1, 0)];
    assert_eq!(fates(&merged), expect);
}

#[tokio::test]
async fn where_stock_cannot_be_asked_nothing_is_clamped_for_its_sake() {
    let shop = Shop::open().await;
    let few = shop.ware(1);
    let (customer, guest) = (shop.customer(), shop.guest_with(few, 9).await);
    shop.change(few, |ware| ware.free = 5);
    shop.street.known().inventory_is_down = true;
    shop.street.known().catalog_is_down = true;
    assert_eq!(fates(&shop.merges(&customer, &guest).await.expect(200)), [(few.to_string(), 9, 0, 0)]);
}

#[tokio::test]
async fn what_is_in_another_currency_stays_the_guest_s() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let lamp = shop.ware_of(facts::catalog::LineKind::Physical, None, &[("USD", 110)], 99);
    let (customer, guest) = (shop.customer(), shop.guest_with(mug, 2).await);
    let dollars = json!({ "variant": lamp, "currency": "USD" });
    shop.add(&customer, &dollars).send().await.expect(201);
    let first = shop.merges(&customer, &guest).await.expect(200);
    assert_eq!(fates(&first), [(mug.to_string(), 0, 0, 2)]);
    assert_eq!(
        (&first.json()["lines"][0]["why"], first.header("set-cookie")),
        (&json!("other_currency"), None)
    );
    assert_eq!((shop.lines(&guest).await.len(), shop.sees(&customer).await.version()), (1, 1));
    // Asked again it says the same, until the guest has done something.
    shop.clears(&customer).await.expect(204);
    assert_eq!(shop.merges(&customer, &guest).await.expect(200).body, first.body);
    shop.sets(&guest, mug, 3).await.expect(200);
    assert_eq!(fates(&shop.merges(&customer, &guest).await.expect(200)), [(mug.to_string(), 3, 0, 0)]);
    assert!(shop.lines(&guest).await.is_empty());
}

#[tokio::test]
async fn lines_beyond_the_hundredth_stay_the_guest_s() {
    let shop = Shop::open().await;
    let customer = shop.customer();
    for _ in 0..98 {
        shop.puts(&customer, shop.ware(1), 1).await.expect(201);
    }
    let guest = shop.guest_with(shop.ware(1), 1).await;
    for _ in 0..4 {
        shop.house.advance(jiff::SignedDuration::from_secs(1));
        shop.puts(&guest, shop.ware(1), 1).await.expect(201);
    }
    let merged = shop.merges(&customer, &guest).await.expect(200);
    let left: Vec<_> = fates(&merged).iter().map(|fate| fate.3).collect();
    assert_eq!(left, [0, 0, 1, 1, 1]);
    assert_eq!((shop.lines(&customer).await.len(), shop.lines(&guest).await.len()), (100, 3));
    shop.is_sound().await;
}

#[tokio::test]
async fn only_a_person_signs_in_and_only_with_a_cart() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let (customer, guest) = (shop.customer(), shop.guest_with(mug, 2).await);
    let Who::Guest(Some(value)) = guest.clone() else { panic!("a guest has a value") };
    let post = |body: &Value| shop.house.post("/cart/merge").json(body);
    post(&json!({ "cart": value })).send().await.refused(401, "unauthorized");
    let key = shop.house.people.api_key(&["cart:write"], auth::Tier::Standard, None);
    let name = http::HeaderName::from_static("x-api-key");
    post(&json!({ "cart": value })).header(name, &key).send().await.refused(403, "forbidden");
    for nothing in [json!({}), json!({ "cart": "" }), json!({ "cart": "crt_x.y" }), json!({ "cart": null })] {
        shop.by(&customer, post(&nothing)).send().await.refused(404, "no_such_guest_cart");
    }
    shop.by(&customer, post(&json!({ "cart": 7 }))).send().await.refused(400, "invalid_body");
    assert_eq!((shop.lines(&guest).await.len(), shop.lines(&customer).await.len()), (1, 0));
}
