//! What the cart asks of the other rooms: what things cost, and how many of them there are.

use std::collections::{BTreeMap, BTreeSet};

use ask::{Ask, AskError, Peers};
use facts::catalog::LineKind;
use ids::{MerchantId, Mint, ProductId, Sku, VariantId};
use money::{Currency, Money};
use serde::{Deserialize, Serialize};
use words::Locale;

use crate::domain::{NotForSale, Offer, Offers, Shelf};

/// The most units that inventory is asked about.
const MOST_UNITS: u32 = 1_000_000;

#[derive(Clone)]
pub struct Neighbours {
    peers: Peers,
    mint: Mint,
}

#[derive(Serialize)]
struct PriceLines<'a> {
    variants: &'a BTreeSet<VariantId>,
    currency: Currency,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'a str>,
}

#[derive(Serialize)]
struct PriceNumbers<'a> {
    skus: &'a BTreeSet<Sku>,
}

/// The catalog may say more than the cart wants to know.
#[derive(Deserialize)]
struct Priced {
    lines: Vec<PricedLine>,
    #[serde(default)]
    refused: Vec<RefusedLine>,
}

#[derive(Deserialize)]
struct PricedLine {
    variant: VariantId,
    product: ProductId,
    merchant: MerchantId,
    kind: LineKind,
    numeric_sku: Option<Sku>,
    title: Option<String>,
    price: Money,
}

#[derive(Deserialize)]
struct RefusedLine {
    variant: VariantId,
    code: String,
}

#[derive(Serialize)]
struct FreeUnits {
    lines: Vec<WantedUnits>,
}

#[derive(Serialize)]
struct WantedUnits {
    variant: VariantId,
    quantity: u32,
}

#[derive(Deserialize)]
struct Free {
    items: Vec<FreeVariant>,
}

#[derive(Deserialize)]
struct FreeVariant {
    variant: VariantId,
    free: u64,
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
        let ask = PriceLines { variants, currency, locale: locale.map(Locale::as_str) };
        let Priced { lines, refused } = self.ask("catalog", "price_lines", &ask).await?;
        let refused = refused.into_iter().map(|line| (line.variant, NotForSale::read(&line.code)));
        Ok(Offers { offers: by_variant(lines), refused: refused.collect() })
    }

    /// The same of numeric skus, as the LOMS contract shows them.
    pub async fn numbered(&self, skus: &BTreeSet<Sku>) -> Result<BTreeMap<VariantId, Offer>, AskError> {
        if skus.is_empty() {
            return Ok(BTreeMap::new());
        }
        let priced: Priced = self.ask("catalog", "price_numbers", &PriceNumbers { skus }).await?;
        Ok(by_variant(priced.lines))
    }

    /// How many can be had now of each variant, looked at closely enough to know whether there are
    /// so many.
    pub async fn shelf(&self, wanted: &BTreeMap<VariantId, u32>) -> Result<Shelf, AskError> {
        if wanted.is_empty() {
            return Ok(Shelf::new());
        }
        let lines = wanted.iter().map(|(variant, quantity)| WantedUnits {
            variant: *variant,
            quantity: (*quantity).clamp(1, MOST_UNITS),
        });
        let free: Free = self.ask("inventory", "free_units", &FreeUnits { lines: lines.collect() }).await?;
        Ok(free.items.into_iter().map(|item| (item.variant, item.free)).collect())
    }

    async fn ask<Q: Serialize, A: serde::de::DeserializeOwned>(
        &self,
        room: &str,
        operation: &str,
        body: &Q,
    ) -> Result<A, AskError> {
        // Looking changes nothing, so every question may have an id of its own.
        let id = self.mint.uuid().to_string();
        self.peers.ask(Ask { room, operation, id: &id, body }).await
    }
}

fn by_variant(lines: Vec<PricedLine>) -> BTreeMap<VariantId, Offer> {
    let offers = lines.into_iter().map(|line| {
        let PricedLine { variant, product, merchant, kind, numeric_sku, title, price } = line;
        (variant, Offer { variant, product, merchant, kind, numeric_sku, title, price })
    });
    offers.collect()
}
