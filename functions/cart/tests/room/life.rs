//! How long a cart lives, and what ends it.

use facts::identity::AccountClosed;
use jiff::SignedDuration;
use serde_json::json;

use crate::shop::{Shop, Who};

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

#[tokio::test]
async fn a_guest_s_cart_lives_for_a_day_and_a_customer_s_for_thirty() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let (guest, customer) = (shop.guest_with(mug, 1).await, shop.customer());
    shop.puts(&customer, mug, 1).await.expect(201);
    assert_eq!(shop.sees(&guest).await.json()["expires_at"], "2026-11-22T12:00:00Z");
    assert_eq!(shop.sees(&customer).await.json()["expires_at"], "2026-12-21T12:00:00Z");
    shop.house.advance(hours(24));
    assert!(shop.lines(&guest).await.is_empty());
    assert_eq!(shop.lines(&customer).await.len(), 1);
    shop.house.advance(hours(30 * 24));
    assert!(shop.lines(&customer).await.is_empty());
}

#[tokio::test]
async fn a_cart_that_is_used_lives_on() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let guest = shop.guest_with(mug, 1).await;
    for day in ["23T11", "24T10", "25T09"] {
        shop.house.advance(hours(23));
        let seen = shop.sees(&guest).await.expect(200).json();
        let until = format!("2026-11-{day}:00:00Z");
        assert_eq!((&seen["expires_at"], &seen["lines"][0]["quantity"]), (&json!(until), &json!(1)));
    }
    for n in 2..4 {
        shop.house.advance(hours(23));
        shop.sets(&guest, mug, n).await.expect(200);
    }
    shop.house.advance(hours(11));
    let version = shop.sees(&guest).await.version();
    shop.house.advance(hours(10));
    assert_eq!(shop.sees(&guest).await.version(), version, "a look is no new version");
    shop.house.advance(hours(23));
    assert_eq!(shop.lines(&guest).await[&mug.to_string()], 3);
}

#[tokio::test]
async fn a_cart_whose_life_has_passed_begins_anew_before_the_broom_has_come() {
    let shop = Shop::open().await;
    let (mug, lamp) =
        (shop.ware(990), shop.ware_of(facts::catalog::LineKind::Physical, None, &[("USD", 5)], 9));
    let guest = shop.guest_with(mug, 5).await;
    shop.house.advance(hours(25));
    // Neither its lines nor its currency stand in the way, and its version goes on.
    let body = json!({ "variant": lamp, "currency": "USD" });
    let added = shop.add(&guest, &body).send().await.expect(201);
    assert_eq!((added.version(), &added.json()["now"]["units"]), (2, &json!(1)));
    assert_eq!(shop.lines(&guest).await.len(), 1);
    shop.house.advance(hours(25));
    let keyed = shop.add(&guest, &body).key("k").send().await.expect(201);
    assert_eq!(keyed.json()["added"], 1);
    let again = shop.add(&guest, &body).key("k").send().await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(shop.lines(&guest).await[&lamp.to_string()], 1);
}

#[tokio::test]
async fn nothing_can_be_done_to_a_line_whose_cart_s_life_has_passed() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let guest = shop.guest_with(mug, 5).await;
    shop.house.advance(hours(24));
    shop.sets(&guest, mug, 1).await.refused(404, "no_such_line");
    shop.removes(&guest, mug).await.expect(204);
    shop.clears(&guest).await.expect(204);
    shop.accepts(&guest, 4_950).await.refused(404, "no_such_cart");
    shop.merges(&shop.customer(), &guest).await.refused(404, "no_such_guest_cart");
}

#[tokio::test]
async fn the_broom_takes_what_is_over() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    shop.guest_with(mug, 5).await;
    let items = shop.house.items().await;
    let number = |name: &str| items[0][name].as_n().unwrap().parse::<i64>().unwrap();
    assert_eq!(number("ttl") * 1_000, number("expires"));
}

#[tokio::test]
async fn a_closed_account_takes_its_cart_with_it() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let (leaver, stayer) = (shop.customer(), shop.customer());
    for who in [&leaver, &stayer] {
        shop.puts(who, mug, 1).await.expect(201);
    }
    let Who::Customer(account) = leaver else { panic!("a customer has an account") };
    for _ in 0..2 {
        shop.house.hears(account, 7, &AccountClosed { account }).await;
    }
    assert_eq!(shop.house.items().await.len(), 1);
    assert_eq!(shop.lines(&stayer).await.len(), 1);
}
