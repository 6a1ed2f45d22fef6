//! Readers that die half-way, hand over, or meet each other.

use jiff::SignedDuration;
use serde_json::Value;
use testkit::{House, Sky, TRANSACTIONS, Weather};

use crate::shop::{Shop, counts};

async fn fragile() -> (Shop, Sky) {
    let (house, sky) = House::open_under_a_sky(catalog::room(), &[]).await;
    (Shop::of(house).await, sky)
}

/// Where the rows of a file begin.
const HEADER: usize = "external_id,kind,title,price,currency,publish\n".len();

fn file(rows: usize) -> String {
    let row = |n| format!("E-{n},physical,Mug {n},1.00,EUR,yes\n");
    "external_id,kind,title,price,currency,publish\n".to_owned() + &(1..=rows).map(row).collect::<String>()
}

fn all_created(outcome: &[Value], rows: usize) {
    assert_eq!(outcome.len(), rows);
    for (row, number) in outcome.iter().zip(2..) {
        assert_eq!((row["row"].as_i64(), row["outcome"].as_str()), (Some(number), Some("created")));
    }
}

#[tokio::test]
async fn a_reader_that_dies_goes_on_where_it_was_and_tells_what_it_did() {
    let (mut shop, sky) = fragile().await;
    let import = shop.import("csv", file(600)).await;
    // Somewhere in the second piece, and once more in the third.
    for writes in [400, 150] {
        sky.turns(Weather::Dead(TRANSACTIONS, writes));
        shop.house.turn().await;
        assert_eq!(shop.import_now(&import).await["state"], "reading");
        sky.clears();
        shop.house.advance(SignedDuration::from_secs(1000));
    }
    let done = shop.settled(&import).await;
    assert_eq!(
        (done["state"].as_str(), counts(&done)),
        (Some("finished"), [600, 0, 0, 0]),
        "{}",
        shop.house.lines.text()
    );
    all_created(&shop.outcome(&import).await, 600);
    let path = format!("/catalog/products?merchant={}&limit=100", shop.merchant);
    let (mut path, mut found) = (path, 0);
    loop {
        let page = shop.house.get(&path).send().await.expect(200);
        found += page.json()["items"].as_array().unwrap().len();
        let Some(link) = page.header("link") else { break };
        path = link.split(['<', '>']).nth(1).unwrap().to_owned();
    }
    assert_eq!(found, 600, "no row has made two products");
}

#[tokio::test]
async fn what_a_row_has_done_is_not_done_again_after_another_file_has_spoken() {
    let (mut shop, sky) = fragile().await;
    let shelves = "external_id,kind,title,price,currency,category\n".to_owned();
    let first =
        shelves.clone() + "E-0,physical,Mug,1.00,EUR,nowhere\n" + &file(200)[HEADER..].replace(",yes", ",");
    let first = shop.import("csv", first).await;
    sky.turns(Weather::Dead(TRANSACTIONS, 100));
    shop.house.turn().await;
    sky.clears();
    assert_eq!(shop.import_now(&first).await["rows"], 0, "it died before its first place");

    // While the first file is not read, a second one says otherwise of what the first one has done,
    // and what the first one was refused for comes true.
    let second = shop.import("csv", file(50).replace("1.00", "2.00")).await;
    shop.house.turn().await;
    assert_eq!(counts(&shop.import_now(&second).await), [0, 50, 0, 0]);
    shop.category("nowhere", None).await;

    shop.house.advance(SignedDuration::from_secs(1000));
    let done = shop.settled(&first).await;
    assert_eq!((done["state"].as_str(), counts(&done)), (Some("finished"), [200, 0, 0, 1]));
    let outcome = shop.outcome(&first).await;
    assert_eq!((outcome.len(), outcome[0]["code"].as_str()), (201, Some("no_such_category")));
    let product = outcome[1]["product"].as_str().unwrap();
    assert_eq!(shop.own(product).await.json()["variants"][0]["now"][0]["amount"], 200);
}

#[tokio::test]
async fn a_reader_whose_time_is_up_hands_over_to_the_next() {
    let mut shop = Shop::open_with(&[("READING_SECONDS", "0")]).await;
    let import = shop.import("csv", file(600)).await;
    shop.house.turn().await;
    let now = shop.import_now(&import).await;
    assert_eq!((now["state"].as_str(), now["rows"].as_u64()), (Some("reading"), Some(250)));
    let done = shop.settled(&import).await;
    assert_eq!((done["state"].as_str(), counts(&done)), (Some("finished"), [600, 0, 0, 0]));
    all_created(&shop.outcome(&import).await, 600);
    let of_the_file: Vec<_> = shop.bucket_holds().await;
    assert!(of_the_file.iter().all(|name| name.starts_with("outcomes/")), "{of_the_file:?}");
}

