//! Shelves, newest first, a page at a time, at a cost that does not grow.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::shop::{Shop, titles};

#[tokio::test]
async fn a_product_stands_on_its_shelves_and_on_those_above() {
    let shop = Shop::open().await;
    let kitchen = shop.category("kitchen", None).await;
    let mugs = shop.category("mugs", Some(&kitchen)).await;
    let garden = shop.category("garden", None).await;
    let thing = shop.complete("A mug", 990).await;
    let body = json!({ "categories": [mugs] });
    let reply = shop.about(&thing.id, "/categories", &body).send().await.expect(200);
    assert_eq!(reply.json()["categories"], json!([[kitchen, mugs]]));
    let shelf = |category: &str| format!("/catalog/products?category={category}");
    assert!(shop.titles(&shelf(&mugs)).await.is_empty(), "a draft stands on no shelf");

    shop.publish(&thing.id).await;
    let merchant = format!("/catalog/products?merchant={}", shop.merchant);
    for path in [shelf(&mugs), shelf(&kitchen), merchant.clone(), "/catalog/products".into()] {
        assert_eq!(shop.titles(&path).await, ["A mug"], "{path}");
    }
    assert!(shop.titles(&shelf(&garden)).await.is_empty());

    let body = json!({ "categories": [garden] });
    shop.about(&thing.id, "/categories", &body).send().await.expect(200);
    assert!(shop.titles(&shelf(&mugs)).await.is_empty());
    assert_eq!(shop.titles(&shelf(&garden)).await, ["A mug"]);

    shop.about(&thing.id, "/archive", &Value::Null).send().await.expect(200);
    for path in [shelf(&garden), merchant, "/catalog/products".into()] {
        assert!(shop.titles(&path).await.is_empty(), "{path}");
    }
    let unknown = json!({ "categories": [ids::CategoryId::mint(&shop.house.mint)] });
    let other = shop.draft("Another").await;
    shop.about(&other, "/categories", &unknown).send().await.refused(422, "no_such_category");
}

#[tokio::test]
async fn a_list_is_walked_to_its_end_and_every_page_is_one_request() {
    let shop = Shop::open().await;
    for n in 0..7 {
        shop.published(&format!("Mug {n}"), 990).await;
        shop.house.advance(SignedDuration::from_secs(60));
    }
    let merchant = format!("/catalog/products?merchant={}&limit=3", shop.merchant);
    for start in [merchant, "/catalog/products?limit=3".to_owned()] {
        shop.is_read("/catalog/products").await;
        let (mut path, mut all) = (start.clone(), Vec::new());
        loop {
            let page = shop.house.get(&path).send().await.expect(200);
            if titles(&page).len() == 3 {
                assert_eq!(page.spend.requests, 1, "{path}");
            }
            all.extend(titles(&page));
            let Some(link) = page.header("link") else { break };
            path = link.split(['<', '>']).nth(1).unwrap().to_owned();
        }
        assert_eq!(all, (0..7).rev().map(|n| format!("Mug {n}")).collect::<Vec<_>>(), "{start}");
    }
}

#[tokio::test]
async fn the_newest_of_the_market_are_found_across_months_in_which_nothing_came() {
    let shop = Shop::open().await;
    shop.published("Old mug", 990).await;
    shop.house.advance(SignedDuration::from_hours(24 * 150));
    shop.published("New mug", 990).await;
    shop.is_read("/catalog/products").await;
    let (mut path, mut all, mut pages) = ("/catalog/products?limit=2".to_owned(), Vec::new(), 0);
    loop {
        let page = shop.house.get(&path).send().await.expect(200);
        assert!(page.spend.requests <= 3, "a page looks into a few months and no more");
        all.extend(titles(&page));
        pages += 1;
        let Some(link) = page.header("link") else { break };
        path = link.split(['<', '>']).nth(1).unwrap().to_owned();
    }
    assert_eq!(all, ["New mug", "Old mug"]);
    assert!(pages < 10, "the list ends where the market began");
}

#[tokio::test]
async fn a_merchant_sees_their_own_in_every_state() {
    let shop = Shop::open().await;
    shop.draft("A draft").await;
    shop.published("A mug", 990).await;
    let gone = shop.published("Gone", 990).await;
    shop.about(&gone.id, "/archive", &Value::Null).send().await.expect(200);
    let list = async |query: &str| titles(&shop.look(&format!("products{query}")).send().await.expect(200));
    assert_eq!(list("").await, ["A mug", "A draft", "Gone"]);
    assert_eq!(list("?state=draft").await, ["A draft"]);
    assert_eq!(list("?state=archived").await, ["Gone"]);
    assert!(list("?state=proposed").await.is_empty());
    shop.look("products?state=sold").send().await.refused(400, "invalid_query");
}

#[tokio::test]
async fn a_renamed_product_is_renamed_everywhere() {
    let shop = Shop::open().await;
    let thing = shop.published("A mug", 990).await;
    let name = json!({ "locale": "en", "title": "A cup" });
    shop.about(&thing.id, "/rename", &name).send().await.expect(200);
    assert_eq!(shop.titles("/catalog/products").await, ["A cup"]);
    assert_eq!(titles(&shop.look("products").send().await.expect(200)), ["A cup"]);
    let ask = json!({ "variants": [thing.variant], "currency": "EUR" });
    assert_eq!(shop.house.ask("price_lines", "q", &ask).await.json()["lines"][0]["title"], "A cup");
}
