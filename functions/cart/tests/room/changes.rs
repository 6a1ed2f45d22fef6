//! What has changed since a line was put in, and rooms that do not answer.

use facts::catalog::LineKind;
use serde_json::json;

use crate::shop::{Shop, changes, euros};

#[tokio::test]
async fn a_new_price_is_told_until_it_is_accepted() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&who, mug, 2).await.expect(201);
    shop.costs(mug, 1_090);
    for _ in 0..2 {
        let cart = shop.sees(&who).await.expect(200).json();
        let told = json!([{ "code": "price_changed", "from": euros(990), "to": euros(1_090) }]);
        assert_eq!((changes(&cart), &cart["total"]), (vec![told], &euros(2_180)));
        assert_eq!((&cart["lines"][0]["price_then"], &cart["ready"]), (&euros(990), &json!(false)));
    }
    let accepted = shop.accepts(&who, 2_180).await.expect(200);
    assert_eq!((changes(&accepted.json()), accepted.version()), (vec![json!([])], 2));
    let cart = shop.sees(&who).await.expect(200).json();
    assert_eq!((&cart["lines"][0]["price_then"], &cart["ready"]), (&euros(1_090), &json!(true)));
}

#[tokio::test]
async fn a_price_that_has_changed_once_more_is_not_accepted_unseen() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&who, mug, 2).await.expect(201);
    shop.costs(mug, 1_500);
    shop.accepts(&who, 2_180).await.refused(409, "changed_again");
    let dollars = json!({ "total": { "amount": 3_000, "currency": "USD" } });
    let call = shop.by(&who, shop.house.post("/cart/accept-changes").json(&dollars));
    call.send().await.refused(409, "changed_again");
    assert_eq!(shop.sees(&who).await.json()["lines"][0]["price_then"], euros(990));
    shop.clears(&who).await.expect(204);
    shop.accepts(&who, 0).await.refused(404, "no_such_cart");
}

#[tokio::test]
async fn what_is_not_sold_any_more_is_shown_and_not_summed() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let (mug, lamp) = (shop.ware(990), shop.ware(2_500));
    shop.puts(&who, mug, 1).await.expect(201);
    shop.house.advance(jiff::SignedDuration::from_secs(1));
    shop.puts(&who, lamp, 1).await.expect(201);
    shop.change(lamp, |ware| ware.on_sale = false);
    shop.change(mug, |ware| ware.prices.clear());
    let cart = shop.sees(&who).await.expect(200).json();
    let gone = |why: &str| json!([{ "code": "unavailable", "why": why }]);
    assert_eq!(changes(&cart), [gone("no_price"), gone("not_on_sale")]);
    assert_eq!((&cart["total"], &cart["merchants"], &cart["ready"]), (&euros(0), &json!([]), &json!(false)));
    assert_eq!(cart["lines"][1]["title"], "Thing 1", "it is called what it was called");
}

#[tokio::test]
async fn what_runs_out_is_told_in_numbers() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let (few, none) = (shop.ware(100), shop.ware(100));
    shop.puts(&who, few, 5).await.expect(201);
    shop.house.advance(jiff::SignedDuration::from_secs(1));
    shop.puts(&who, none, 1).await.expect(201);
    let course = shop.ware_of(LineKind::Course, None, &[("EUR", 100)], 0);
    shop.house.advance(jiff::SignedDuration::from_secs(1));
    shop.puts(&who, course, 3).await.expect(201);
    shop.change(few, |ware| ware.free = 4);
    shop.change(none, |ware| ware.free = 0);
    let cart = shop.sees(&who).await.expect(200).json();
    let expect = [json!([{ "code": "only_n_left", "left": 4 }]), json!([{ "code": "sold_out" }]), json!([])];
    assert_eq!(changes(&cart), expect);
    assert_eq!((&cart["ready"], &cart["total"]), (&json!(false), &euros(900)));
}

#[tokio::test]
async fn a_room_that_does_not_answer_does_not_hide_the_cart() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&who, mug, 2).await.expect(201);
    let states = [(true, false), (false, true), (true, true)];
    for (catalog, inventory) in states {
        shop.street.known().catalog_is_down = catalog;
        shop.street.known().inventory_is_down = inventory;
        let cart = shop.sees(&who).await.expect(200).json();
        let word = |down: bool| json!(if down { "unchecked" } else { "checked" });
        assert_eq!((&cart["prices"], &cart["availability"]), (&word(catalog), &word(inventory)));
        assert_eq!((&cart["total"], &cart["ready"]), (&euros(1_980), &json!(false)));
        assert_eq!((&cart["lines"][0]["title"], changes(&cart)), (&json!("Thing 0"), vec![json!([])]));
    }
    // What was put in can be set and taken out; what is to be put in has to have a price.
    shop.sets(&who, mug, 3).await.expect(200);
    shop.puts(&who, mug, 1).await.refused(503, "unavailable");
    shop.accepts(&who, 2_970).await.refused(503, "unavailable");
    shop.removes(&who, mug).await.expect(204);
    assert!(shop.house.lines.text().contains("shown_unchecked"));
}

#[tokio::test]
async fn a_cart_is_never_called_unchanged_because_its_version_is() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&who, mug, 1).await.expect(201);
    let etag = shop.by(&who, shop.house.get("/cart")).send().await.expect(200);
    let etag = etag.header("etag").unwrap().to_owned();
    let look = || shop.by(&who, shop.house.get("/cart")).header(http::header::IF_NONE_MATCH, &etag);
    look().send().await.expect(304);
    shop.costs(mug, 1_090);
    let seen = look().send().await.expect(200);
    assert_eq!((seen.version(), &seen.json()["total"]), (1, &euros(1_090)));
}

#[tokio::test]
async fn titles_are_asked_for_in_the_reader_s_language() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&who, mug, 1).await.expect(201);
    let asked = async |path: &str, header: Option<&str>| {
        let call = shop.by(&who, shop.house.get(path));
        let call = match header {
            Some(header) => call.header(http::header::ACCEPT_LANGUAGE, header),
            None => call,
        };
        call.send().await.expect(200);
        shop.street.known().last_ask["locale"].clone()
    };
    assert_eq!(asked("/cart", None).await, json!(null));
    assert_eq!(asked("/cart?locale=pt-br", Some("ru")).await, "pt-BR");
    assert_eq!(asked("/cart", Some("*, zh-Hant-TW;q=0.9, en")).await, "zh-Hant-TW");
    assert_eq!(asked("/cart", Some("*")).await, json!(null));
}
