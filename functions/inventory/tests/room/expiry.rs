//! What is not committed in time is given back: by the timer, and by the role that hears of TTL's deletions.

use facts::inventory::{ReservationExpired, ReservationMade};
use ids::VariantId;
use jiff::SignedDuration;
use lambda::Role;
use serde_json::json;

use crate::market::{Market, only};

#[tokio::test]
async fn what_nobody_comes_for_is_free_again_when_its_time_has_passed() {
    let mut market = Market::open().await;
    let variant = market.stocked(5).await;
    market.reserve("ord_1", &[(variant, 5)]).await.expect(200);
    market.comes_to_rest().await;
    market.house.advance(SignedDuration::from_secs(599));
    assert!(market.comes_to_rest().await.is_empty());
    assert_eq!(market.numbers(variant).await, [5, 0, 5, 0]);
    market.house.advance(SignedDuration::from_secs(2));
    assert_eq!(only::<ReservationExpired>(&market.comes_to_rest().await).len(), 1);
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
    assert_eq!(market.availability(variant).await, "low_stock");
}

#[tokio::test]
async fn what_has_expired_is_not_sold_even_before_the_timer_has_come() {
    let mut market = Market::open().await;
    let variant = market.stocked(5).await;
    market.reserve("ord_1", &[(variant, 2)]).await.expect(200);
    market.house.advance(SignedDuration::from_secs(600));
    market.settle_for("commit", "ord_1").await.refused(409, "reservation_expired");
    market.settle_for("extend", "ord_1").await.refused(409, "reservation_expired");
    assert_eq!(market.numbers(variant).await, [5, 3, 2, 0]);
    market.comes_to_rest().await;
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
    market.settle_for("commit", "ord_1").await.refused(409, "reservation_expired");
    assert_eq!(market.settle_for("release", "ord_1").await.expect(200).json()["state"], "expired");
}

#[tokio::test]
async fn an_owner_who_comes_late_reserves_anew_with_what_it_still_holds() {
    let mut market = Market::open().await;
    let variant = market.stocked(5).await;
    let first = market.reserve("ord_1", &[(variant, 5)]).await.expect(200).json();
    market.house.advance(SignedDuration::from_secs(601));
    let anew = market.reserve("ord_1", &[(variant, 5)]).await.expect(200).json();
    assert_eq!(first["reservation"], anew["reservation"]);
    assert_ne!(first["expires_at"], anew["expires_at"]);
    // The first timer comes now and finds that it is not time yet.
    assert!(only::<ReservationExpired>(&market.comes_to_rest().await).is_empty());
    assert_eq!(market.numbers(variant).await, [5, 0, 5, 0]);
    market.house.advance(SignedDuration::from_secs(601));
    assert_eq!(only::<ReservationExpired>(&market.comes_to_rest().await).len(), 1);
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
}

#[tokio::test]
async fn what_is_extended_lives_longer() {
    let mut market = Market::open().await;
    let variant = market.stocked(1).await;
    market.reserve("ord_1", &[(variant, 1)]).await.expect(200);
    market.comes_to_rest().await;
    market.house.advance(SignedDuration::from_secs(500));
    let longer = market.ask("extend", &json!({ "owner": "ord_1", "ttl_seconds": 900 })).await.expect(200);
    assert_eq!(longer.json()["expires_at"], "2026-11-21T12:23:20Z");
    let shorter = market.ask("extend", &json!({ "owner": "ord_1", "ttl_seconds": 10 })).await.expect(200);
    assert_eq!(shorter.json(), longer.json());
    market.house.advance(SignedDuration::from_secs(500));
    assert_eq!(only::<ReservationMade>(&market.comes_to_rest().await).len(), 1);
    assert_eq!(market.numbers(variant).await, [1, 0, 1, 0]);
    market.house.advance(SignedDuration::from_secs(401));
    assert_eq!(only::<ReservationExpired>(&market.comes_to_rest().await).len(), 1);
}

#[tokio::test]
async fn the_timer_is_set_even_when_the_one_who_reserved_is_gone() {
    let mut market = Market::open().await;
    let variant = market.stocked(1).await;
    market.reserve("ord_1", &[(variant, 1)]).await.expect(200);
    // Nothing has been heard of the reservation until long after its end.
    market.house.advance(SignedDuration::from_mins(30));
    assert_eq!(only::<ReservationExpired>(&market.comes_to_rest().await).len(), 1);
    assert_eq!(market.numbers(variant).await, [1, 1, 0, 0]);
}

#[tokio::test]
async fn what_the_broom_takes_is_given_back_once() {
    let mut market = Market::open().await;
    let variant = market.stocked(5).await;
    market.reserve("ord_1", &[(variant, 3)]).await.expect(200);
    let made = market.house.facts();
    market.house.advance(SignedDuration::from_hours(3));
    market.house.engines.dynamo.sweep().unwrap();
    let heard = market.comes_to_rest().await;
    assert_eq!(only::<ReservationExpired>(&heard).len(), 1);
    let expired = heard.iter().find(|fact| fact.name.contains("expired")).unwrap();
    let made = made.iter().find(|fact| fact.aggregate == expired.aggregate).unwrap();
    assert_eq!(expired.version, made.version + 1);
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
}

