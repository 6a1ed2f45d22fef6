//! What goods, their pages and the files that they come in cost.

use dynamo::Spend;
use facts::catalog::{MediaDropped, ShopSwept};
use facts::merchants::{MerchantActivated, MerchantClosed, MerchantRestricted};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Stage, beside, sha256, text};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
/// For how long a shop is believed to sell, and a little more.
const A_WHILE: SignedDuration = SignedDuration::from_secs(16);

pub async fn walk(at: &mut Stage) {
    let merchant = at.merchant();
    opens(at).await;
    at.does("rename_category", &json!({ "locale": "ru", "title": "Лампы", "slug": "lampy" })).await;
    at.calls("get_categories").await;
    edits(at).await;
    pictures(at).await;
    shelves(at).await;
    let mut variants = vec![at.known["variant"].clone()];
    let (product, variant) = (at.known["product"].clone(), at.known["variant"].clone());
    for n in 1..20 {
        variants.push(on_sale(at, n).await);
    }
    at.knows("product", product);
    at.knows("variant", variant);
    reads(at, &variants).await;
    imports(at).await;
    at.calls("take_down_product").await;
    let reason = "complaints".to_owned();
    at.hears(merchant, 3, &MerchantRestricted { merchant, reason }).await;
    at.hears(merchant, 4, &MerchantClosed { merchant }).await;
    let product = at.id("product");
    at.hears(product, 9, &MediaDropped { product, media: vec![at.id("media")] }).await;
    at.hears(merchant, 5, &ShopSwept { merchant, until: "~".into() }).await;
}

/// The shop may sell, and there is a category.
pub async fn opens(at: &mut Stage) {
    let merchant = at.merchant();
    at.hears(merchant, 2, &MerchantActivated { merchant, name: "A shop".into() }).await;
    let lamps = json!({ "locale": "en", "title": "Lamps", "slug": "lamps" });
    let category = at.does("create_category", &lamps).await;
    at.knows("category", text(&category["id"]));
}

/// Puts something on the shelves that costs as much in euros, dollars and roubles; paths lead there
/// from now on. Returns its variant.
pub async fn on_sale(at: &mut Stage, n: usize) -> String {
    on_sale_for(at, n, &["EUR", "USD", "RUB"]).await
}

/// The same for some currencies.
pub async fn on_sale_for(at: &mut Stage, n: usize, currencies: &[&str]) -> String {
    let categories: Vec<_> = at.known.get("category").into_iter().collect();
    let words = json!({ "locale": "en", "title": format!("Lamp {n}"), "categories": categories });
    let product = at.step("create_product", &words).await;
    at.knows("product", text(&product["id"]));
    let words = json!({ "kind": "physical", "sku": format!("LAMP-{n}"), "numeric_sku": number(n) });
    let variant = text(&at.step("add_variant", &words).await["variants"][0]["id"]);
    at.knows("variant", &variant);
    for currency in currencies {
        let price = json!({ "price": { "amount": 1999, "currency": currency } });
        at.step("change_price", &price).await;
    }
    at.step("propose_product", &Value::Null).await;
    at.step("publish_product", &Value::Null).await;
    variant
}

/// The number of what [`on_sale`] has put there.
pub fn number(n: usize) -> i64 {
    1000 + i64::try_from(n).unwrap_or_default()
}

async fn edits(at: &mut Stage) {
    let made = at.does("create_product", &json!({ "locale": "en", "title": "Lamp" })).await;
    at.knows("product", text(&made["id"]));
    at.does("rename_product", &json!({ "locale": "en", "title": "A lamp" })).await;
    at.does("describe_product", &json!({ "locale": "en", "description": "It shines." })).await;
    at.does("put_in_categories", &json!({ "categories": [at.known["category"]] })).await;
    let colours = json!([{ "key": "red" }, { "key": "blue" }]);
    at.does("set_options", &json!({ "options": [{ "key": "colour", "values": colours }] })).await;
    let words = |sku: &str, colour: &str| json!({ "kind": "physical", "sku": sku, "numeric_sku": 1, "choices": { "colour": colour } });
    let made = at.does("add_variant", &words("LAMP", "red")).await;
    at.knows("variant", text(&made["variants"][0]["id"]));
    at.does("change_variant", &words("LAMP-0", "red")).await;
    at.does("change_price", &json!({ "price": { "amount": 1999, "currency": "USD" } })).await;
    at.step("change_price", &json!({ "price": { "amount": 19900, "currency": "RUB" } })).await;
    let first = at.known["variant"].clone();
    let mut other = words("OTHER", "blue");
    other["numeric_sku"] = json!(2);
    let other = at.step("add_variant", &other).await;
    let variants = other["variants"].as_array().cloned().unwrap_or_default();
    let ids = variants.iter().map(|variant| text(&variant["id"]));
    at.knows("variant", ids.into_iter().find(|id| *id != first).expect("there are two"));
    at.calls("remove_variant").await;
    at.knows("variant", first);
}

