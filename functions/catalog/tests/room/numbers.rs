//! Numeric SKUs: wished for by drafts, claimed by what is published, and then one variant's for ever.

use facts::merchants::MerchantRestricted;
use futures::future::join_all;
use ids::MerchantId;
use serde_json::{Value, json};
use testkit::Call;

use crate::shop::{Shop, Thing, counts, names};

/// A draft that wants the number 99.
async fn wish(shop: &Shop, title: &str) -> Thing {
    shop.complete_with(title, 634, json!({ "kind": "physical", "sku": "A-1", "numeric_sku": 99 })).await
}

async fn open() -> Shop {
    Shop::open_with(&[("LOMS", "on"), ("LOMS_KEY", "open")]).await
}

/// What the LOMS contract shows under the number 99.
fn look(shop: &Shop) -> Call<'_> {
    shop.house.get("/product/99").header("x-api-key".parse().unwrap(), "any")
}

async fn publish<'a>(shop: &'a Shop, thing: &Thing) -> Call<'a> {
    shop.about(&thing.id, "/propose", &Value::Null).send().await.expect(200);
    shop.about(&thing.id, "/publish", &Value::Null)
}

#[tokio::test]
async fn a_draft_takes_its_number_away_from_no_other() {
    let shop = open().await;
    // The draft of a shop that was not approved comes first.
    let stranger = MerchantId::mint(&shop.house.mint);
    let post = async |path: &str, body: &Value| {
        let path = format!("/catalog/merchants/{stranger}/products{path}");
        shop.house.post(&path).as_manager(stranger).key(&path).json(body).send().await.expect(201).json()
    };
    let squat =
        post("", &json!({ "locale": "en", "title": "Mine" })).await["id"].as_str().unwrap().to_owned();
    let words = json!({ "kind": "physical", "sku": "X", "numeric_sku": 99 });
    post(&format!("/{squat}/variants"), &words).await;
    look(&shop).send().await.expect(404);

    let honest = wish(&shop, "Платье").await;
    publish(&shop, &honest).await.send().await.expect(200);
    assert_eq!(look(&shop).send().await.expect(200).json()["name"], "Платье");
}

#[tokio::test]
async fn a_number_that_is_taken_is_refused_at_publication_and_can_be_changed() {
    let shop = open().await;
    let (first, second) = (wish(&shop, "First").await, wish(&shop, "Second").await);
    publish(&shop, &first).await.send().await.expect(200);
    let refused = publish(&shop, &second).await.send().await.refused(409, "numeric_sku_taken");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/numeric_sku");
    assert_eq!(refused.json()["errors"][0]["detail"], "the numeric SKU 99 is taken");
    assert_eq!(shop.own(&second.id).await.json()["state"], "proposed");
    shop.about(&second.id, "/withdraw", &Value::Null).send().await.expect(200);
    let words = json!({ "kind": "physical", "sku": "A-1", "numeric_sku": 100 });
    let change = format!("/variants/{}/change", second.variant);
    shop.about(&second.id, &change, &words).send().await.expect(200);
    publish(&shop, &second).await.send().await.expect(200);
    assert_eq!(look(&shop).send().await.expect(200).json()["name"], "First");
}

#[tokio::test]
async fn of_many_that_publish_one_number_at_once_one_gets_it() {
    let mut shop = open().await;
    let mut ready = Vec::new();
    for n in 0..6 {
        let thing = wish(&shop, &format!("Thing {n}")).await;
        ready.push(publish(&shop, &thing).await);
    }
    let replies = join_all(ready.into_iter().map(Call::send)).await;
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    let facts = shop.house.facts();
    assert_eq!(names(&facts).iter().filter(|name| **name == "catalog.variant_numbered.v1").count(), 1);
}

