//! What stock and the holds on it cost.

use dynamo::Spend;
use facts::catalog::{LineKind, VariantCreated, VariantNumbered};
use ids::{MerchantId, ProductId, Sku, VariantId, WarehouseId};
use jiff::SignedDuration;
use lambda::Role;
use serde_json::json;
use testkit::event::message;
use testkit::{House, Stage};

/// For how long an instance knows the cards of variants, and a little more; no hold lives as long.
const A_WHILE: SignedDuration = SignedDuration::from_secs(61);

pub async fn walk(at: &mut Stage) {
    let merchant = at.merchant();
    let mut variants = Vec::new();
    for n in 1..=11 {
        let fact = created(&at.house, merchant, Sku::new(n));
        variants.push(fact.variant);
        is_told_of(at, fact).await;
    }
    at.knows("variant", variants[10]);
    at.does("open_stock", &json!({ "on_hand": 300, "reserved": 30 })).await;
    for variant in &variants[1..10] {
        at.knows("variant", variant);
        at.step("receive_stock", &json!({ "quantity": 1000 })).await;
    }
    at.knows("variant", variants[0]);
    merchants(at, merchant).await;
    rooms(at, &variants[..10]).await;
    nobody_came(at, variants[0]).await;
    let ten: Vec<_> = variants[..10].iter().map(|variant| format!("variant={variant}")).collect();
    at.looks("read_availability", "1 variant", &format!("?{}", ten[0])).await;
    at.looks("read_availability", "10 variants", &format!("?{}", ten.join("&"))).await;
    at.looks("stock_info", "", "?sku=1").await;
}

/// Puts a hundred of a variant that the catalog has on the shelf.
pub async fn stock(at: &mut Stage, merchant: MerchantId, variant: &str, numeric_sku: i64) {
    let variant: VariantId = variant.parse().expect("a variant has an id");
    let fact = created(&at.house, merchant, Sku::new(numeric_sku));
    is_told_of(at, VariantCreated { variant, ..fact }).await;
    at.knows("variant", variant);
    at.step("open_stock", &json!({ "on_hand": 100 })).await;
}

/// Lets inventory hear of a variant, and of its number, as the catalog says them.
pub async fn is_told_of(at: &mut Stage, created: VariantCreated) {
    let VariantCreated { variant, product, merchant, .. } = created;
    at.hears(product, 1, &created).await;
    if let Some(numeric_sku) = created.numeric_sku {
        at.hears(product, 2, &VariantNumbered { variant, product, merchant, numeric_sku }).await;
    }
}

/// What the catalog says of a new variant.
pub fn created(house: &House, merchant: MerchantId, numeric_sku: Option<Sku>) -> VariantCreated {
    let (product, variant) = (ProductId::mint(&house.mint), VariantId::mint(&house.mint));
    let (kind, sku) = (LineKind::Physical, "one".to_owned());
    VariantCreated { variant, product, merchant, kind, sku, numeric_sku }
}

async fn merchants(at: &mut Stage, merchant: MerchantId) {
    at.does("receive_stock", &json!({ "quantity": 1000 })).await;
    at.echo().await;
    at.calls("read_stock").await;
    at.does("set_threshold", &json!({ "threshold": 3 })).await;
    at.does("adjust_stock", &json!({ "by": -1, "reason": "counted" })).await;
    at.does("write_off_stock", &json!({ "quantity": 1, "reason": "broken" })).await;
    let place = at.does("create_warehouse", &json!({ "name": "Riga" })).await;
    at.calls("list_warehouses").await;
    let main = WarehouseId::from_uuid(merchant.uuid());
    let carried = json!({ "from": main, "to": place["warehouse"], "quantity": 5 });
    at.does("transfer_stock", &carried).await;
    at.looks("list_movements", "4", "").await;
    at.house.settle().await;
}

async fn rooms(at: &mut Stage, variants: &[VariantId]) {
    let line = |variant: &VariantId| json!({ "variant": variant, "quantity": 1 });
    let lines = |n: usize| variants[..n].iter().map(line).collect::<Vec<_>>();
    let wish = |owner: &str, n: usize| json!({ "owner": owner, "lines": lines(n) });
    let of = |owner: &str| json!({ "owner": owner });
    at.does_so("free_units", "10 lines", &json!({ "lines": lines(10) })).await;
    at.house.advance(A_WHILE);
    at.does_so("reserve", "1 line of a variant not seen lately", &wish("first", 1)).await;
    at.step("reserve", &wish("warm", 10)).await;
    at.does_so("reserve", "1 line", &wish("one", 1)).await;
    at.does_so("reserve", "10 lines", &wish("ten", 10)).await;
    at.does_so("reserve", "the same again", &wish("one", 1)).await;
    at.does("extend", &of("one")).await;
    at.does_so("commit", "1 line", &of("one")).await;
    at.does_so("commit", "10 lines", &of("ten")).await;
    at.does_so("release", "1 line", &of("first")).await;
    at.does_so("release", "10 lines", &of("warm")).await;
    at.echo().await;
    // Splitting comes last: whoever reserves meets one shard of several.
    at.does_so("split_stock", "into 8 shards", &json!({ "shards": 8 })).await;
    at.step("reserve", &wish("sharded-warm", 10)).await;
    at.does_so("reserve", "1 line of 8 shards", &wish("sharded", 1)).await;
    at.step("release", &of("sharded")).await;
    at.step("release", &of("sharded-warm")).await;
}

/// What it costs when nobody comes for what is held: the timer gives it back, or whoever watches
/// what DynamoDB deletes for its age.
async fn nobody_came(at: &mut Stage, variant: VariantId) {
    at.house.settle().await;
    let lines = json!([{ "variant": variant, "quantity": 1 }]);
    at.step("reserve", &json!({ "owner": "late", "lines": lines, "ttl_seconds": 60 })).await;
    at.house.facts();
    at.house.advance(A_WHILE);
    let due = json!({ "reservation_due": { "owner": "late" } });
    let (answer, spend) = Spend::of(at.house.handle(Role::Timer, message(1, &due))).await;
    let answer = answer.expect("the room wakes");
    assert_eq!(answer["batchItemFailures"], json!([]), "{}", at.house.lines.text());
    at.record("timer", "a hold of 1 line expires", spend);
    at.echo().await;

    // What else was to be done later is done, so that only the sweeping is left.
    at.house.settle().await;
    at.step("reserve", &json!({ "owner": "lost", "lines": lines, "ttl_seconds": 60 })).await;
    at.house.facts();
    at.house.advance(SignedDuration::from_hours(3));
    at.house.engines.dynamo.sweep().expect("the engine sweeps");
    let spend = at.turn().await;
    at.record("expiry", "a hold of 1 line was swept", spend);
}