/// A picture that has come; paths lead there from now on.
pub async fn picture(at: &mut Stage) -> Spend {
    let wish = json!({ "content_type": "image/png", "bytes": PICTURE.len(), "sha256": sha256(PICTURE) });
    let media = text(&at.does("request_media_upload", &wish).await["media"]);
    let name = format!("media/{}/{media}", at.known["product"]);
    at.knows("media", media);
    at.comes(&name, PICTURE, "image/png").await
}

async fn pictures(at: &mut Stage) {
    let spend = picture(at).await;
    at.record("uploads", "a picture comes", spend);
    let first = at.known["media"].clone();
    picture(at).await;
    at.does("arrange_media", &json!({ "order": [at.known["media"], first] })).await;
    at.calls("remove_media").await;
    at.knows("media", first);
}

async fn shelves(at: &mut Stage) {
    at.calls("propose_product").await;
    at.calls("withdraw_product").await;
    at.calls("archive_product").await;
    at.calls("restore_product").await;
    at.step("propose_product", &Value::Null).await;
    at.calls("publish_product").await;
}

async fn reads(at: &mut Stage, variants: &[String]) {
    at.house.advance(A_WHILE);
    at.looks("get_product", "of a shop not seen lately", "").await;
    let page = at.calls("get_product").await;
    at.knows("locale", "en");
    at.knows("slug", text(&page["slug"]));
    at.calls("get_product_by_slug").await;
    at.calls("get_media").await;
    at.looks("list_products", "the 20 newest", "?limit=20").await;
    let category = format!("?limit=20&category={}", at.known["category"]);
    at.looks("list_products", "20 of a category", &category).await;
    let merchant = format!("?limit=20&merchant={}", at.known["merchant"]);
    at.looks("list_products", "20 of a shop", &merchant).await;
    at.calls("get_merchant_product").await;
    at.looks("list_merchant_products", "20", "?limit=20").await;
    at.does_so("price_lines", "1 line", &json!({ "variants": variants[..1], "currency": "USD" })).await;
    at.does_so("price_lines", "20 lines", &json!({ "variants": variants, "currency": "USD" })).await;
    at.does("price_numbers", &json!({ "skus": [1] })).await;
    at.knows("sku", 1);
    at.calls("loms_product").await;
    at.looks("loms_products", "20", "?count=20").await;
}

/// What files cost: one row of each kind, and what there is of an import beside its rows.
async fn imports(at: &mut Stage) {
    let good = |n: usize| format!("E-{n},physical,Mug {n},12.50,EUR,yes\n");
    let bad = "E-9,physical,Bad,twelve,EUR,yes\n";
    let one = import(at, &good(1)).await;
    let created = beside(import(at, &(good(2) + &good(3))).await, one);
    at.record("uploads", "a row that creates and publishes", created);
    let seen = import(at, &good(2)).await;
    let unchanged = beside(import(at, &(good(2) + &good(3))).await, seen);
    at.record("uploads", "a row that changes nothing", unchanged);
    let refused = beside(import(at, &(good(2) + bad)).await, seen);
    at.record("uploads", "a row that cannot be read", refused);
    at.record("uploads", "a file beside its rows", beside(seen, unchanged));
    at.calls("get_import").await;
    at.calls("get_import_outcome").await;
}

/// Brings a file, and returns what it cost to read it.
pub async fn import(at: &mut Stage, rows: &str) -> Spend {
    let file = format!("external_id,kind,title,price,currency,publish\n{rows}");
    let wish = json!({ "format": "csv", "bytes": file.len(), "sha256": sha256(&file) });
    let asked = at.does("request_import", &wish).await;
    let id = text(&asked["import"]["id"]);
    let name = format!("imports/{}/{id}/source", at.known["merchant"]);
    at.knows("import", id);
    at.comes(&name, file, "text/csv").await
}
