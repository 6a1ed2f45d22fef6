//! What it costs at the table.

use jiff::SignedDuration;

use crate::shop::{Shop, Who, more};

#[tokio::test]
async fn an_addition_takes_one_request_and_with_a_key_two() {
    let shop = Shop::open().await;
    let mug = shop.ware(990);
    let who = shop.customer();
    for _ in 0..2 {
        let added = shop.puts(&who, mug, 1).await.expect(201);
        assert_eq!((added.spend.requests, added.spend.write_milli), (1, 1_000));
        let keyed = shop.add(&who, &more(mug, 1)).key(&shop.house.mint.uuid().to_string());
        assert_eq!(keyed.send().await.expect(201).spend.requests, 2);
    }
    let first = shop.puts(&Who::Guest(None), mug, 1).await.expect(201);
    assert_eq!(first.spend.requests, 1);
    let asked = std::mem::take(&mut shop.street.known().asked);
    assert_eq!(asked, ["price_lines"; 5]);
}

#[tokio::test]
async fn a_look_takes_one_request_and_one_question_to_each_room_however_full_the_cart_is() {
    let shop = Shop::open().await;
    let who = shop.customer();
    for _ in 0..100 {
        shop.puts(&who, shop.ware(990), 1).await.expect(201);
    }
    shop.street.known().asked.clear();
    let seen = shop.sees(&who).await.expect(200);
    assert_eq!(seen.json()["lines"].as_array().unwrap().len(), 100);
    assert_eq!(seen.spend.requests, 1);
    let mut asked = std::mem::take(&mut shop.street.known().asked);
    asked.sort_unstable();
    assert_eq!(asked, ["free_units", "price_lines"]);
    // Past the half of its life a look begins it again, and costs one more.
    shop.house.advance(SignedDuration::from_hours(16 * 24));
    assert_eq!(shop.sees(&who).await.expect(200).spend.requests, 2);
    assert_eq!(shop.sees(&who).await.expect(200).spend.requests, 1);
}

#[tokio::test]
async fn a_look_at_nothing_asks_nobody() {
    let shop = Shop::open().await;
    let seen = shop.sees(&shop.customer()).await.expect(200);
    assert_eq!(seen.spend.requests, 1);
    assert_eq!(shop.sees(&Who::Guest(None)).await.expect(200).spend.requests, 0);
    assert!(shop.street.known().asked.is_empty());
}

#[tokio::test]
async fn setting_and_taking_out_read_once_and_write_once() {
    let shop = Shop::open().await;
    let (who, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&who, mug, 1).await.expect(201);
    assert_eq!(shop.sets(&who, mug, 5).await.expect(200).spend.requests, 2);
    assert_eq!(shop.accepts(&who, 5 * 990).await.expect(200).spend.requests, 2);
    assert_eq!(shop.removes(&who, mug).await.expect(204).spend.requests, 2);
    assert_eq!(shop.clears(&who).await.expect(204).spend.requests, 1, "there is nothing to take out");
}

#[tokio::test]
async fn a_merge_reads_two_carts_and_writes_both_at_once() {
    let shop = Shop::open().await;
    let (customer, mug) = (shop.customer(), shop.ware(990));
    shop.puts(&customer, mug, 1).await.expect(201);
    let guest = shop.guest_with(mug, 2).await;
    assert_eq!(shop.merges(&customer, &guest).await.expect(200).spend.requests, 3);
    assert_eq!(shop.merges(&customer, &guest).await.expect(200).spend.requests, 1);
}
