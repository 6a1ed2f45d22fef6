//! Pictures: asked for, sent to S3, believed only by their content.

use facts::Spoken;
use facts::catalog::ShopSwept;
use facts::merchants::MerchantClosed;
use lambda::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{House, TRANSACTIONS};

use crate::shop::{Shop, Thing};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

fn wish() -> Value {
    json!({ "content_type": "image/png", "bytes": PNG.len(), "sha256": "0".repeat(64) })
}

async fn ask(shop: &Shop, product: &str, kind: &str) -> String {
    let digest = hex::encode(Sha256::digest(PNG));
    let body = json!({ "content_type": kind, "bytes": PNG.len(), "sha256": digest });
    let reply = shop.about(product, "/media", &body).send().await.expect(201);
    let upload = &reply.json()["upload"];
    let headers = &upload["headers"];
    assert_eq!((upload["method"].as_str(), headers["content-type"].as_str()), (Some("PUT"), Some(kind)));
    assert!(headers["x-amz-checksum-sha256"].is_string(), "{headers}");
    reply.json()["media"].as_str().unwrap().to_owned()
}

async fn send(shop: &mut Shop, product: &str, media: &str, bytes: &'static [u8]) {
    shop.bucket().put(&format!("media/{product}/{media}"), bytes, "image/png").await.unwrap();
    shop.house.settle().await;
}

