//! DynamoDB requests and capacity units of one operation, and what a million of them cost on AWS.

use dynamo::Spend;
use facts::catalog::{LineKind, VariantCreated};
use ids::{MerchantId, ProductId, VariantId};
use serde_json::{Value, json};
use testkit::{House, Reply};

use crate::people;
use crate::table::Table;

/// Dollars for a million units on demand in us-east-1, as AWS has listed them since 2024-11-01.
const A_MILLION_READ_UNITS: f64 = 0.125;
const A_MILLION_WRITE_UNITS: f64 = 0.625;

pub fn measure() -> Option<Table> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let mut rows = Vec::new();
    runtime.block_on(async {
        catalog(&mut rows).await;
        inventory(&mut rows).await;
        people::identity(&mut rows).await;
        people::merchants(&mut rows).await;
        people::cart(&mut rows).await;
    });
    Some(Table {
        title: "DynamoDB by operation".into(),
        head: vec!["operation", "requests", "read units", "write units", "$ per million"],
        rows,
        note: format!(
            "Units as DynamoDB counts them, `Idempotency-Key` included. Dollars are us-east-1 on demand since \
             2024-11-01: {A_MILLION_READ_UNITS} a million read units, {A_MILLION_WRITE_UNITS} a million write units; \
             storage, streams and Lambda come on top. AWS charges a refused write as well; here it counts as a request \
             without units (`reserve again` is one). What a cart asks of catalog and inventory is counted with it."
        ),
    })
}

pub fn row(rows: &mut Vec<Vec<String>>, operation: &str, reply: Reply) -> Value {
    assert!(reply.status.is_success(), "{operation}: {} {}", reply.status, reply.text());
    let Spend { requests, read_milli, write_milli } = reply.spend;
    let (read, write) = (read_milli as f64 / 1000.0, write_milli as f64 / 1000.0);
    let dollars = read * A_MILLION_READ_UNITS + write * A_MILLION_WRITE_UNITS;
    rows.push(vec![
        operation.into(),
        requests.to_string(),
        read.to_string(),
        write.to_string(),
        format!("{dollars:.3}"),
    ]);
    reply.json()
}

async fn catalog(rows: &mut Vec<Vec<String>>) {
    let house = House::open(catalog::room()).await;
    let merchant = MerchantId::mint(&house.mint);
    tests::let_in(&house, merchant).await;
    let products = format!("/catalog/merchants/{merchant}/products");
    let mut variants = Vec::new();
    let mut product = String::new();
    for n in 0..20 {
        let quiet = &mut Vec::new();
        let rows = if n == 0 { &mut *rows } else { quiet };
        let post = |path: &str, key: &str, body: &Value| {
            let path = if path.is_empty() { products.clone() } else { format!("{products}/{path}") };
            house.post(&path).as_manager(merchant).key(&format!("{key}-{n}")).json(body).send()
        };
        let words = json!({ "locale": "en", "title": format!("Lamp {n}") });
        let made = row(rows, "create_product", post("", "product", &words).await);
        product = made["id"].as_str().unwrap_or_default().to_owned();
        let words = json!({ "kind": "physical", "sku": format!("LAMP-{n}") });
        let made = row(rows, "add_variant", post(&format!("{product}/variants"), "variant", &words).await);
        let variant = made["variants"][0]["id"].as_str().unwrap_or_default().to_owned();
        let price = json!({ "price": { "amount": 1999, "currency": "USD" } });
        row(
            rows,
            "change_price",
            post(&format!("{product}/variants/{variant}/price"), "price", &price).await,
        );
        row(rows, "propose_product", post(&format!("{product}/propose"), "propose", &Value::Null).await);
        row(rows, "publish_product", post(&format!("{product}/publish"), "publish", &Value::Null).await);
        variants.push(variant);
    }
    row(
        rows,
        "get_product, first of its shop",
        house.get(&format!("/catalog/products/{product}")).send().await,
    );
    row(rows, "get_product", house.get(&format!("/catalog/products/{product}")).send().await);
    row(rows, "list_products, 20", house.get("/catalog/products?limit=20").send().await);
    let ask = json!({ "variants": variants, "currency": "USD" });
    row(rows, "price_lines, 20", house.ask("price_lines", "bench", &ask).await);
}

async fn inventory(rows: &mut Vec<Vec<String>>) {
    let house = House::open(inventory::room()).await;
    let merchant = MerchantId::mint(&house.mint);
    let mut variants = Vec::new();
    for n in 0..10 {
        let variant = open(&house, merchant).await;
        let path = format!("/inventory/merchants/{merchant}/stock/{variant}/receive");
        let call =
            house.post(&path).as_manager(merchant).key(&format!("r{n}")).json(&json!({ "quantity": 1000 }));
        let quiet = &mut Vec::new();
        row(if n == 1 { &mut *rows } else { quiet }, "receive_stock", call.send().await);
        variants.push(variant);
    }
    let line = |variant: &VariantId| json!({ "variant": variant, "quantity": 1 });
    let wish = |owner: &str, n: usize| json!({ "owner": owner, "lines": variants[..n].iter().map(line).collect::<Vec<_>>() });
    let ask = |operation: &'static str, body: Value| async { house.ask(operation, "bench", &{ body }).await };
    row(&mut Vec::new(), "warm", ask("reserve", wish("warm", 10)).await);
    row(rows, "reserve, 1 line", ask("reserve", wish("one", 1)).await);
    row(rows, "reserve, 10 lines", ask("reserve", wish("ten", 10)).await);
    row(rows, "reserve again", ask("reserve", wish("one", 1)).await);
    row(rows, "extend", ask("extend", json!({ "owner": "one" })).await);
    row(rows, "commit, 1 line", ask("commit", json!({ "owner": "one" })).await);
    row(rows, "release, 10 lines", ask("release", json!({ "owner": "ten" })).await);
    let one = format!("/inventory/availability?variant={}", variants[0]);
    row(rows, "read_availability, 1", house.get(&one).send().await);
    let ten: Vec<_> = variants.iter().map(|variant| format!("variant={variant}")).collect();
    row(
        rows,
        "read_availability, 10",
        house.get(&format!("/inventory/availability?{}", ten.join("&"))).send().await,
    );
    let stock = format!("/inventory/merchants/{merchant}/stock/{}", variants[0]);
    row(rows, "read_stock", house.get(&stock).as_clerk(merchant).send().await);
}

/// Opens the stock of a new variant, as the fact from the catalog does.
pub async fn open(house: &House, merchant: MerchantId) -> VariantId {
    let (product, variant) = (ProductId::mint(&house.mint), VariantId::mint(&house.mint));
    let (kind, sku) = (LineKind::Physical, "one".to_owned());
    let created = VariantCreated { variant, product, merchant, kind, sku, numeric_sku: None };
    house.hears(product, 1, &created).await;
    variant
}
