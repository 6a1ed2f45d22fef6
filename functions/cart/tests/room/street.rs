//! The two rooms next door, as a test wants them to answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use ask::{Asked, Asks};
use asks::catalog::{PriceLines, PriceNumbers, PricedLine, PricedLines, PricedNumbers, RefusedLine};
use asks::inventory::{Free, FreeUnits, FreeVariant};
use facts::catalog::LineKind;
use ids::{MerchantId, ProductId, Sku, VariantId};
use problem::Problem;
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
    /// So many inventory finds at first sight; who asks for more makes it look at all of a shelf.
    pub(crate) at_first_sight: Option<u64>,
    pub(crate) catalog_is_down: bool,
    pub(crate) inventory_is_down: bool,
}

#[derive(Clone, Default)]
pub(crate) struct Street {
    known: Arc<Mutex<Known>>,
}

impl Street {
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }

    pub(crate) fn catalog(&self) -> Asks<Street> {
        Asks::of(self.clone()).on(price_lines).on(price_numbers)
    }

    pub(crate) fn inventory(&self) -> Asks<Street> {
        Asks::of(self.clone()).on(free_units)
    }
}

fn line(variant: VariantId, ware: &Ware, amount: i64, currency: &str) -> PricedLine {
    PricedLine {
        variant,
        product: ware.product,
        merchant: ware.merchant,
        kind: ware.kind,
        sku: "A-1".to_owned(),
        numeric_sku: ware.sku.and_then(Sku::new),
        weight_grams: None,
        title: Some(ware.title.clone()),
        price: serde_json::from_value(json!({ "amount": amount, "currency": currency })).unwrap(),
    }
}

async fn price_lines(street: Street, Asked { body, .. }: Asked<PriceLines>) -> Result<PricedLines, Problem> {
    let mut known = street.known();
    known.asked.push("price_lines");
    known.last_ask = json!({ "variants": body.variants, "locale": body.locale });
    assert!((1..=100).contains(&body.variants.len()), "catalog prices 1 to 100 lines");
    if known.catalog_is_down {
        return Err(Problem::unavailable(0));
    }
    let currency = body.currency.to_string();
    let (mut lines, mut refused) = (Vec::new(), Vec::new());
    for variant in body.variants {
        let mut refuse = |code: &str| refused.push(RefusedLine { variant, code: code.to_owned() });
        match known.wares.get(&variant) {
            None => refuse("unknown_variant"),
            Some(ware) if !ware.on_sale => refuse("not_on_sale"),
            Some(ware) => match ware.prices.get(&currency) {
                None => refuse("no_price"),
                Some(minor) => lines.push(line(variant, ware, *minor, &currency)),
            },
        }
    }
    Ok(PricedLines { lines, refused })
}

async fn price_numbers(
    street: Street,
    Asked { body, .. }: Asked<PriceNumbers>,
) -> Result<PricedNumbers, Problem> {
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
    Ok(PricedNumbers { lines: lines.collect() })
}

async fn free_units(street: Street, Asked { body, .. }: Asked<FreeUnits>) -> Result<Free, Problem> {
    let mut known = street.known();
    known.asked.push("free_units");
    assert!((1..=100).contains(&body.lines.len()), "inventory looks at 1 to 100 lines");
    assert!(body.lines.iter().all(|line| (1..=1_000_000).contains(&line.quantity)));
    if known.inventory_is_down {
        return Err(Problem::unavailable(0));
    }
    let items = body.lines.iter().filter_map(|line| {
        let ware = known.wares.get(&line.variant)?;
        let seen = known.at_first_sight.filter(|seen| u64::from(line.quantity) <= *seen);
        let free = seen.map_or(ware.free, |seen| seen.min(ware.free));
        (ware.kind == LineKind::Physical).then_some(FreeVariant { variant: line.variant, free })
    });
    Ok(Free { items: items.collect(), not_stocked: Vec::new() })
}