#[tokio::test]
async fn what_the_broom_takes_is_given_back_even_when_its_owner_has_reserved_anew() {
    let mut market = Market::open().await;
    let variant = market.stocked(5).await;
    let first = market.reserve("ord_1", &[(variant, 3)]).await.expect(200).json();
    market.house.facts();
    market.house.advance(SignedDuration::from_hours(3));
    market.house.engines.dynamo.sweep().unwrap();
    let second = market.reserve("ord_1", &[(variant, 2)]).await.expect(200).json();
    assert_ne!(first["reservation"], second["reservation"]);
    assert_eq!(market.numbers(variant).await, [5, 0, 5, 0]);
    market.comes_to_rest().await;
    assert_eq!(market.numbers(variant).await, [5, 3, 2, 0]);
}

#[tokio::test]
async fn the_same_sweeping_seen_twice_gives_back_once() {
    let market = Market::open().await;
    let variant = market.stocked(5).await;
    market.reserve("ord_1", &[(variant, 3)]).await.expect(200);
    let event = swept(variant, 3, market.main_warehouse());
    market.house.advance(SignedDuration::from_hours(3));
    market.house.engines.dynamo.sweep().unwrap();
    for _ in 0..3 {
        let answer = market.house.handle(Role::Expiry, event.clone()).await.unwrap();
        assert_eq!(answer["batchItemFailures"], json!([]));
    }
    assert_eq!(market.numbers(variant).await, [5, 5, 0, 0]);
}

#[tokio::test]
async fn a_swept_item_that_is_no_reservation_is_passed_over_and_a_broken_one_is_put_aside() {
    let market = Market::open().await;
    let variant = market.stocked(1).await;
    let mut event = swept(variant, 1, market.main_warehouse());
    let record = |old: serde_json::Value, n: &str| {
        let mut record = event["Records"][0].clone();
        record["dynamodb"]["OldImage"] = old;
        record["dynamodb"]["SequenceNumber"] = json!(n);
        record
    };
    let receipt = record(json!({ "pk": { "S": "heard#x" }, "sk": { "S": "receipt" } }), "1");
    let broken = record(json!({ "pk": { "S": "rsv#x" }, "sk": { "S": "reservation" } }), "2");
    let after = record(json!({ "pk": { "S": "once#x" }, "sk": { "S": "y" } }), "3");
    event["Records"] = json!([receipt, broken, after]);
    let answer = market.house.handle(Role::Expiry, event).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([{ "itemIdentifier": "2" }]));
    market.is_sound().await;
}

/// What the stream shows when the broom has taken the reservation of `ord_1`.
fn swept(variant: VariantId, quantity: u32, warehouse: ids::WarehouseId) -> serde_json::Value {
    let hold = json!({ "M": {
        "variant": { "S": variant }, "warehouse": { "S": warehouse },
        "shard": { "N": "0" }, "quantity": { "N": quantity.to_string() },
    } });
    json!({ "Records": [{
        "eventID": "1", "eventName": "REMOVE", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "userIdentity": { "type": "Service", "principalId": "dynamodb.amazonaws.com" },
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_000_000, "SequenceNumber": "1", "SizeBytes": 1,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            "Keys": { "pk": { "S": "rsv#ord_1" }, "sk": { "S": "reservation" } },
            "OldImage": {
                "pk": { "S": "rsv#ord_1" }, "sk": { "S": "reservation" }, "v": { "N": "1" },
                "id": { "S": "rsv_01kb2x5m8ge8v9w2m4n5p7q8rs" }, "owner": { "S": "ord_1" },
                "state": { "S": "active" }, "expires_at": { "N": "1795262400000" },
                "holds": { "L": [hold] },
            },
        },
    }] })
}

#[tokio::test]
async fn everything_that_is_heard_a_second_time_changes_nothing() {
    let mut market = Market::open().await;
    let variant = market.stocked(6).await;
    market.reserve("ord_1", &[(variant, 4)]).await.expect(200);
    market.reserve("ord_2", &[(variant, 1)]).await.expect(200);
    market.settle_for("commit", "ord_2").await.expect(200);
    let mut facts = market.comes_to_rest().await;
    market.house.advance(SignedDuration::from_secs(601));
    facts.extend(market.comes_to_rest().await);
    let before = market.numbers(variant).await;
    assert_eq!(before, [6, 5, 0, 1]);
    // Backwards, as no queue would bring them: what counts is what is, not what is said.
    let mine: Vec<_> = facts.into_iter().rev().filter(|fact| fact.aggregate.starts_with("rsv_")).collect();
    assert_eq!(mine.len(), 4);
    assert!(market.house.hear(&mine).await.is_empty());
    assert!(market.comes_to_rest().await.is_empty());
    assert_eq!(market.numbers(variant).await, before);
}