#[tokio::test]
async fn a_notice_that_comes_twice_reads_once() {
    let mut shop = Shop::open().await;
    let import = shop.import("csv", file(20)).await;
    shop.send(&import, file(20).into_bytes()).await;
    let heard = shop.house.settle().await;
    let finished = heard.iter().filter(|fact| fact.name == "catalog.import_finished.v1").count();
    assert_eq!(finished, 1);
    assert_eq!(counts(&shop.import_now(&import).await), [20, 0, 0, 0]);
}

#[tokio::test]
async fn a_notice_of_what_is_gone_again_is_let_go() {
    let shop = Shop::open().await;
    let (product, media) = (shop.draft("A mug").await, ids::MediaId::mint(&shop.house.mint));
    let key = format!("media/{product}/{media}");
    let notice = serde_json::json!({ "Records": [{ "s3": { "object": { "key": key } } }] }).to_string();
    let batch = serde_json::json!({ "Records": [{ "messageId": "m", "body": notice, "attributes": {} }] });
    let answer = shop.house.handle(lambda::Role::Uploads, batch).await.unwrap();
    assert_eq!(answer["batchItemFailures"], serde_json::json!([]));
}

#[tokio::test]
async fn a_file_that_is_replaced_while_it_is_read_is_refused() {
    let mut shop = Shop::open_with(&[("READING_SECONDS", "0")]).await;
    let import = shop.import("csv", file(600)).await;
    shop.house.turn().await;
    shop.send(&import, file(10).into_bytes()).await;
    let done = shop.settled(&import).await;
    assert_eq!(
        (done["state"].as_str(), done["refused"]["code"].as_str()),
        (Some("refused"), Some("file_changed"))
    );
}

#[tokio::test]
async fn two_readers_of_one_file_finish_it_once() {
    let mut shop = Shop::open().await;
    let import = shop.import("csv", file(300)).await;
    let key = format!("imports/{}/{import}/source", shop.merchant);
    let notice = serde_json::json!({ "Records": [{ "s3": { "object": { "key": key } } }] }).to_string();
    let batch = serde_json::json!({ "Records": [{ "messageId": "m", "body": notice, "attributes": {} }] });
    let read = || async { shop.house.handle(lambda::Role::Uploads, batch.clone()).await.unwrap() };
    let (one, two) = futures::join!(read(), read());
    let put_off =
        [one, two].iter().filter(|answer| answer["batchItemFailures"] != serde_json::json!([])).count();
    assert!(put_off <= 1, "both were overtaken: {}", shop.house.lines.text());
    assert_eq!(read().await["batchItemFailures"], serde_json::json!([]), "whoever comes later finds it done");
    let done = shop.settled(&import).await;
    assert_eq!((done["state"].as_str(), counts(&done)), (Some("finished"), [300, 0, 0, 0]));
    all_created(&shop.outcome(&import).await, 300);
}

#[tokio::test]
async fn a_reader_that_was_overtaken_goes_on_when_the_faster_one_has_died() {
    let (mut shop, sky) = fragile().await;
    sky.turns(Weather::Calm);
    let import = shop.import("csv", file(600)).await;
    let key = format!("imports/{}/{import}/source", shop.merchant);
    let notice = serde_json::json!({ "Records": [{ "s3": { "object": { "key": key } } }] }).to_string();
    let batch = serde_json::json!({ "Records": [{ "messageId": "m", "body": notice, "attributes": {} }] });
    let read = || async { shop.house.handle(lambda::Role::Uploads, batch.clone()).await.unwrap() };
    let (mut one, mut two) = (Box::pin(read()), Box::pin(read()));
    // Both read until one of them has saved a place in the file; then that one is dropped, mid-way.
    let place = format!("/catalog/merchants/{}/imports/{import}", shop.merchant);
    let saved = async || {
        let seen = shop.house.get(&place).as_manager(shop.merchant).send().await.expect(200).json();
        seen["counts"]["created"].as_u64().unwrap_or(0) > 0
    };
    for _ in 0..100_000 {
        assert!(futures::poll!(&mut one).is_pending(), "the file has three pieces");
        if saved().await {
            break;
        }
        assert!(futures::poll!(&mut two).is_pending(), "the file has three pieces");
    }
    drop(one);
    assert_eq!(two.await["batchItemFailures"], serde_json::json!([]));
    let done = shop.settled(&import).await;
    assert_eq!((done["state"].as_str(), counts(&done)), (Some("finished"), [600, 0, 0, 0]));
    all_created(&shop.outcome(&import).await, 600);
}
