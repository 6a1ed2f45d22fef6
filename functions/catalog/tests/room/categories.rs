//! The tree of categories.

use auth::Role;
use ids::AccountId;
use serde_json::{Value, json};

use crate::shop::Shop;

#[tokio::test]
async fn everybody_sees_the_tree_in_their_language_by_one_request() {
    let shop = Shop::open().await;
    let kitchen = shop.category("kitchen", None).await;
    let mugs = shop.category("mugs", Some(&kitchen)).await;
    let name = json!({ "locale": "ru", "title": "Кружки", "slug": "кружки" });
    let path = format!("/catalog/categories/{mugs}/rename");
    let renamed = shop.house.post(&path).as_admin().json(&name).send().await.expect(200);
    assert_eq!((renamed.version(), renamed.json()["title"].as_str()), (3, Some("Кружки")));

    let reply = shop.house.get("/catalog/categories?locale=ru").send().await.expect(200);
    assert_eq!((reply.version(), reply.spend.requests), (3, 1));
    let expect = json!([
        { "id": kitchen, "locale": "en", "title": "kitchen", "slug": "kitchen" },
        { "id": mugs, "parent": kitchen, "locale": "ru", "title": "Кружки", "slug": "кружки" },
    ]);
    assert_eq!(reply.json()["categories"], expect);
}

#[tokio::test]
async fn who_runs_the_market_no_more_makes_no_category_whatever_the_token_says() {
    let shop = Shop::open().await;
    let (people, admin) = (&shop.house.people, AccountId::mint(&shop.house.mint));
    let token = people.token_of(admin, &[Role::Admin], &[]);
    let make = async |key: &str| {
        let body = json!({ "locale": "en", "title": key, "slug": key });
        shop.house.post("/catalog/categories").bearer(&token).key(key).json(&body).send().await
    };
    make("first").await.expect(201);
    people.dismiss(admin);
    make("second").await.refused(403, "forbidden");
    make("first").await.refused(403, "forbidden");
    people.sign_out(admin);
    make("second").await.refused(401, "signed_out");
    let tree = shop.house.get("/catalog/categories").send().await.expect(200).json();
    assert_eq!(tree["categories"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_tree_that_would_be_wrong_is_refused() {
    let shop = Shop::open().await;
    let mut deepest = shop.category("c1", None).await;
    for n in 2..=5 {
        deepest = shop.category(&format!("c{n}"), Some(&deepest)).await;
    }
    let create = async |body: Value, status, code| {
        let key = shop.house.mint.uuid().to_string();
        let call = shop.house.post("/catalog/categories").as_admin().key(&key).json(&body);
        call.send().await.refused(status, code);
    };
    let named = |slug: &str| json!({ "locale": "en", "title": "x", "slug": slug });
    let under =
        |slug: &str, parent: &str| json!({ "locale": "en", "title": "x", "slug": slug, "parent": parent });
    create(under("c6", &deepest), 422, "too_deep").await;
    create(named("c1"), 409, "slug_taken").await;
    let unknown = ids::CategoryId::mint(&shop.house.mint).to_string();
    create(under("c6", &unknown), 422, "no_such_category").await;
    create(named("Not A Slug"), 400, "invalid_body").await;
    let path = format!("/catalog/categories/{unknown}/rename");
    shop.house.post(&path).as_admin().json(&named("c9")).send().await.refused(404, "no_such_category");
    let path = format!("/catalog/categories/{deepest}/rename");
    shop.house.post(&path).as_admin().json(&named("c1")).send().await.refused(409, "slug_taken");
    let stale = shop.house.post(&path).as_admin().if_match(1).json(&named("c9")).send().await;
    stale.refused(412, "stale_version");
    assert_eq!(shop.house.get("/catalog/categories").send().await.expect(200).version(), 5);
}

#[tokio::test]
async fn only_the_people_of_the_market_put_up_shelves() {
    let shop = Shop::open().await;
    let body = json!({ "locale": "en", "title": "x", "slug": "x" });
    let post = || shop.house.post("/catalog/categories").key("k").json(&body);
    post().send().await.refused(401, "unauthorized");
    post().as_manager(shop.merchant).send().await.refused(403, "forbidden");
    post().as_customer().send().await.refused(403, "forbidden");
}