#[tokio::test]
async fn a_number_is_one_variants_for_ever() {
    let shop = open().await;
    let (first, second) = (wish(&shop, "First").await, wish(&shop, "Second").await);
    publish(&shop, &first).await.send().await.expect(200);
    shop.about(&first.id, "/archive", &Value::Null).send().await.expect(200);
    look(&shop).send().await.expect(404);
    publish(&shop, &second).await.send().await.refused(409, "numeric_sku_taken");

    shop.about(&first.id, "/restore", &Value::Null).send().await.expect(200);
    let remove = format!("/variants/{}/remove", first.variant);
    shop.about(&first.id, &remove, &Value::Null).send().await.refused(409, "was_on_sale");
    let other = json!({ "kind": "physical", "sku": "A-1", "numeric_sku": 100 });
    let change = format!("/variants/{}/change", first.variant);
    shop.about(&first.id, &change, &other).send().await.refused(422, "cannot_change");
    publish(&shop, &first).await.send().await.expect(200);
    assert_eq!(look(&shop).send().await.expect(200).json()["name"], "First");
}

#[tokio::test]
async fn what_is_given_to_a_published_product_is_claimed_at_once() {
    let mut shop = open().await;
    let first = shop.published("First", 990).await;
    let words = json!({ "kind": "physical", "sku": "A-1", "numeric_sku": 99 });
    let change = |thing: &Thing| format!("/variants/{}/change", thing.variant);
    shop.about(&first.id, &change(&first), &words).send().await.expect(200);
    assert!(names(&shop.house.facts()).contains(&"catalog.variant_numbered.v1"));
    look(&shop).send().await.expect(200);
    let second = shop.published("Second", 990).await;
    let before = shop.own(&second.id).await.json();
    let refused = shop.about(&second.id, &change(&second), &words).send().await;
    assert_eq!(refused.refused(409, "numeric_sku_taken").json()["errors"][0]["pointer"], "/numeric_sku");
    assert_eq!(shop.own(&second.id).await.json(), before);
}

#[tokio::test]
async fn a_shop_that_may_not_sell_claims_nothing() {
    let mut shop = open().await;
    let sold = shop.published("Sold", 990).await;
    let ready = wish(&shop, "Ready").await;
    let (merchant, reason) = (shop.merchant, "complaints".to_owned());
    shop.house.hears(merchant, 3, &MerchantRestricted { merchant, reason }).await;
    publish(&shop, &ready).await.send().await.refused(409, "shop_not_open");
    let change = format!("/variants/{}/change", sold.variant);
    let words = json!({ "kind": "physical", "sku": "A-1", "numeric_sku": 99 });
    shop.about(&sold.id, &change, &words).send().await.refused(409, "shop_not_open");
    let rename = |slug: Option<&str>| json!({ "locale": "en", "title": "Other", "slug": slug });
    shop.about(&sold.id, "/rename", &rename(Some("other"))).send().await.refused(409, "shop_not_open");
    shop.about(&sold.id, "/rename", &rename(None)).send().await.expect(200);

    let rows = "external_id,kind,title,price,currency,publish,numeric_sku\n\
                E-1,physical,Bowl,1.00,EUR,,99\nE-2,physical,Plate,1.00,EUR,yes,99\n";
    let import = shop.import("csv", rows).await;
    assert_eq!(counts(&shop.settled(&import).await), [1, 0, 0, 1], "a draft may wish for it");
}

#[tokio::test]
async fn rows_of_a_file_wish_for_a_number_and_the_one_that_publishes_has_it() {
    let mut shop = open().await;
    const HEADER: &str = "external_id,kind,title,price,currency,publish,numeric_sku\n";
    let row =
        |n: u8, publish: &str, number: u8| format!("E-{n},physical,Bowl {n},1.00,EUR,{publish},{number}\n");
    let file = [HEADER, &row(1, "", 99), &row(2, "", 99), &row(3, "yes", 99), &row(4, "yes", 99)].concat();
    let import = shop.import("csv", file).await;
    let done = shop.settled(&import).await;
    assert_eq!(counts(&done), [3, 0, 0, 1]);
    let outcome = shop.outcome(&import).await;
    assert_eq!(outcome.iter().filter(|row| row["code"] == "numeric_sku_taken").count(), 1);

    // A wish that cannot come true is another one in the next file.
    let import = shop.import("csv", [HEADER, &row(1, "yes", 99), &row(2, "yes", 100)].concat()).await;
    let done = shop.settled(&import).await;
    assert_eq!(counts(&done), [0, 1, 0, 1]);
    assert_eq!(shop.outcome(&import).await[0]["code"], "numeric_sku_taken");
}
