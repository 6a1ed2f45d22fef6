//! Makes a product of the demo and publishes it, from whatever state it is in.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::SeedError;
use super::desk::Desk;
use super::item::{Item, Line};
use super::shelves::Shelves;
use super::{neighbours, pictures};
use crate::Market;
use crate::people::{Part, SHOPS};

/// The existing products by slug.
pub type Known = BTreeMap<String, String>;

/// The existing products of the demo's shops.
pub async fn known(market: &Market) -> Result<Known, SeedError> {
    let mut known = Known::new();
    for shop in SHOPS {
        let manager = Desk::of(market, Part::Manager, Some(shop));
        let first = format!("/catalog/merchants/{}/products?limit=100", neighbours::id(market, shop)?);
        let mut cursor: Option<String> = None;
        loop {
            let page = match &cursor {
                None => manager.get(&first).await?,
                Some(cursor) => manager.get(&format!("{first}&cursor={cursor}")).await?,
            };
            for card in page["items"].as_array().into_iter().flatten() {
                known.insert(text(&card["slug"]), text(&card["id"]));
            }
            cursor = page["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(known)
}

/// Brings a product to its final state, and answers its variants by the merchant's SKU.
pub async fn bring_in(
    market: &Market,
    item: &Item,
    shelves: &Shelves,
    known: &Known,
) -> Result<BTreeMap<String, String>, SeedError> {
    let manager = Desk::of(market, Part::Manager, Some(item.shop));
    let products = format!("/catalog/merchants/{}/products", neighbours::id(market, item.shop)?);
    let mut product = match known.get(&item.slug) {
        Some(id) => manager.get(&format!("{products}/{id}")).await?,
        None => {
            let words = &item.words[0];
            let begun = json!({
                "locale": words.locale,
                "title": words.title,
                "description": words.description,
                "slug": item.slug,
                "categories": [shelves[item.category]],
            });
            manager.once(&products, &format!("product-{}", item.slug), &begun).await?
        }
    };
    // A replayed answer shows an old state, so the present one is read.
    let path = format!("{products}/{}", text(&product["id"]));
    if product["state"] == "draft" {
        product = manager.get(&path).await?;
    }
    for words in &item.words {
        let there = &product["translations"][words.locale];
        if there.is_null() {
            let name = json!({ "locale": words.locale, "title": words.title, "slug": item.slug });
            manager.post(&format!("{path}/rename"), &name).await?;
        }
        if there["description"].is_null() {
            let said = json!({ "locale": words.locale, "description": words.description });
            product = manager.post(&format!("{path}/describe"), &said).await?;
        }
    }
    if item.sizes && list(&product["options"]).is_empty() {
        product = manager.post(&format!("{path}/options"), &sizes()).await?;
    }
    for line in &item.lines {
        if variant(&product, line).is_none() {
            let key = format!("variant-{}", line.sku);
            product = manager.once(&format!("{path}/variants"), &key, &words_of(line)).await?;
        }
        product = priced(&manager, &path, product, line).await?;
    }
    if product["state"] == "draft" {
        product = manager.post(&format!("{path}/propose"), &Value::Null).await?;
    }
    if product["state"] == "proposed" {
        product = manager.post_when_heard(&format!("{path}/publish"), "shop_not_open").await?;
    }
    if !list(&product["media"]).iter().any(|media| media["state"] == "ready") {
        picture(&manager, &path, item, &product).await?;
    }
    let variants = list(&product["variants"]).iter();
    Ok(variants.map(|variant| (text(&variant["sku"]), text(&variant["id"]))).collect())
}

async fn priced(manager: &Desk<'_>, path: &str, mut product: Value, line: &Line) -> Result<Value, SeedError> {
    for (currency, amount) in &line.prices {
        let Some(variant) = variant(&product, line) else { return Ok(product) };
        if list(&variant["now"]).iter().any(|price| price["currency"] == *currency) {
            continue;
        }
        let at = format!("{path}/variants/{}/price", text(&variant["id"]));
        let cost = json!({ "price": { "amount": amount, "currency": currency } });
        product = manager.post(&at, &cost).await?;
    }
    Ok(product)
}

/// Uploads the picture. A presigned upload of an earlier process may have expired; then there is
/// another.
async fn picture(manager: &Desk<'_>, path: &str, item: &Item, product: &Value) -> Result<(), SeedError> {
    let file = pictures::draw(item.look)?;
    let wanted = json!({
        "content_type": "image/png", "bytes": file.len(), "sha256": hex::encode(Sha256::digest(&file)),
    });
    let last = list(&product["media"]).len().saturating_sub(1);
    for n in [last, last + 1] {
        let key = format!("picture-{}-{n}", item.slug);
        let permit = manager.once(&format!("{path}/media"), &key, &wanted).await?;
        if manager.send(&permit["upload"], file.clone()).await? {
            return Ok(());
        }
    }
    Err(SeedError::Upload(item.slug.clone()))
}

fn variant<'a>(product: &'a Value, line: &Line) -> Option<&'a Value> {
    list(&product["variants"]).iter().find(|variant| variant["sku"] == line.sku)
}

fn words_of(line: &Line) -> Value {
    let mut words = json!({ "kind": line.kind, "sku": line.sku });
    let optional =
        [("numeric_sku", line.number.map(Value::from)), ("weight_grams", line.grams.map(Value::from))];
    for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        words[name] = value;
    }
    if let Some(size) = line.size {
        words["choices"] = json!({ "size": size });
    }
    words
}

fn sizes() -> Value {
    let value = |key: &str, en: &str, ru: &str, ar: &str| json!({ "key": key, "titles": { "en": en, "ru": ru, "ar": ar } });
    json!({ "options": [{
        "key": "size",
        "titles": { "en": "Size", "ru": "Размер", "ar": "الحجم" },
        "values": [value("small", "Small", "Малый", "صغير"), value("large", "Large", "Большой", "كبير")],
    }] })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
