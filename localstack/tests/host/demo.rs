//! Demo data are made once, however often the seeding runs and is interrupted.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use axum::body::Body;
use http::Request;
use localstack::Market;
use localstack::demo::{Item, bring_in, items, move_in};
use localstack::options::{Options, Place};
use localstack::people::{Part, Person, SHOPS};

use crate::world::{at_rest, get, get_as, market, options, send, shop};

/// Some of each kind: sizes, a course, another shop, and the data of the LOMS contract.
fn some() -> Vec<Item> {
    let few = ["mug-tide", "vase-pearl", "printing-dune", "gear-storm", "loms-1076963", "loms-139818428"];
    items().into_iter().filter(|item| few.contains(&item.slug.as_str())).collect()
}

/// Every item of every table.
async fn everything(market: &Market) -> BTreeMap<String, HashMap<String, AttributeValue>> {
    at_rest(market).await;
    let client = market.engines().dynamo_client();
    let mut all = BTreeMap::new();
    for table in &market.stack().tables {
        let page = client.scan().table_name(&table.name).send().await.unwrap();
        assert!(page.last_evaluated_key.is_none(), "{} is too large for this test", table.name);
        for item in page.items.unwrap_or_default() {
            let key = format!("{} {:?} {:?}", table.name, item.get("pk"), item.get("sk"));
            all.insert(key, item);
        }
    }
    all
}

#[tokio::test]
async fn bringing_the_demo_data_twice_changes_nothing() {
    let market = market().await;
    bring_in(&market, &|_| (), &some()).await.unwrap();
    let once = everything(&market).await;
    bring_in(&market, &|_| (), &some()).await.unwrap();
    let twice = everything(&market).await;
    let changed: Vec<_> = twice.iter().filter(|(key, item)| once.get(*key) != Some(item)).collect();
    assert!(changed.is_empty(), "{changed:#?}");
    assert_eq!(twice.len(), once.len());

    let page = get(&market, "/catalog/products?locale=ar&limit=100").await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), some().len());
    assert!(page["items"].as_array().unwrap().iter().all(|card| card["picture"].is_object()), "{page:#}");
    // What the old system has oversold cannot be bought; what it has reserved is not free.
    for (sku, count) in [(139_818_428, "0"), (1_076_963, "265")] {
        assert_eq!(get(&market, &format!("/stock/info?sku={sku}")).await.expect(200)["count"], count);
    }
    market.stop().await;
}

#[tokio::test]
async fn a_seeding_that_was_interrupted_goes_on_where_it_stopped() {
    let market = market().await;
    let some = some();
    for pause in [3, 30, 90, 200, 400] {
        let bringing = bring_in(&market, &|_| (), &some);
        if let Ok(done) = tokio::time::timeout(Duration::from_millis(pause), bringing).await {
            done.unwrap();
        }
    }
    bring_in(&market, &|_| (), &some).await.unwrap();
    let own = get_as(&market, Part::Manager, &format!("/catalog/merchants/{}/products", shop(&market))).await;
    let own = own.expect(200);
    let slugs: Vec<_> =
        own["items"].as_array().unwrap().iter().map(|card| card["slug"].as_str().unwrap()).collect();
    let mine = some.iter().filter(|item| item.shop == SHOPS[0]);
    assert_eq!(slugs.len(), mine.count(), "{slugs:?}");
    assert!(own["items"].as_array().unwrap().iter().all(|card| card["state"] == "published"), "{own:#}");
    market.stop().await;
}

#[tokio::test]
async fn people_who_were_interrupted_while_they_moved_in_go_on_in_the_next_process() {
    let home = tempfile::tempdir().unwrap();
    let options = Options { place: Place::Directory(home.path().into()), ..options() };
    let mut interrupted = 0;
    // Each process has lost the letters of the one before it.
    for pause in [30, 150, 400, 800, 1_200] {
        let market = Market::open(&options, &|_| ()).await.unwrap();
        let moving = tokio::time::timeout(Duration::from_millis(pause), move_in(&market, &|_| ())).await;
        interrupted += usize::from(moving.is_err());
        moving.unwrap_or(Ok(())).unwrap();
        market.stop().await;
    }
    assert!(interrupted > 1, "they were too fast for this test");
    let market = Market::open(&options, &|_| ()).await.unwrap();
    move_in(&market, &|_| ()).await.unwrap();
    let page = market.people().list();
    assert_eq!(page["people"].as_array().unwrap().len(), Person::all().len(), "{page:#}");
    let shops = get_as(&market, Part::Admin, "/merchants/admin/shops?state=active").await.expect(200);
    assert_eq!(shops["items"].as_array().unwrap().len(), SHOPS.len(), "each is there once: {shops:#}");
    for shop in SHOPS {
        let id = market.people().shop(shop).unwrap();
        for part in [Part::Owner, Part::Manager, Part::Clerk] {
            let token = market.people().token(part, Some(id)).await.unwrap();
            let request = Request::get(format!("/merchants/{id}/members"));
            let request = request.header("authorization", format!("Bearer {token}"));
            let members = send(&market, request.body(Body::empty()).unwrap()).await.expect(200);
            assert_eq!(members["items"].as_array().unwrap().len(), 3, "{members:#}");
        }
    }
    let before = everything(&market).await;
    move_in(&market, &|_| ()).await.unwrap();
    assert_eq!(everything(&market).await, before, "moving in again changes nothing");
    market.stop().await;
}
