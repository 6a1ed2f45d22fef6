//! Projections: what a product leaves in other places of the table, so that every question is
//! answered by one request.
//!
//! Invariant: [`project`] is a function of the product and of nothing else, no clock included.
//! Therefore the difference between what two versions project is exactly what a save has to
//! write, and nothing is ever left over.

use std::collections::{BTreeMap, BTreeSet};

use dynamo::Key;
use facts::catalog::LineKind;
use ids::{MediaId, MerchantId, ProductId, Sku, VariantId};
use jiff::Timestamp;
use money::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Locale, MediaState, MerchantSku, Prices, Product, Slug, State, Step, Title, Variant, cheapest,
};
use crate::store::keys::{self, Month};

/// What a list shows of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub product: ProductId,
    pub merchant: MerchantId,
    pub state: State,
    pub locale: Locale,
    pub titles: BTreeMap<Locale, CardTitle>,
    pub kinds: BTreeSet<LineKind>,
    /// The lowest price by currency, in steps.
    pub from: BTreeMap<Currency, Vec<Step>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<MediaId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardTitle {
    pub title: Title,
    pub slug: Slug,
}

/// What pricing needs to know of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub variant: VariantId,
    pub product: ProductId,
    pub merchant: MerchantId,
    pub state: State,
    pub sellable: bool,
    pub kind: LineKind,
    pub sku: MerchantSku,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric_sku: Option<Sku>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_grams: Option<u32>,
    pub locale: Locale,
    pub titles: BTreeMap<Locale, Title>,
    pub prices: Prices,
}

/// A number that is taken. It says whose it is and nothing that changes, so that a product with
/// forty numbers is renamed without writing forty of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NumberClaim {
    pub product: ProductId,
    pub variant: VariantId,
    pub sku: Sku,
}

/// A product that names pictures, for the sweep of a closed shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pictured {
    pub product: ProductId,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SlugClaim {
    pub product: ProductId,
    pub locale: Locale,
    pub slug: Slug,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Projected {
    Card(Card),
    Line(Box<Line>),
    Number(NumberClaim),
    Slug(SlugClaim),
    Pictured(Pictured),
}

impl Projected {
    /// Whether it claims something that only one product can have.
    pub(super) fn is_claim(&self) -> bool {
        matches!(self, Projected::Number(_) | Projected::Slug(_))
    }
}

impl Line {
    /// Whether it can be bought where its shop sells.
    pub fn on_sale(&self) -> bool {
        self.state == State::Published && self.sellable
    }

    pub fn name(&self) -> Option<&Title> {
        self.titles.get(&self.locale).or_else(|| self.titles.values().next())
    }

    /// The price for systems that know of no currency: in roubles if there is such a price, else in
    /// the first currency there is.
    pub fn usual_price(&self, now: Timestamp) -> Option<Money> {
        let roubles = self.prices.at(Currency::RUB, now);
        roubles.or_else(|| self.prices.all_at(now).first().copied())
    }

    pub fn whole_price(&self, now: Timestamp) -> Option<i64> {
        let money = self.usual_price(now)?;
        Some(money.minor() / 10i64.pow(money.currency().exponent().into()))
    }
}

pub(super) fn project(product: &Product) -> BTreeMap<Key, Projected> {
    let card = card(product);
    let mine = keys::mine_card(product.merchant, product.state, product.id);
    let mut all = BTreeMap::from([(mine, Projected::Card(card.clone()))]);
    if let (State::Published, Some(published)) = (product.state, product.published_at) {
        let shelves = product.shelves().into_iter().map(keys::category_shelf);
        let everywhere = [keys::merchant_shelf(product.merchant), keys::month_shelf(&Month::of(published))];
        for shelf in shelves.chain(everywhere) {
            all.insert(keys::on_shelf(shelf, published, product.id), Projected::Card(card.clone()));
        }
    }
    if !product.media.is_empty() {
        let key = Key::new(keys::pictured(product.merchant), product.id.to_string());
        all.insert(key, Projected::Pictured(Pictured { product: product.id }));
    }
    let claims = product.was_published();
    for (locale, words) in product.translations.iter().filter(|_| claims) {
        let claim = SlugClaim { product: product.id, locale: locale.clone(), slug: words.slug.clone() };
        all.insert(keys::slug(locale, &words.slug), Projected::Slug(claim));
    }
    for variant in &product.variants {
        let line = line(product, variant);
        if let Some(sku) = line.numeric_sku.filter(|_| claims) {
            let claim = NumberClaim { product: product.id, variant: variant.id, sku };
            all.insert(keys::number(sku), Projected::Number(claim));
        }
        all.insert(keys::line(variant.id), Projected::Line(Box::new(line)));
    }
    all
}

fn card(product: &Product) -> Card {
    let titles = product.translations.iter().map(|(locale, words)| {
        (locale.clone(), CardTitle { title: words.title.clone(), slug: words.slug.clone() })
    });
    let shown = product.media.iter().find(|media| media.state == MediaState::Ready);
    Card {
        product: product.id,
        merchant: product.merchant,
        state: product.state,
        locale: product.locale.clone(),
        titles: titles.collect(),
        kinds: product.variants.iter().map(|variant| variant.words.kind).collect(),
        from: cheapest(product.sellable().map(|variant| &variant.prices)),
        picture: shown.map(|media| media.id),
        published_at: product.published_at,
    }
}

fn line(product: &Product, variant: &Variant) -> Line {
    let titles = product.translations.iter().map(|(locale, words)| (locale.clone(), words.title.clone()));
    Line {
        variant: variant.id,
        product: product.id,
        merchant: product.merchant,
        state: product.state,
        sellable: variant.words.sellable,
        kind: variant.words.kind,
        sku: variant.words.sku.clone(),
        numeric_sku: variant.words.numeric_sku,
        weight_grams: variant.words.weight_grams,
        locale: product.locale.clone(),
        titles: titles.collect(),
        prices: variant.prices.clone(),
    }
}
