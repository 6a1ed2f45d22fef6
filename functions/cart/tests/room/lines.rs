//! Putting in, setting how many, taking out.

use facts::catalog::LineKind;
use ids::{QuoteId, SlotId, VariantId};
use serde_json::json;

use crate::shop::{Shop, Who, euros, more, text};

#[tokio::test]
async fn what_is_put_in_lies_there_with_its_price_and_its_totals() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let (mug, lamp) = (shop.ware(990), shop.ware(2_500));
    let added = shop.puts(&who, mug, 2).await.expect(201);
    let body = added.json();
    assert_eq!((added.version(), text(&body["line"])), (1, mug.to_string()));
    assert_eq!((&body["added"], &body["price"], &body["cart"]), (&json!(2), &euros(990), &json!(null)));
    assert_eq!(body["now"], json!({ "version": 1, "lines": 1, "units": 2, "quantity": 2 }));
    shop.house.advance(jiff::SignedDuration::from_secs(1));
    shop.puts(&who, lamp, 1).await.expect(201);
    let again = shop.puts(&who, mug, 3).await.expect(201).json();
    assert_eq!(again["now"], json!({ "version": 3, "lines": 2, "units": 6, "quantity": 5 }));

    let reply = shop.sees(&who).await.expect(200);
    let cart = reply.json();
    assert_eq!((reply.version(), &cart["version"], &cart["currency"]), (3, &json!(3), &json!("EUR")));
    let shown: Vec<_> =
        cart["lines"].as_array().unwrap().iter().map(|line| line["quantity"].clone()).collect();
    assert_eq!(shown, [5, 1]);
    assert_eq!(cart["lines"][0]["total"], euros(4_950));
    assert_eq!(cart["total"], euros(7_450));
    assert_eq!(cart["merchants"], json!([{ "merchant": shop.merchant, "total": euros(7_450) }]));
    assert_eq!((&cart["prices"], &cart["ready"]), (&json!("checked"), &json!(true)));
}

#[tokio::test]
async fn totals_are_told_merchant_by_merchant() {
    let mut shop = Shop::open().await;
    let who = shop.customer();
    let (mug, first) = (shop.ware(990), shop.merchant);
    shop.merchant = ids::MerchantId::mint(&shop.house.mint);
    let (lamp, second) = (shop.ware(2_500), shop.merchant);
    shop.puts(&who, mug, 2).await.expect(201);
    shop.puts(&who, lamp, 1).await.expect(201);
    let cart = shop.sees(&who).await.expect(200).json();
    let expect = json!([
        { "merchant": first, "total": euros(1_980) },
        { "merchant": second, "total": euros(2_500) },
    ]);
    assert_eq!((&cart["merchants"], &cart["total"]), (&expect, &euros(4_480)));
}

#[tokio::test]
async fn all_four_kinds_of_lines_lie_in_one_cart() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let ware = |kind| shop.ware_of(kind, None, &[("EUR", 1_000)], 9);
    let (thing, course) = (ware(LineKind::Physical), ware(LineKind::Course));
    let (service, part) = (ware(LineKind::Service), ware(LineKind::MadeToOrder));
    let slots = [(); 2].map(|()| SlotId::mint(&shop.house.mint));
    let quote = QuoteId::mint(&shop.house.mint);
    shop.puts(&who, thing, 1).await.expect(201);
    shop.puts(&who, course, 2).await.expect(201);
    for slot in slots {
        let hour = json!({ "variant": service, "currency": "EUR", "slot": slot });
        shop.add(&who, &hour).send().await.expect(201);
    }
    let made = json!({ "variant": part, "quantity": 7, "currency": "EUR", "quote": quote });
    shop.add(&who, &made).send().await.expect(201);
    let cart = shop.sees(&who).await.expect(200).json();
    let lines = cart["lines"].as_array().unwrap();
    assert_eq!((lines.len(), &cart["total"], &cart["ready"]), (5, &euros(12_000), &json!(true)));
    for line in lines {
        match text(&line["kind"]).as_str() {
            "service" => assert!(line["line"] == line["slot"] && line["quantity"] == 1, "{line}"),
            "made_to_order" => assert!(line["line"] == line["quote"] && line["quantity"] == 7, "{line}"),
            _ => assert!(line["line"] == line["variant"], "{line}"),
        }
    }
    // An hour is there once, and so is a quote.
    let hour = json!({ "variant": service, "currency": "EUR", "slot": slots[0] });
    shop.add(&who, &hour).send().await.refused(409, "already_in_cart");
    shop.add(&who, &made).send().await.refused(409, "already_in_cart");
    shop.sets(&who, slots[0], 2).await.refused(422, "one_slot");
    shop.sets(&who, quote, 8).await.expect(200);
    assert_eq!(shop.lines(&who).await[&quote.to_string()], 8);
    shop.is_sound().await;
}

#[tokio::test]
async fn what_does_not_fit_its_kind_is_refused() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let ware = |kind| shop.ware_of(kind, None, &[("EUR", 1_000)], 9);
    let (slot, quote) = (SlotId::mint(&shop.house.mint), QuoteId::mint(&shop.house.mint));
    let check = async |variant: VariantId, rest: serde_json::Value, code: &str| {
        let mut body = more(variant, 1);
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        shop.add(&who, &body).send().await.refused(422, code);
    };
    let (thing, service, part) =
        (ware(LineKind::Physical), ware(LineKind::Service), ware(LineKind::MadeToOrder));
    check(thing, json!({ "slot": slot }), "not_that_kind").await;
    check(thing, json!({ "quote": quote }), "not_that_kind").await;
    check(service, json!({}), "slot_missing").await;
    check(service, json!({ "slot": slot, "quantity": 2 }), "one_slot").await;
    check(part, json!({}), "quote_missing").await;
    check(part, json!({ "slot": slot }), "quote_missing").await;
    assert!(shop.lines(&who).await.is_empty());
}

