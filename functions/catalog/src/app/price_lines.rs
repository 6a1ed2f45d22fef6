//! What lines of a cart cost: asked by other rooms while a customer waits, answered by one request
//! to the table however many lines there are, and one more for shops that were not seen lately.

use std::collections::BTreeSet;

use ids::{Sku, VariantId};
use money::{Currency, Money};

use super::{App, AppError};
use crate::store::Line;

#[derive(Clone, Debug)]
pub struct Priced {
    pub lines: Vec<PricedLine>,
    pub refused: Vec<(VariantId, LineRefused)>,
}

#[derive(Clone, Debug)]
pub struct PricedLine {
    pub line: Line,
    pub price: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRefused {
    UnknownVariant,
    NotOnSale,
    NoPrice,
}

impl LineRefused {
    pub fn code(self) -> &'static str {
        match self {
            LineRefused::UnknownVariant => "unknown_variant",
            LineRefused::NotOnSale => "not_on_sale",
            LineRefused::NoPrice => "no_price",
        }
    }
}

impl App {
    /// Prices up to 100 variants in a currency.
    pub async fn price_lines(
        &self,
        variants: &BTreeSet<VariantId>,
        currency: Currency,
    ) -> Result<Priced, AppError> {
        let wanted: Vec<VariantId> = variants.iter().copied().collect();
        let now = self.clock.now();
        let mut priced = Priced { lines: Vec::new(), refused: Vec::new() };
        let mut unknown = variants.clone();
        let lines = self.store.lines(&wanted).await?;
        let open = lines.iter().filter(|line| line.on_sale()).map(|line| line.merchant);
        let open = self.open_shops(open).await?;
        for line in lines {
            unknown.remove(&line.variant);
            match line.prices.at(currency, now) {
                _ if !line.on_sale() || !open.contains(&line.merchant) => {
                    priced.refused.push((line.variant, LineRefused::NotOnSale))
                }
                None => priced.refused.push((line.variant, LineRefused::NoPrice)),
                Some(price) => priced.lines.push(PricedLine { line, price }),
            }
        }
        priced.refused.extend(unknown.into_iter().map(|variant| (variant, LineRefused::UnknownVariant)));
        Ok(priced)
    }

    /// What up to 100 numbers name and cost, for systems that know neither variants nor currencies.
    /// What is not on sale, or costs nothing that can be said, is left out.
    pub async fn price_numbers(&self, skus: &BTreeSet<Sku>) -> Result<Vec<PricedLine>, AppError> {
        let now = self.clock.now();
        let skus: Vec<Sku> = skus.iter().copied().collect();
        let variants = self.variants_of(&skus).await?;
        let lines = self.on_sale(self.store.lines(&variants).await?).await?;
        let priced =
            lines.into_iter().filter_map(|line| Some(PricedLine { price: line.usual_price(now)?, line }));
        Ok(priced.collect())
    }
}
