//! What other rooms ask while a customer waits. Nothing here changes anything, so an ask that comes
//! twice is simply answered twice.

use ask::{Asked, Asks};
use asks::catalog::{PriceLines, PriceNumbers, PricedLine, PricedLines, PricedNumbers, RefusedLine};
use problem::Problem;

use super::problems::bad_lines;
use crate::app::{App, Priced};
use crate::domain::Wanted;

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app).on(price_lines).on(price_numbers)
}

/// What one request to the table reads.
const MOST_LINES: usize = 100;

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
            .map(|(variant, why)| RefusedLine { variant, code: why.code().to_owned() })
            .collect(),
    })
}

async fn price_numbers(app: App, Asked { body, .. }: Asked<PriceNumbers>) -> Result<PricedNumbers, Problem> {
    if !(1..=MOST_LINES).contains(&body.skus.len()) {
        return Err(bad_lines(MOST_LINES));
    }
    let lines = app.price_numbers(&body.skus).await?.into_iter();
    Ok(PricedNumbers { lines: lines.map(|line| view(line, &Wanted::default())).collect() })
}

fn view(crate::app::PricedLine { line, price }: crate::app::PricedLine, wanted: &Wanted) -> PricedLine {
    let title = wanted.choose(&line.titles, &line.locale).map(|(_, title)| title.clone());
    PricedLine {
        variant: line.variant,
        product: line.product,
        merchant: line.merchant,
        kind: line.kind,
        sku: line.sku.to_string(),
        numeric_sku: line.numeric_sku,
        weight_grams: line.weight_grams,
        title: title.map(|title| title.to_string()),
        price,
    }
}
