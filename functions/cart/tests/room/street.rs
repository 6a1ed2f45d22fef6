//! The two rooms next door, as a test wants them to answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use ask::{Asked, Asks};
use facts::catalog::LineKind;
use ids::{MerchantId, ProductId, Sku, VariantId};
use problem::Problem;
use serde::Deserialize;
use serde_json::{Value, json};

/// What is sold, as the catalog's stand-in says it.
#[derive(Clone, Debug)]
pub(crate) struct Ware {
    pub(crate) product: ProductId,
    pub(crate) merchant: MerchantId,
    pub(crate) kind: LineKind,
    pub(crate) sku: Option<i64>,
    pub(crate) title: String,
    /// Minor units by currency; the catalog refuses every other.
    pub(crate) prices: BTreeMap<String, i64>,
    pub(crate) on_sale: bool,
    /// What inventory's stand-in says is free.
    pub(crate) free: u64,
}

/// What both of them know, and how often they were asked.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) wares: BTreeMap<VariantId, Ware>,
    pub(crate) asked: Vec<&'static str>,
    pub(crate) last_ask: Value,
    pub(crate) catalog_is_down: bool,
    pub(crate) inventory_is_down: bool,
}

#[derive(Clone, Default)]
pub(crate) struct Street {
    known: Arc<Mutex<Known>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceLines {
    variants: Vec<VariantId>,
    currency: String,
    locale: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceNumbers {
    skus: Vec<Sku>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FreeUnits {
    lines: Vec<Wanted>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    variant: VariantId,
    quantity: u32,
}

impl Street {
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }

    pub(crate) fn catalog(&self) -> Asks<Street> {
        Asks::of(self.clone()).on("price_lines", price_lines).on("price_numbers", price_numbers)
    }

    pub(crate) fn inventory(&self) -> Asks<Street> {
        Asks::of(self.clone()).on("free_units", free_units)
    }
}

fn line(variant: VariantId, ware: &Ware, minor: i64, currency: &str) -> Value {
    json!({
        "variant": variant, "product": ware.product, "merchant": ware.merchant, "kind": ware.kind,
        "sku": "A-1", "numeric_sku": ware.sku, "title": ware.title,
        "price": { "amount": minor, "currency": currency },
    })
}

async fn price_lines(street: Street, Asked { body, .. }: Asked<PriceLines>) -> Result<Value, Problem> {
    let mut known = street.known();
    known.asked.push("price_lines");
    known.last_ask = json!({ "variants": body.variants, "locale": body.locale });
    assert!((1..=100).contains(&body.variants.len()), "catalog prices 1 to 100 lines");
    if known.catalog_is_down {
        return Err(Problem::unavailable(0));
    }
    let (mut lines, mut refused) = (Vec::new(), Vec::new());
    for variant in body.variants {
        let mut refuse = |code: &str| refused.push(json!({ "variant": variant, "code": code }));
        match known.wares.get(&variant) {
            None => refuse("unknown_variant"),
            Some(ware) if !ware.on_sale => refuse("not_on_sale"),
            Some(ware) => match ware.prices.get(&body.currency) {
                None => refuse("no_price"),
                Some(minor) => lines.push(line(variant, ware, *minor, &body.currency)),
            },
        }
    }
    Ok(json!({ "lines": lines, "refused": refused }))
}

async fn price_numbers(street: Street, Asked { body, .. }: Asked<PriceNumbers>) -> Result<Value, Problem> {
    let mut known = street.known();
    known.asked.push("price_numbers");
    if known.catalog_is_down {
        return Err(Problem::unavailable(0));
    }
    let numbered = known.wares.iter().filter(|(_, ware)| ware.on_sale);
    let lines = numbered.filter_map(|(variant, ware)| {
        let sku = ware.sku.and_then(Sku::new).filter(|sku| body.skus.contains(sku));
        let (currency, minor) = ware.prices.get_key_value("RUB").or_else(|| ware.prices.iter().next())?;
        sku.map(|_| line(*variant, ware, *minor, currency))
    });
    Ok(json!({ "lines": lines.collect::<Vec<_>>() }))
}

async fn free_units(street: Street, Asked { body, .. }: Asked<FreeUnits>) -> Result<Value, Problem> {
    let mut known = street.known();
    known.asked.push("free_units");
    assert!((1..=100).contains(&body.lines.len()), "inventory looks at 1 to 100 lines");
    assert!(body.lines.iter().all(|line| (1..=1_000_000).contains(&line.quantity)));
    if known.inventory_is_down {
        return Err(Problem::unavailable(0));
    }
    let items = body.lines.iter().filter_map(|line| {
        let ware = known.wares.get(&line.variant)?;
        (ware.kind == LineKind::Physical).then(|| json!({ "variant": line.variant, "free": ware.free }))
    });
    Ok(json!({ "items": items.collect::<Vec<_>>(), "not_stocked": [] }))
}
