//! `Idempotency-Key`, which is optional here.

use serde_json::json;

use crate::shop::{Shop, Who, more};

#[tokio::test]
async fn the_same_key_puts_in_once_and_answers_the_same() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    for who in [shop.customer(), shop.guest_with(shop.ware(1), 1).await] {
        let first = shop.add(&who, &more(mug, 2)).key("k1").send().await.expect(201);
        let again = shop.add(&who, &more(mug, 2)).key("k1").send().await.expect(201);
        assert_eq!((&first.body, again.header("idempotency-replayed")), (&again.body, Some("true")));
        assert_eq!((&first.json()["added"], &first.json()["now"]), (&json!(2), &json!(null)));
        shop.add(&who, &more(mug, 3)).key("k1").send().await.refused(422, "idempotency_key_reused");
        assert_eq!(shop.lines(&who).await[&mug.to_string()], 2);
        shop.add(&who, &more(mug, 2)).key("k2").send().await.expect(201);
        assert_eq!(shop.lines(&who).await[&mug.to_string()], 4);
    }
}

#[tokio::test]
async fn a_refusal_is_remembered_too() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let gone = shop.ware(990);
    shop.change(gone, |ware| ware.on_sale = false);
    shop.add(&who, &more(gone, 1)).key("k1").send().await.refused(422, "not_on_sale");
    shop.change(gone, |ware| ware.on_sale = true);
    shop.add(&who, &more(gone, 1)).key("k1").send().await.refused(422, "not_on_sale");
    shop.add(&who, &more(gone, 1)).key("k2").send().await.expect(201);
}

#[tokio::test]
async fn a_key_is_let_go_when_catalog_does_not_answer() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    shop.street.known().catalog_is_down = true;
    shop.add(&who, &more(mug, 2)).key("k1").send().await.refused(503, "unavailable");
    shop.street.known().catalog_is_down = false;
    shop.add(&who, &more(mug, 2)).key("k1").send().await.expect(201);
    assert_eq!(shop.lines(&who).await[&mug.to_string()], 2);
}

#[tokio::test]
async fn a_key_is_one_guest_s_own() {
    let shop = Shop::open().await;
    let (mug, other) = (shop.ware(990), shop.ware(1));
    let (one, two) = (shop.guest_with(other, 1).await, shop.guest_with(other, 1).await);
    shop.add(&one, &more(mug, 2)).key("same").send().await.expect(201);
    let reply = shop.add(&two, &more(mug, 2)).key("same").send().await.expect(201);
    assert_eq!(reply.header("idempotency-replayed"), None);
    assert_eq!(shop.lines(&two).await[&mug.to_string()], 2);
}

#[tokio::test]
async fn a_first_addition_makes_a_cart_each_time_whatever_its_key() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let nobody = Who::Guest(None);
    let first = shop.add(&nobody, &more(mug, 2)).key("k1").send().await.expect(201).json();
    let again = shop.add(&nobody, &more(mug, 2)).key("k1").send().await.expect(201).json();
    assert_ne!(first["cart"], again["cart"]);
    for cart in [first, again] {
        let who = Who::Guest(Some(cart["cart"].as_str().unwrap().to_owned()));
        assert_eq!(shop.lines(&who).await[&mug.to_string()], 2);
    }
}

#[tokio::test]
async fn a_key_that_is_no_key_is_refused() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    for bad in ["", " ", "two words", &"k".repeat(129)] {
        let call = shop.add(&shop.customer(), &more(mug, 1)).key(bad);
        call.send().await.refused(400, "idempotency_key_invalid");
    }
}
