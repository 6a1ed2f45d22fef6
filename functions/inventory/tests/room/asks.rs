//! What other rooms ask while a customer waits.

use facts::inventory::{ReservationCommitted, ReservationMade, ReservationReleased};
use ids::VariantId;
use jiff::SignedDuration;
use serde_json::json;

use crate::market::{Market, only};

#[tokio::test]
async fn what_is_reserved_is_held_and_told() {
    let mut market = Market::open().await;
    let (one, two) = (market.stocked(5).await, market.stocked(9).await);
    let held = market.reserve("ord_1", &[(one, 2), (two, 1), (one, 1)]).await.expect(200).json();
    assert_eq!(held["state"], "active");
    assert_eq!(held["lines"], json!([{ "variant": one, "quantity": 3 }, { "variant": two, "quantity": 1 }]));
    assert_eq!(held["expires_at"], "2026-11-21T12:10:00Z");
    assert_eq!(market.numbers(one).await, [5, 2, 3, 0]);
    assert_eq!(market.numbers(two).await, [9, 8, 1, 0]);
    let made: Vec<ReservationMade> = only(&market.comes_to_rest().await);
    assert_eq!(made.len(), 1);
    assert_eq!((made[0].owner.as_str(), made[0].lines.len()), ("ord_1", 2));
}

#[tokio::test]
async fn a_reservation_of_known_variants_takes_one_request_to_the_table() {
    let market = Market::open().await;
    let mut lines = Vec::new();
    for _ in 0..5 {
        lines.push((market.stocked(10).await, 1));
    }
    let cold = market.reserve("ord_1", &lines).await.expect(200);
    assert_eq!(cold.spend.requests, 2, "one for the cards, one for the reservation");
    let warm = market.reserve("ord_2", &lines).await.expect(200);
    assert_eq!(warm.spend.requests, 1);
    market.house.advance(SignedDuration::from_secs(61));
    assert_eq!(market.reserve("ord_3", &lines).await.expect(200).spend.requests, 2);
}

#[tokio::test]
async fn the_same_wish_again_gets_the_same_answer_and_holds_nothing_more() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    let first = market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    market.house.advance(SignedDuration::from_secs(30));
    let again = market.reserve("ord_1", &[(variant, 1), (variant, 1)]).await.expect(200);
    assert_eq!(first.json(), again.json());
    assert_eq!(market.numbers(variant).await, [5, 3, 2, 0]);
}

#[tokio::test]
async fn all_lines_are_held_or_none_and_every_short_one_is_named() {
    let mut market = Market::open().await;
    let (plenty, few, none) = (market.stocked(10).await, market.stocked(2).await, market.variant().await);
    let refused = market.reserve("ord_1", &[(plenty, 1), (few, 3), (none, 1)]).await;
    let mut short = refused.refused(409, "stock_short").json()["short"].as_array().unwrap().clone();
    short.sort_by_key(|line| line["wanted"].as_u64());
    let expect = json!([
        { "variant": none, "wanted": 1, "free": 0 },
        { "variant": few, "wanted": 3, "free": 2 },
    ]);
    assert_eq!(json!(short), expect);
    for (variant, n) in [(plenty, 10), (few, 2), (none, 0)] {
        assert_eq!(market.numbers(variant).await, [n, n, 0, 0]);
    }
    assert!(only::<ReservationMade>(&market.comes_to_rest().await).is_empty());
}

#[tokio::test]
async fn a_variant_that_nobody_knows_is_named() {
    let market = Market::open().await;
    let (known, unknown) = (market.stocked(1).await, VariantId::mint(&market.house.mint));
    let refused = market.reserve("ord_1", &[(known, 1), (unknown, 1)]).await.refused(422, "unknown_variant");
    assert_eq!(refused.json()["unknown"], json!([unknown]));
    assert_eq!(market.numbers(known).await, [1, 1, 0, 0]);
}

#[tokio::test]
async fn what_an_owner_holds_does_not_stand_in_its_way() {
    let mut market = Market::open().await;
    let (one, two) = (market.stocked(5).await, market.stocked(5).await);
    let first = market.reserve("ord_1", &[(one, 4), (two, 2)]).await.expect(200).json();
    // One more of the first, none of the second: the four that are held count.
    let other = market.reserve("ord_1", &[(one, 5)]).await.expect(200).json();
    assert_eq!(first["reservation"], other["reservation"]);
    assert_eq!(market.numbers(one).await, [5, 0, 5, 0]);
    assert_eq!(market.numbers(two).await, [5, 5, 0, 0]);
    // What it holds is part of what it could have.
    let refused = market.reserve("ord_1", &[(one, 6)]).await.refused(409, "stock_short");
    assert_eq!(refused.json()["short"][0]["free"], 5);
    assert_eq!(market.numbers(one).await, [5, 0, 5, 0]);
    market.comes_to_rest().await;
}

