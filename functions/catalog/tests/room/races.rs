//! Several people at once, and requests that come again.

use futures::future::join_all;
use serde_json::json;

use crate::shop::{Shop, names};

#[tokio::test]
async fn of_two_who_have_seen_the_same_version_one_is_told_to_look_again() {
    let shop = Shop::open().await;
    let product = shop.draft("A mug").await;
    let rename = |title: &str| {
        shop.about(&product, "/rename", &json!({ "locale": "en", "title": title })).if_match(1).send()
    };
    let (one, two) = futures::join!(rename("One"), rename("Two"));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(shop.own(&product).await.version(), 2);
}

#[tokio::test]
async fn those_who_say_nothing_of_a_version_all_come_through() {
    let shop = Shop::open().await;
    let product = shop.draft("A mug").await;
    let locales = ["de", "fr", "ru", "ar"];
    let renames = locales
        .map(|locale| shop.about(&product, "/rename", &json!({ "locale": locale, "title": "A mug" })).send());
    for reply in join_all(renames).await {
        reply.expect(200);
    }
    let own = shop.own(&product).await;
    assert_eq!((own.version(), own.json()["translations"].as_object().unwrap().len()), (5, 5));
}

#[tokio::test]
async fn of_two_products_that_want_one_address_one_gets_it() {
    let shop = Shop::open().await;
    let mut both = Vec::new();
    for _ in 0..2 {
        let thing = shop.complete("A mug", 990).await;
        let name = json!({ "locale": "en", "title": "A mug", "slug": "mug" });
        shop.about(&thing.id, "/rename", &name).send().await.expect(200);
        shop.about(&thing.id, "/propose", &json!(null)).send().await.expect(200);
        both.push(shop.about(&thing.id, "/publish", &json!(null)));
    }
    let replies = join_all(both.into_iter().map(testkit::Call::send)).await;
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn categories_that_are_put_up_at_once_make_one_sound_tree() {
    let shop = Shop::open().await;
    let create = |n: usize| {
        let body = json!({ "locale": "en", "title": "x", "slug": format!("c{}", n % 3) });
        shop.house.post("/catalog/categories").as_admin().key(&n.to_string()).json(&body).send()
    };
    let replies = join_all((0..6).map(create)).await;
    let created = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(created, 3, "each slug is one category's");
    let tree = shop.house.get("/catalog/categories").send().await.expect(200);
    assert_eq!((tree.version(), tree.json()["categories"].as_array().unwrap().len()), (3, 3));
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_makes_nothing_new() {
    let mut shop = Shop::open().await;
    let product = shop.draft("A mug").await;
    let token = shop.house.people.token(&[], &[(shop.merchant, auth::MerchantRole::Manager)]);
    let digest = "00".repeat(32);
    let picture = json!({ "content_type": "image/png", "bytes": 9, "sha256": digest });
    for (path, body) in [
        (shop.path("products"), json!({ "locale": "en", "title": "Another" })),
        (shop.path(&format!("products/{product}/variants")), json!({ "kind": "physical", "sku": "A" })),
        (shop.path(&format!("products/{product}/media")), picture),
        (shop.path("imports"), json!({ "format": "csv", "bytes": 9, "sha256": digest })),
    ] {
        let post = || shop.house.post(&path).bearer(&token).key("k");
        let first = post().json(&body).send().await.expect(201);
        let again = post().json(&body).send().await.expect(201);
        assert_eq!(
            (&first.body, again.header("idempotency-replayed")),
            (&again.body, Some("true")),
            "{path}"
        );
        assert_eq!(first.header("etag"), again.header("etag"));
        let mut other = body.clone();
        let (field, value) = match body.get("bytes") {
            Some(_) => ("bytes", json!(10)),
            None => (body.as_object().unwrap().keys().next_back().unwrap().as_str(), json!("Other")),
        };
        other[field] = value;
        post().json(&other).send().await.refused(422, "idempotency_key_reused");
    }
    assert_eq!(names(&shop.house.facts()), ["catalog.variant_created.v1"]);
}
