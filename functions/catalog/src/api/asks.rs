//! What other rooms ask while a customer waits. Nothing here changes anything, so an ask that comes
//! twice is simply answered twice.

use std::collections::BTreeSet;

use ask::{Asked, Asks};
use facts::catalog::LineKind;
use ids::{MerchantId, ProductId, Sku, VariantId};
use money::{Currency, Money};
use problem::Problem;
use serde::{Deserialize, Serialize};

use super::problems::bad_lines;
use crate::app::{App, Priced, PricedLine};
use crate::domain::{Locale, MerchantSku, Title, Wanted};

/// Everything that other rooms can ask.
pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app).on("price_lines", price_lines).on("price_numbers", price_numbers)
}

/// What one request to the table reads.
const MOST_LINES: usize = 100;

/// Which variants are to be priced.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceLines {
    /// Up to 100.
    variants: BTreeSet<VariantId>,
    currency: Currency,
    /// The buyer's language; each product's own when missing.
    locale: Option<Locale>,
}

/// The lines that can be bought, and why the others cannot.
#[derive(Debug, Serialize)]
struct PricedLines {
    lines: Vec<LineView>,
    refused: Vec<RefusedLine>,
}

/// A line that can be bought.
#[derive(Debug, Serialize)]
struct LineView {
    variant: VariantId,
    product: ProductId,
    merchant: MerchantId,
    kind: LineKind,
    sku: MerchantSku,
    #[serde(skip_serializing_if = "Option::is_none")]
    numeric_sku: Option<Sku>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_grams: Option<u32>,
    title: Option<Title>,
    /// What one costs now.
    price: Money,
}

/// A line that cannot be bought.
#[derive(Debug, Serialize)]
struct RefusedLine {
    variant: VariantId,
    /// `unknown_variant`, `not_on_sale` or `no_price`.
    code: &'static str,
}

/// Which numbers are to be priced.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceNumbers {
    /// Up to 100.
    skus: BTreeSet<Sku>,
}

/// The lines that can be bought. Numbers that name nothing on sale are left out.
#[derive(Debug, Serialize)]
struct PricedNumbers {
    lines: Vec<LineView>,
}

/// What variants cost now, in one currency.
async fn price_lines(app: App, Asked { body, .. }: Asked<PriceLines>) -> Result<PricedLines, Problem> {
    let PriceLines { variants, currency, locale } = body;
    if !(1..=MOST_LINES).contains(&variants.len()) {
        return Err(bad_lines(MOST_LINES));
    }
    let wanted = locale.as_ref().map(Wanted::only).unwrap_or_default();
    let Priced { lines, refused } = app.price_lines(&variants, currency).await?;
    Ok(PricedLines {
        lines: lines.into_iter().map(|line| view(line, &wanted)).collect(),
        refused: refused
            .into_iter()
            .map(|(variant, why)| RefusedLine { variant, code: why.code() })
            .collect(),
    })
}

/// What numbers name and cost now, as the LOMS contract shows it: each in its own language, in roubles
/// if there is such a price, else in the first currency there is.
async fn price_numbers(app: App, Asked { body, .. }: Asked<PriceNumbers>) -> Result<PricedNumbers, Problem> {
    if !(1..=MOST_LINES).contains(&body.skus.len()) {
        return Err(bad_lines(MOST_LINES));
    }
    let lines = app.price_numbers(&body.skus).await?.into_iter();
    Ok(PricedNumbers { lines: lines.map(|line| view(line, &Wanted::default())).collect() })
}

fn view(PricedLine { line, price }: PricedLine, wanted: &Wanted) -> LineView {
    let title = wanted.choose(&line.titles, &line.locale).map(|(_, title)| title.clone());
    LineView {
        variant: line.variant,
        product: line.product,
        merchant: line.merchant,
        kind: line.kind,
        sku: line.sku,
        numeric_sku: line.numeric_sku,
        weight_grams: line.weight_grams,
        title,
        price,
    }
}
