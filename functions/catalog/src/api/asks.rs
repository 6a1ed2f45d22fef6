//! What other rooms ask while a customer waits. Nothing here changes anything, so an ask that comes
//! twice is simply answered twice.

use std::collections::BTreeSet;

use ask::FromPeer;
use axum::Json;
use axum::extract::State;
use facts::catalog::LineKind;
use ids::{MerchantId, ProductId, Sku, VariantId};
use money::{Currency, Money};
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::bad_lines;
use crate::app::{App, Priced, PricedLine};
use crate::domain::{Locale, MerchantSku, Title, Wanted};

/// What one request to the table reads.
const MOST_LINES: usize = 100;

/// Which variants are to be priced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceLines {
    /// Up to 100.
    variants: BTreeSet<VariantId>,
    currency: Currency,
    /// The buyer's language; each product's own when missing.
    #[schema(value_type = Option<String>)]
    locale: Option<Locale>,
}

/// The lines that can be bought, and why the others cannot.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PricedLines {
    lines: Vec<LineView>,
    refused: Vec<RefusedLine>,
}

/// A line that can be bought.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineView {
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
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefusedLine {
    variant: VariantId,
    /// `unknown_variant`, `not_on_sale` or `no_price`.
    code: &'static str,
}

/// Which numbers are to be priced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceNumbers {
    /// Up to 100.
    skus: BTreeSet<Sku>,
}

/// The lines that can be bought. Numbers that name nothing on sale are left out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PricedNumbers {
    lines: Vec<LineView>,
}

/// What variants cost now, in one currency.
#[utoipa::path(
    post, path = "/catalog/asks/price_lines", tag = "rooms", request_body = PriceLines,
    responses((status = OK, body = PricedLines), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn price_lines(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<PriceLines>,
) -> Result<Json<PricedLines>, Problem> {
    let PriceLines { variants, currency, locale } = body;
    if !(1..=MOST_LINES).contains(&variants.len()) {
        return Err(bad_lines(MOST_LINES));
    }
    let wanted = locale.as_ref().map(Wanted::only).unwrap_or_default();
    let Priced { lines, refused } = app.price_lines(&variants, currency).await?;
    Ok(Json(PricedLines {
        lines: lines.into_iter().map(|line| view(line, &wanted)).collect(),
        refused: refused
            .into_iter()
            .map(|(variant, why)| RefusedLine { variant, code: why.code() })
            .collect(),
    }))
}

/// What numbers name and cost now, as the LOMS contract shows it: each in its own language, in roubles
/// if there is such a price, else in the first currency there is.
#[utoipa::path(
    post, path = "/catalog/asks/price_numbers", tag = "rooms", request_body = PriceNumbers,
    responses((status = OK, body = PricedNumbers), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn price_numbers(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<PriceNumbers>,
) -> Result<Json<PricedNumbers>, Problem> {
    if !(1..=MOST_LINES).contains(&body.skus.len()) {
        return Err(bad_lines(MOST_LINES));
    }
    let lines = app.price_numbers(&body.skus).await?.into_iter();
    Ok(Json(PricedNumbers { lines: lines.map(|line| view(line, &Wanted::default())).collect() }))
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