#[tokio::test]
async fn what_is_committed_is_sold_once_and_stays_sold() {
    let mut market = Market::open().await;
    let variant = market.stocked(5).await;
    market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    let first = market.settle_for("commit", "ord_1").await.expect(200);
    assert_eq!(first.json()["state"], "committed");
    let again = market.settle_for("commit", "ord_1").await.expect(200);
    assert_eq!(first.json(), again.json());
    market.settle_for("release", "ord_1").await.refused(409, "reservation_committed");
    market.settle_for("extend", "ord_1").await.refused(409, "reservation_committed");
    // The same wish, late: it has been fulfilled. Another one: too late.
    assert_eq!(market.reserve("ord_1", &[(variant, 2)]).await.expect(200).json()["state"], "committed");
    market.reserve("ord_1", &[(variant, 1)]).await.refused(409, "reservation_committed");
    assert_eq!(market.numbers(variant).await, [5, 3, 0, 2]);
    assert_eq!(only::<ReservationCommitted>(&market.comes_to_rest().await).len(), 1);
    market.house.advance(SignedDuration::from_hours(48));
    market.comes_to_rest().await;
    assert_eq!(market.numbers(variant).await, [5, 3, 0, 2]);
}

#[tokio::test]
async fn what_is_released_is_free_again_and_can_be_reserved_anew() {
    let mut market = Market::open().await;
    let variant = market.stocked(5).await;
    let held = market.reserve("ord_1", &[(variant, 5)]).await.expect(200).json();
    let first = market.settle_for("release", "ord_1").await.expect(200);
    let again = market.settle_for("release", "ord_1").await.expect(200);
    assert_eq!((first.json(), first.json()["state"].as_str()), (again.json(), Some("released")));
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
    market.settle_for("commit", "ord_1").await.refused(409, "reservation_released");
    market.settle_for("extend", "ord_1").await.refused(409, "reservation_released");
    let anew = market.reserve("ord_1", &[(variant, 5)]).await.expect(200).json();
    assert_eq!((&anew["reservation"], &anew["state"]), (&held["reservation"], &json!("active")));
    assert_eq!(only::<ReservationReleased>(&market.comes_to_rest().await).len(), 1);
}

#[tokio::test]
async fn who_has_reserved_nothing_has_nothing_to_extend_commit_or_release() {
    let market = Market::open().await;
    for operation in ["extend", "commit", "release"] {
        market.settle_for(operation, "ord_nobody").await.refused(404, "no_such_reservation");
    }
}

#[tokio::test]
async fn the_versions_of_a_reservation_and_its_facts_are_numbered_alike() {
    let mut market = Market::open().await;
    let variant = market.stocked(9).await;
    market.reserve("ord_1", &[(variant, 1)]).await.expect(200);
    market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    market.house.advance(SignedDuration::from_secs(60));
    let longer = json!({ "owner": "ord_1", "ttl_seconds": 900 });
    market.ask("extend", &longer).await.expect(200);
    market.settle_for("commit", "ord_1").await.expect(200);
    let facts = market.comes_to_rest().await;
    let told = facts.iter().filter(|fact| fact.aggregate.starts_with("rsv_"));
    let told: Vec<_> = told.map(|fact| (fact.version, fact.name.split('.').nth(1).unwrap())).collect();
    let expect = [
        (1, "reservation_made"),
        (2, "reservation_made"),
        (3, "reservation_made"),
        (4, "reservation_committed"),
    ];
    assert_eq!(told, expect);
}

#[tokio::test]
async fn free_units_are_told_by_one_request_and_held_for_nobody() {
    let market = Market::open().await;
    let (plenty, few) = (market.stocked(10).await, market.stocked(2).await);
    let course = market.variant_of(facts::catalog::LineKind::Course, None).await;
    let unknown = VariantId::mint(&market.house.mint);
    let lines = |lines: &[(VariantId, u32)]| {
        let lines = lines.iter().map(|(variant, n)| json!({ "variant": variant, "quantity": n }));
        json!({ "lines": lines.collect::<Vec<_>>() })
    };
    let ask = lines(&[(plenty, 3), (few, 1), (course, 1), (unknown, 1)]);
    let told = market.ask("free_units", &ask).await.expect(200).json();
    let mut items = [(plenty, 10), (few, 2)];
    items.sort();
    let items: Vec<_> = items.iter().map(|(v, n)| json!({ "variant": v, "free": n })).collect();
    assert_eq!(told, json!({ "items": items, "not_stocked": [course] }));
    let warm = market.ask("free_units", &lines(&[(plenty, 3), (few, 1)])).await.expect(200);
    assert_eq!(warm.spend.requests, 1);
    market.reserve("ord_1", &[(plenty, 4)]).await.expect(200);
    let told = market.ask("free_units", &lines(&[(plenty, 1)])).await.expect(200).json();
    assert_eq!(told["items"][0]["free"], 6);
    market.ask("free_units", &lines(&[])).await.refused(422, "bad_lines");
    let many: Vec<_> = (0..101).map(|_| (VariantId::mint(&market.house.mint), 1)).collect();
    market.ask("free_units", &lines(&many)).await.refused(422, "bad_lines");
    market
        .ask("free_units", &json!({ "lines": [{ "variant": plenty }] }))
        .await
        .refused(400, "malformed_ask");
}

#[tokio::test]
async fn units_in_cells_that_a_split_has_given_up_are_free_all_the_same() {
    let market = Market::open().await;
    let variant = market.variant().await;
    market.split(variant, 8).await;
    market.receive(variant, 16).await;
    market.reserve("ord_1", &[(variant, 16)]).await.expect(200);
    market.split(variant, 1).await;
    // What was held stayed where it was, and comes free there.
    market.settle_for("release", "ord_1").await.expect(200);
    let ask = json!({ "lines": [{ "variant": variant, "quantity": 16 }] });
    let told = market.ask("free_units", &ask).await.expect(200).json();
    assert_eq!(told["items"][0]["free"], 16);
}