#[tokio::test]
async fn what_is_not_sold_is_not_put_in() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let (gone, dollars) = (shop.ware(100), shop.ware_of(LineKind::Course, None, &[("USD", 5)], 0));
    shop.change(gone, |ware| ware.on_sale = false);
    let unknown = VariantId::mint(&shop.house.mint);
    for (variant, code) in [(gone, "not_on_sale"), (dollars, "no_price"), (unknown, "unknown_variant")] {
        let refused = shop.puts(&who, variant, 1).await.refused(422, code);
        assert_eq!(refused.json()["errors"][0]["pointer"], "/variant");
    }
    assert!(shop.lines(&who).await.is_empty());
}

#[tokio::test]
async fn a_cart_is_in_one_currency_until_it_is_empty() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let both = shop.ware_of(LineKind::Physical, None, &[("EUR", 100), ("USD", 110)], 9);
    let dollars = json!({ "variant": both, "currency": "USD" });
    shop.puts(&who, both, 1).await.expect(201);
    let refused = shop.add(&who, &dollars).send().await.refused(409, "other_currency");
    assert_eq!(refused.json()["currency"], "EUR");
    shop.removes(&who, both).await.expect(204);
    shop.add(&who, &dollars).send().await.expect(201);
    assert_eq!(shop.sees(&who).await.json()["total"], json!({ "amount": 110, "currency": "USD" }));
}

#[tokio::test]
async fn there_is_a_most_of_every_line_and_of_lines() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let mug = shop.ware(1);
    shop.puts(&who, mug, 9_998).await.expect(201);
    let refused = shop.puts(&who, mug, 2).await.refused(409, "too_many").json();
    assert_eq!((&refused["have"], &refused["most"]), (&json!(9_998), &json!(9_999)));
    shop.puts(&who, mug, 1).await.expect(201);
    for _ in 1..100 {
        shop.puts(&who, shop.ware(1), 1).await.expect(201);
    }
    shop.puts(&who, shop.ware(1), 1).await.refused(409, "cart_full");
    assert_eq!(shop.lines(&who).await.len(), 100);
    shop.sets(&who, mug, 1).await.expect(200);
    shop.puts(&who, mug, 1).await.expect(201);
}

#[tokio::test]
async fn quantities_are_set_and_lines_taken_out_as_often_as_one_says_so() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let (mug, lamp) = (shop.ware(990), shop.ware(2_500));
    shop.puts(&who, mug, 2).await.expect(201);
    shop.puts(&who, lamp, 1).await.expect(201);
    let set = shop.sets(&who, mug, 7).await.expect(200);
    assert_eq!(set.json(), json!({ "version": 3, "lines": 2, "units": 8, "quantity": 7 }));
    assert_eq!((set.version(), shop.sets(&who, mug, 7).await.expect(200).version()), (3, 3));
    assert_eq!(shop.removes(&who, mug).await.expect(204).version(), 4);
    assert_eq!(shop.removes(&who, mug).await.expect(204).version(), 4);
    shop.sets(&who, mug, 1).await.refused(404, "no_such_line");
    assert_eq!(shop.clears(&who).await.expect(204).version(), 5);
    assert_eq!(shop.clears(&who).await.expect(204).version(), 5);
    let empty = shop.sees(&who).await.expect(200);
    assert_eq!(
        (empty.version(), &empty.json()["lines"], &empty.json()["ready"]),
        (5, &json!([]), &json!(false))
    );
    assert_eq!(empty.json()["total"], json!(null));
}

#[tokio::test]
async fn whoever_has_seen_another_version_changes_nothing() {
    let shop = Shop::open().await;
    let who = shop.customer();
    let mug = shop.ware(990);
    shop.puts(&who, mug, 2).await.expect(201);
    shop.puts(&who, mug, 1).await.expect(201);
    let line = format!("/cart/lines/{mug}");
    let calls = || {
        let set = shop.house.put(&line).json(&json!({ "quantity": 9 }));
        let accept = shop.house.post("/cart/accept-changes").json(&json!({ "total": euros(2_970) }));
        [set, shop.house.delete(&line), shop.house.delete("/cart"), accept]
    };
    for call in calls() {
        shop.by(&who, call).if_match(1).send().await.refused(412, "stale_version");
    }
    assert_eq!(shop.lines(&who).await[&mug.to_string()], 3);
    for call in calls() {
        let version = shop.sees(&who).await.version();
        let status = shop.by(&who, call).if_match(version).send().await.status.as_u16();
        assert!([200, 204, 404].contains(&status), "{status}");
    }
    assert!(shop.lines(&who).await.is_empty());
}

#[tokio::test]
async fn an_account_s_cart_is_its_own() {
    let shop = Shop::open().await;
    let (one, other) = (shop.customer(), shop.customer());
    let mug = shop.ware(990);
    shop.puts(&one, mug, 2).await.expect(201);
    assert!(shop.lines(&other).await.is_empty());
    shop.sets(&other, mug, 1).await.refused(404, "no_such_line");
    shop.clears(&other).await.expect(204);
    assert_eq!(shop.lines(&one).await.len(), 1);
    // A person who is signed in has the account's cart, whatever the browser still keeps of a guest's.
    let Who::Guest(Some(value)) = shop.guest_with(mug, 5).await else { panic!("a guest has a value") };
    let both = shop.by(&one, shop.house.get("/cart")).header(crate::shop::X_CART, &value).send().await;
    assert_eq!(both.expect(200).json()["lines"][0]["quantity"], 2);
}
