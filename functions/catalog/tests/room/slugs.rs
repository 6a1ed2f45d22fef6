//! Addresses: one product's in each language.

use serde_json::{Value, json};

use crate::shop::Shop;

#[tokio::test]
async fn an_address_leads_to_one_product_in_each_language() {
    let shop = Shop::open().await;
    let thing = shop.complete("A mug", 990).await;
    for (locale, title, slug) in [("en", "A mug", "mug"), ("ru", "Кружка", "кружка")] {
        let name = json!({ "locale": locale, "title": title, "slug": slug });
        shop.about(&thing.id, "/rename", &name).send().await.expect(200);
    }
    shop.publish(&thing.id).await;
    let at = async |path: &str| shop.house.get(&format!("/catalog/addresses/{path}")).send().await;
    shop.is_read("/catalog/products").await;
    let reply = at("en/mug").await.expect(200);
    assert_eq!((reply.json()["title"].as_str(), reply.spend.requests), (Some("A mug"), 2));
    let reply = at("ru/%D0%BA%D1%80%D1%83%D0%B6%D0%BA%D0%B0").await.expect(200);
    assert_eq!(
        (reply.json()["title"].as_str(), reply.header("content-language")),
        (Some("Кружка"), Some("ru"))
    );
    for wrong in ["ru/mug", "en/cup", "english/mug", "en/A%20MUG"] {
        at(wrong).await.refused(404, "no_such_product");
    }
}

#[tokio::test]
async fn a_slug_is_taken_by_what_is_published_kept_in_the_archive_and_free_when_it_is_given_up() {
    let shop = Shop::open().await;
    let first = shop.published("A mug", 990).await;
    let named = |slug: &str| json!({ "locale": "en", "title": "A mug", "slug": slug });
    shop.about(&first.id, "/rename", &named("mug")).send().await.expect(200);
    shop.about(&first.id, "/archive", &Value::Null).send().await.expect(200);
    let second = shop.published("Another", 990).await;
    let before = shop.own(&second.id).await.json();
    let refused = shop.about(&second.id, "/rename", &named("mug")).send().await.refused(409, "slug_taken");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/slug");
    assert_eq!(shop.own(&second.id).await.json(), before);

    shop.about(&first.id, "/restore", &Value::Null).send().await.expect(200);
    shop.about(&first.id, "/rename", &named("cup")).send().await.expect(200);
    shop.about(&second.id, "/rename", &named("mug")).send().await.expect(200);
}

#[tokio::test]
async fn a_draft_takes_its_slug_away_from_no_other() {
    let shop = Shop::open().await;
    let mug = json!({ "locale": "en", "title": "A mug", "slug": "mug" });
    let squatter = shop.complete("A mug", 990).await;
    shop.about(&squatter.id, "/rename", &mug).send().await.expect(200);
    let honest = shop.complete("A mug", 990).await;
    shop.about(&honest.id, "/rename", &mug).send().await.expect(200);
    shop.house.get("/catalog/addresses/en/mug").send().await.refused(404, "no_such_product");
    shop.publish(&honest.id).await;
    shop.about(&squatter.id, "/propose", &Value::Null).send().await.expect(200);
    let refused = shop.about(&squatter.id, "/publish", &Value::Null).send().await.refused(409, "slug_taken");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/slug");
    let page = shop.house.get("/catalog/addresses/en/mug").send().await.expect(200);
    assert_eq!(page.json()["id"], honest.id);
}

#[tokio::test]
async fn two_products_of_one_title_have_two_addresses() {
    let shop = Shop::open().await;
    let slug = async |id: &str| shop.own(id).await.json()["translations"]["en"]["slug"].clone();
    let (a, b) = (shop.draft("A blue mug").await, shop.draft("A blue mug").await);
    let (a, b) = (slug(&a).await, slug(&b).await);
    assert!(a.as_str().unwrap().starts_with("a-blue-mug-") && b.as_str().unwrap().starts_with("a-blue-mug-"));
    assert_ne!(a, b);
}
