//! What a page of a listing costs when there is little to list, and when there is a lot.
//!
//! One published product is made through the API; the items that show it among the newest, in its
//! category and in its shop are then copied under new names straight into the engine, on disk and
//! without a stream, since a million products by the API would take an hour and prove nothing more.

use std::collections::BTreeSet;
use std::time::Instant;

use clock::Clock;
use embedded::{Engines, Handler};
use ids::{Mint, ProductId};
use jiff::Timestamp;
use serde_json::{Value, json};
use testkit::{House, Stage};

use crate::table::Table;

/// What stands in the pattern where the product's id goes.
const PRODUCT: &str = "prd_{bench}";
const SIZES: [usize; 3] = [100, 10_000, 1_000_000];
const CALLS: u32 = 50;
/// The columns between which a row says what a page costs.
const SHELF: usize = 1;
const MS: usize = 5;

pub fn measure() -> Option<Table> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let rows = runtime.block_on(list())?;
    // Requests and units of each page, which are the same among ten thousand times as many.
    let costs: BTreeSet<_> = rows.iter().map(|row| &row[SHELF..MS]).collect();
    let verdict = match costs.len() == rows.len() / SIZES.len() {
        true => "Flat: requests and units of every page are the same at every size.",
        false => "NOT flat: requests or units of a page grow with what is listed.",
    };
    Some(Table {
        title: "A page of twenty products by how many there are".into(),
        head: vec!["products", "shelf", "page", "requests", "read units", "ms"],
        rows,
        note: format!("{verdict} On the engine on disk; the mean of {CALLS} calls."),
    })
}

async fn list() -> Option<Vec<Vec<String>>> {
    let folder = std::env::temp_dir().join(format!("snail-bench-{}", std::process::id()));
    let start: Timestamp = "2026-11-21T12:00:00Z".parse().ok()?;
    let (clock, hands) = Clock::manual(start);
    let engines = Engines::on_disk(&folder, clock.clone()).ok()?;
    let mut stack = testkit::template();
    stack.tables.iter_mut().for_each(|table| table.stream = None);
    engines.install(&stack).await.ok()?;
    let driver = catalog_driver::driver();
    let house = House::over(driver.room.clone(), &[], engines, clock, hands, |_, handler| handler).await;
    let mut at = Stage::over(&driver, house);
    catalog_driver::opens(&mut at).await;
    catalog_driver::on_sale_for(&mut at, 0, &["USD"]).await;
    let Stage { house, known, .. } = at;
    let pattern = shown(&house, &known["product"]).await;
    let shelves = [
        ("the newest", String::new()),
        ("a category", format!("&category={}", known["category"])),
        ("a shop", format!("&merchant={}", known["merchant"])),
    ];
    assert_eq!(pattern.len(), shelves.len(), "a published product stands on every shelf");

    let mut rows = Vec::new();
    let mut count = 1;
    let mint = Mint::new(house.clock.clone(), 99);
    for size in SIZES {
        eprintln!("  {size} products …");
        while count < size {
            let more = (size - count).min(25 / pattern.len());
            let copies = (0..more).flat_map(|_| {
                let id = ProductId::mint(&mint).to_string();
                pattern.iter().map(move |item| item.replace(PRODUCT, &id)).collect::<Vec<_>>()
            });
            put(&house, copies.collect()).await;
            count += more;
        }
        for (shelf, query) in &shelves {
            let mut path = format!("/catalog/products?limit=20{query}");
            for page in [1, 5] {
                let began = Instant::now();
                let mut reply = house.get(&path).send().await.expect(200);
                for _ in 1..CALLS {
                    reply = house.get(&path).send().await.expect(200);
                }
                let ms = began.elapsed().as_secs_f64() * 1000.0 / f64::from(CALLS);
                let read = reply.spend.read_milli as f64 / 1000.0;
                let cost = [page.to_string(), reply.spend.requests.to_string(), read.to_string()];
                let who = [size.to_string(), (*shelf).to_owned()];
                rows.push(who.into_iter().chain(cost).chain([format!("{ms:.2}")]).collect());
                if page == 1 {
                    for _ in 1..5 {
                        path = next(&house.get(&path).send().await)?;
                    }
                }
            }
        }
    }
    std::fs::remove_dir_all(&folder).ok();
    Some(rows)
}

/// The items that show the product on shelves, as DynamoDB's JSON, its id left open.
async fn shown(house: &House, product: &str) -> Vec<String> {
    let scan = json!({ "TableName": "snail-catalog" });
    let answer = call(house, "Scan", &scan).await;
    let items = answer["Items"].as_array().cloned().unwrap_or_default().into_iter();
    let on_a_shelf = |item: &Value| item["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("shelf#"));
    let items = items.map(|item| (on_a_shelf(&item), item.to_string()));
    let items = items.filter(|(on_a_shelf, item)| *on_a_shelf && item.contains(product));
    items.map(|(_, item)| item.replace(product, PRODUCT)).collect()
}

async fn put(house: &House, items: Vec<String>) {
    let requests = items.iter().map(|item| format!(r#"{{"PutRequest":{{"Item":{item}}}}}"#));
    let body =
        format!(r#"{{"RequestItems":{{"snail-catalog":[{}]}}}}"#, requests.collect::<Vec<_>>().join(","));
    let body: Value = serde_json::from_str(&body).expect("items are JSON");
    call(house, "BatchWriteItem", &body).await;
}

async fn call(house: &House, operation: &str, body: &Value) -> Value {
    let request = http::Request::post("/").header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
    let request = request.body(body.to_string().into()).expect("the request above is sound");
    let answer = house.engines.dynamo.handle(request).await.expect("the engine always answers");
    assert_eq!(answer.status(), 200, "{operation}: {:?}", answer.body());
    serde_json::from_slice(answer.body()).expect("the engine answers JSON")
}

/// Where the next page is.
fn next(reply: &testkit::Reply) -> Option<String> {
    let link = reply.header("link")?;
    Some(link.split_once('<')?.1.split_once('>')?.0.to_owned())
}
