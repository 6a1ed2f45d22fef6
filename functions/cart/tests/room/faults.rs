//! A table in bad weather.

use jiff::SignedDuration;
use serde_json::json;
use testkit::{House, Kind, Sky, TRANSACTIONS, Weather};

use crate::shop::{Shop, more};

async fn shop() -> (Shop, Sky) {
    let (house, sky) = House::open_under_a_sky(cart::room(), &[]).await;
    (Shop::of(house), sky)
}

#[tokio::test]
async fn whatever_was_done_and_not_heard_of_is_done_once() {
    let (shop, sky) = shop().await;
    let (customer, mug) = (shop.customer(), shop.ware(990));
    let deaf = |kind| sky.turns(Weather::Deaf(kind, 1));
    let heard = || assert!(matches!(sky.now(), Weather::Deaf(_, 0)), "nothing was lost");
    for n in 1..3 {
        deaf(&["UpdateItem"]);
        let added = shop.puts(&customer, mug, 1).await.expect(201);
        assert_eq!((added.version(), &added.json()["now"]["quantity"]), (n, &json!(n)));
        heard();
    }
    deaf(TRANSACTIONS);
    shop.add(&customer, &more(mug, 1)).key("k").send().await.expect(201);
    heard();
    assert_eq!(shop.lines(&customer).await[&mug.to_string()], 3);
    deaf(&["PutItem"]);
    assert_eq!(shop.sets(&customer, mug, 7).await.expect(200).version(), 4);
    heard();
    let guest = shop.guest_with(mug, 2).await;
    deaf(TRANSACTIONS);
    let merged = shop.merges(&customer, &guest).await.expect(200);
    heard();
    assert_eq!(shop.merges(&customer, &guest).await.expect(200).body, merged.body);
    assert_eq!(shop.lines(&customer).await[&mug.to_string()], 9);
    deaf(&["PutItem"]);
    shop.clears(&customer).await.expect(204);
    assert!(shop.lines(&customer).await.is_empty());
    shop.is_sound().await;
}

/// An addition whose answer was lost comes again, perhaps after another writer has put the whole cart
/// anew: it is known by its mark, which is one place further back then.
#[tokio::test]
async fn whoever_puts_a_cart_anew_keeps_the_marks_of_who_wrote_it_before() {
    let shop = Shop::open().await;
    let (customer, mug) = (shop.customer(), shop.ware(990));
    let mark = async |of: &str, place: &str| {
        let items = shop.house.items().await;
        let item = items.iter().find(|item| item["pk"].as_s().unwrap().starts_with(of)).unwrap();
        item.get(place).map(|mark| mark.as_s().unwrap().clone())
    };
    shop.puts(&customer, mug, 1).await.expect(201);
    let first = mark("cart#acc_", "w").await;
    assert!(first.is_some());
    shop.sets(&customer, mug, 5).await.expect(200);
    assert_eq!(mark("cart#acc_", "w1").await, first);
    let guest = shop.guest_with(mug, 2).await;
    let guests = mark("cart#crt_", "w").await;
    shop.merges(&customer, &guest).await.expect(200);
    assert_eq!((mark("cart#acc_", "w2").await, mark("cart#crt_", "w1").await), (first.clone(), guests));
    shop.add(&customer, &more(mug, 1)).key("k").send().await.expect(201);
    assert_eq!(mark("cart#acc_", "w2").await, first, "a transaction has a token, and no mark");
    shop.puts(&customer, mug, 1).await.expect(201);
    assert_eq!(mark("cart#acc_", "w3").await, first);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_takes_nothing_changes_nothing_and_says_when_to_come_back() {
    let (shop, sky) = shop().await;
    let (customer, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&customer, mug, 2).await.expect(201);
    let guest = shop.guest_with(mug, 1).await;
    let before = shop.house.items().await;
    // Everything that is asked of a table is an …Item or …Items.
    sky.turns(Weather::Throttled(&["Item"]));
    for reply in [
        shop.puts(&customer, mug, 1).await,
        shop.sets(&customer, mug, 9).await,
        shop.removes(&customer, mug).await,
        shop.clears(&customer).await,
        shop.accepts(&customer, 1_980).await,
        shop.merges(&customer, &guest).await,
        shop.sees(&customer).await,
        shop.add(&customer, &more(mug, 1)).key("k").send().await,
    ] {
        let reply = reply.refused(503, "unavailable");
        assert_eq!(reply.header("retry-after"), Some("1"));
    }
    // And when it can be read and not written to.
    for kind in [&["PutItem"] as Kind, TRANSACTIONS] {
        sky.turns(Weather::Throttled(kind));
        let reply = match kind {
            ["PutItem"] => shop.sets(&customer, mug, 9).await,
            _ => shop.merges(&customer, &guest).await,
        };
        reply.refused(503, "unavailable");
    }
    sky.clears();
    assert_eq!(shop.house.items().await, before);
    shop.is_sound().await;
}

#[tokio::test]
async fn a_look_does_not_fail_because_a_life_could_not_be_begun_again() {
    let (shop, sky) = shop().await;
    let mug = shop.ware(990);
    let guest = shop.guest_with(mug, 1).await;
    shop.house.advance(SignedDuration::from_hours(13));
    sky.turns(Weather::Throttled(&["UpdateItem"]));
    let seen = shop.sees(&guest).await.expect(200);
    assert_eq!(seen.json()["lines"][0]["quantity"], 1);
    sky.clears();
    shop.sees(&guest).await.expect(200);
    shop.house.advance(SignedDuration::from_hours(13));
    assert_eq!(shop.lines(&guest).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_merge_that_meets_others_a_few_times_succeeds() {
    let (shop, sky) = shop().await;
    let (customer, mug) = (shop.customer(), shop.ware(990));
    let guest = shop.guest_with(mug, 2).await;
    sky.turns(Weather::Crowded(3));
    let merged = shop.merges(&customer, &guest).await.expect(200);
    assert_eq!(merged.spend.requests, 6, "two looks, three tries that met others, and one that did not");
    sky.turns(Weather::Crowded(usize::MAX));
    let keyed = || shop.add(&customer, &more(mug, 1)).key("k");
    keyed().send().await.refused(503, "unavailable");
    sky.clears();
    shop.house.advance(SignedDuration::from_secs(16));
    keyed().send().await.expect(201);
    assert_eq!(shop.lines(&customer).await[&mug.to_string()], 3);
}
