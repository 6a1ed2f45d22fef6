//! What the cart asks of the other rooms: what things cost, and how many of them there are.

use std::collections::{BTreeMap, BTreeSet};

use ask::{AskError, Peers};
use asks::Ask;
use asks::catalog::{PriceLines, PriceNumbers, PricedLines};
use asks::inventory::{FreeUnits, WantedLine};
use ids::{Mint, Sku, VariantId};
use money::Currency;
use words::Locale;

use crate::domain::{NotForSale, Offer, Offers, Shelf};

/// The most units that inventory is asked about.
const MOST_UNITS: u32 = 1_000_000;

#[derive(Clone)]
pub struct Neighbours {
    peers: Peers,
    mint: Mint,
}

impl Neighbours {
    /// The rooms that these peers lead to.
    pub fn new(peers: Peers, mint: Mint) -> Neighbours {
        Neighbours { peers, mint }
    }

    /// What variants are called and cost today. Of nothing, nothing is asked.
    pub async fn offers(
        &self,
        variants: &BTreeSet<VariantId>,
        currency: Currency,
        locale: Option<&Locale>,
    ) -> Result<Offers, AskError> {
        if variants.is_empty() {
            return Ok(Offers::default());
        }
        let question = PriceLines { variants: variants.clone(), currency, locale: locale.cloned() };
        let PricedLines { lines, refused } = self.ask(&question).await?;
        let refused = refused.into_iter().map(|line| (line.variant, NotForSale::read(&line.code)));
        Ok(Offers { offers: by_variant(lines), refused: refused.collect() })
    }

    /// The same of numeric skus, as the LOMS contract shows them.
    pub async fn numbered(&self, skus: &BTreeSet<Sku>) -> Result<BTreeMap<VariantId, Offer>, AskError> {
        if skus.is_empty() {
            return Ok(BTreeMap::new());
        }
        Ok(by_variant(self.ask(&PriceNumbers { skus: skus.clone() }).await?.lines))
    }

    /// How many can be had now of each variant, looked at closely enough to know whether there are
    /// so many.
    pub async fn shelf(&self, wanted: &BTreeMap<VariantId, u32>) -> Result<Shelf, AskError> {
        if wanted.is_empty() {
            return Ok(Shelf::new());
        }
        let lines = wanted.iter().map(|(variant, quantity)| WantedLine {
            variant: *variant,
            quantity: (*quantity).clamp(1, MOST_UNITS),
        });
        let free = self.ask(&FreeUnits { lines: lines.collect() }).await?;
        Ok(free.items.into_iter().map(|item| (item.variant, item.free)).collect())
    }

    async fn ask<Q: Ask>(&self, question: &Q) -> Result<Q::Answer, AskError> {
        // Looking changes nothing, so every question may have an id of its own.
        self.peers.ask(&self.mint.uuid().to_string(), question).await
    }
}

fn by_variant(lines: Vec<Offer>) -> BTreeMap<VariantId, Offer> {
    lines.into_iter().map(|line| (line.variant, line)).collect()
}