async fn pictures(shop: &Shop, thing: &Thing) -> Vec<String> {
    let page = shop.house.get(&format!("/catalog/products/{}", thing.id)).send().await.expect(200).json();
    let pictures = page["pictures"].as_array().unwrap().clone();
    pictures.iter().map(|picture| picture["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_picture_is_shown_when_it_has_come_and_is_one() {
    let mut shop = Shop::open().await;
    let thing = shop.published("A mug", 990).await;
    let good = ask(&shop, &thing.id, "image/png").await;
    let bad = ask(&shop, &thing.id, "image/png").await;
    let other = ask(&shop, &thing.id, "image/webp").await;
    assert!(pictures(&shop, &thing).await.is_empty());
    send(&mut shop, &thing.id, &good, PNG).await;
    send(&mut shop, &thing.id, &bad, b"<script>alert(1)</script>").await;
    send(&mut shop, &thing.id, &other, PNG).await;
    assert_eq!(pictures(&shop, &thing).await, std::slice::from_ref(&good));
    let media = shop.own(&thing.id).await.json()["media"].clone();
    let states: Vec<_> = media.as_array().unwrap().iter().map(|media| media["state"].clone()).collect();
    assert_eq!(states, ["ready", "refused", "refused"]);

    let card = shop.house.get("/catalog/products").send().await.json()["items"][0]["picture"].clone();
    let url = card["url"].as_str().unwrap();
    let link = shop.house.get(url).send().await.expect(307);
    let leads = link.header("location").unwrap();
    assert!(leads.contains(&good) && leads.contains("response-content-type=image%2Fpng"), "{leads}");
    for hidden in [&bad, &other] {
        let url = format!("/catalog/products/{}/media/{hidden}", thing.id);
        shop.house.get(&url).send().await.refused(404, "no_such_media");
    }
}

#[tokio::test]
async fn a_notice_that_comes_twice_or_for_nobody_changes_nothing() {
    let mut shop = Shop::open().await;
    let thing = shop.published("A mug", 990).await;
    let media = ask(&shop, &thing.id, "image/png").await;
    send(&mut shop, &thing.id, &media, PNG).await;
    let before = shop.own(&thing.id).await.version();
    send(&mut shop, &thing.id, &media, PNG).await;
    let stranger = ids::MediaId::mint(&shop.house.mint).to_string();
    send(&mut shop, &thing.id, &stranger, PNG).await;
    shop.bucket().put("media/somewhere/else", PNG, "image/png").await.unwrap();
    shop.house.settle().await;
    assert_eq!(shop.own(&thing.id).await.version(), before);
}

#[tokio::test]
async fn pictures_are_put_in_order_and_taken_away() {
    let mut shop = Shop::open().await;
    let thing = shop.published("A mug", 990).await;
    let (a, b) = (ask(&shop, &thing.id, "image/png").await, ask(&shop, &thing.id, "image/png").await);
    for media in [&a, &b] {
        send(&mut shop, &thing.id, media, PNG).await;
    }
    let arrange = |order: Value| shop.about(&thing.id, "/media/arrange", &order);
    arrange(json!({ "order": [b, a] })).send().await.expect(200);
    assert_eq!(pictures(&shop, &thing).await, [b.clone(), a.clone()]);
    for wrong in [json!([a]), json!([a, a]), json!([a, b, ids::MediaId::mint(&shop.house.mint)])] {
        arrange(json!({ "order": wrong })).send().await.refused(422, "order_does_not_fit");
    }
    let remove = format!("/media/{b}/remove");
    shop.about(&thing.id, &remove, &Value::Null).send().await.expect(200);
    shop.about(&thing.id, &remove, &Value::Null).send().await.refused(404, "no_such_media");
    assert_eq!(pictures(&shop, &thing).await, [a]);
}

#[tokio::test]
async fn a_picture_that_nobody_could_look_at_is_refused_before_it_is_sent() {
    let shop = Shop::open().await;
    let product = shop.draft("A mug").await;
    let check = async |body: Value, status, code| {
        shop.about(&product, "/media", &body).send().await.refused(status, code);
    };
    let of =
        |kind: &str, bytes: i64| json!({ "content_type": kind, "bytes": bytes, "sha256": "00".repeat(32) });
    check(of("image/png", 0), 422, "upload_too_large").await;
    check(of("image/png", 10 * 1024 * 1024 + 1), 422, "upload_too_large").await;
    check(of("image/svg+xml", 1), 400, "invalid_body").await;
    check(of("image/png", -1), 400, "invalid_body").await;
    check(json!({ "content_type": "image/png", "bytes": 1 }), 400, "invalid_body").await;
    let mut other = of("image/png", 1);
    other["sha256"] = json!("not a digest");
    check(other, 400, "invalid_body").await;
    assert_eq!(shop.own(&product).await.version(), 1);
}

#[tokio::test]
async fn a_picture_that_is_taken_away_refused_or_for_nobody_is_gone_from_the_bucket() {
    let mut shop = Shop::open().await;
    let thing = shop.published("A mug", 990).await;
    let (kept, gone) = (ask(&shop, &thing.id, "image/png").await, ask(&shop, &thing.id, "image/png").await);
    let (bad, late) = (ask(&shop, &thing.id, "image/png").await, ask(&shop, &thing.id, "image/png").await);
    for (media, bytes) in [(&kept, PNG), (&gone, PNG), (&bad, b"<script>"), (&kept, PNG)] {
        send(&mut shop, &thing.id, media, bytes).await;
    }
    let name = |media: &str| format!("media/{}/{media}", thing.id);
    assert_eq!(shop.house.follows(Role::Api, &name(&gone)).await, 200);
    for media in [&gone, &late] {
        let remove = format!("/media/{media}/remove");
        shop.about(&thing.id, &remove, &Value::Null).send().await.expect(200);
    }
    shop.house.settle().await;
    let nobody = ids::ProductId::mint(&shop.house.mint).to_string();
    for (product, media) in [(&thing.id, &late), (&thing.id, &bad), (&nobody, &late)] {
        send(&mut shop, product, media, PNG).await;
    }
    assert_eq!(shop.bucket_holds().await, [name(&kept)]);
    assert_eq!(shop.house.follows(Role::Api, &name(&gone)).await, 404);
}

#[tokio::test]
async fn of_a_closed_shop_no_picture_is_left_however_many_products_it_has() {
    let mut shop = Shop::open().await;
    let (mut products, mut awaited) = (Vec::new(), Vec::new());
    for n in 0..60 {
        let product = shop.draft(&format!("Mug {n}")).await;
        awaited.push(ask(&shop, &product, "image/png").await);
        products.push(product);
    }
    let published = shop.published("A mug", 990).await.id;
    let archived = shop.draft("An old mug").await;
    for product in [&products[0], &products[30], &products[59], &published, &archived] {
        let media = ask(&shop, product, "image/png").await;
        send(&mut shop, product, &media, PNG).await;
    }
    shop.about(&archived, "/archive", &Value::Null).send().await.expect(200);
    assert_eq!(shop.bucket_holds().await.len(), 5);
    let merchant = shop.merchant;
    shop.house.hears(merchant, 3, &MerchantClosed { merchant }).await;
    // Or SQS would take a page of the sweep for the news that the shop is closed, which it has just had.
    let pages = shop.house.settle().await.into_iter().filter(|fact| fact.name == ShopSwept::NAME);
    let pages: Vec<_> = pages.map(|fact| fact.id).collect();
    let meets = |id: &String| id.starts_with(&merchant.to_string());
    assert!(pages.len() > 1 && !pages.iter().any(meets), "{pages:?}");
    shop.house.hears(merchant, 3, &MerchantClosed { merchant }).await;
    assert_eq!(shop.bucket_holds().await, [""; 0]);
    shop.about(&products[8], "/media", &wish()).send().await.refused(409, "shop_not_open");
    send(&mut shop, &products[7], &awaited[7], PNG).await;
    assert_eq!(shop.bucket_holds().await, [""; 0]);
}

#[tokio::test]
async fn a_product_that_changes_its_state_during_the_sweep_loses_its_pictures() {
    let mut shop = Shop::open().await;
    let mut products = vec![shop.complete("The first", 990).await.id];
    for n in 0..25 {
        products.push(shop.draft(&format!("Mug {n}")).await);
    }
    products.push(shop.complete("The last", 990).await.id);
    for product in &products {
        let media = ask(&shop, product, "image/png").await;
        send(&mut shop, product, &media, PNG).await;
    }
    let merchant = shop.merchant;
    shop.house.hears(merchant, 3, &MerchantClosed { merchant }).await;
    assert_ne!(shop.house.objects().await, [""; 0], "the sweep is under way");
    for product in [&products[0], &products[26]] {
        shop.about(product, "/propose", &Value::Null).send().await.expect(200);
    }
    assert_eq!(shop.bucket_holds().await, [""; 0]);
    for product in &products {
        assert_eq!(shop.own(product).await.json()["media"], json!([]), "{product}");
    }
}

#[tokio::test]
async fn an_upload_that_the_closing_of_its_shop_overtakes_is_not_permitted() {
    let (house, sky) = House::open_under_a_sky(catalog::room(), &[]).await;
    let shop = Shop::of(house).await;
    let (product, merchant) = (shop.draft("A mug").await, shop.merchant);
    let mut held = sky.holds(TRANSACTIONS, 0);
    let closing = async {
        held.comes().await;
        shop.house.hears(merchant, 3, &MerchantClosed { merchant }).await;
        held.goes_on();
    };
    let wish = wish();
    let (asked, ()) = futures::join!(shop.about(&product, "/media", &wish).send(), closing);
    asked.refused(409, "shop_not_open");
    assert_eq!(shop.own(&product).await.json()["media"], json!([]));
}
