//! What people are shown of a product, and in which words.

use std::collections::{BTreeMap, BTreeSet};

use facts::catalog::LineKind;
use ids::{CategoryId, MediaId, MerchantId, ProductId, Sku, VariantId};
use jiff::Timestamp;
use money::Money;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    Barcode, Description, Locale, MediaState, MerchantSku, OptionKey, Product, Slug, State, Step, Title,
    Wanted,
};
use crate::store;

/// A product with everything that its page shows, in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProductPage {
    id: ProductId,
    merchant: MerchantId,
    /// The language of the texts.
    locale: Locale,
    /// The languages that there are.
    locales: Vec<Locale>,
    title: Title,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Description>,
    slug: Slug,
    /// How the variants differ.
    options: Vec<Choice>,
    /// What can be bought.
    variants: Vec<Offered>,
    /// The categories, each as the path from the root.
    categories: Vec<Vec<CategoryId>>,
    pictures: Vec<Picture>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
}

/// One way in which variants differ.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Choice {
    key: OptionKey,
    title: String,
    values: Vec<ChoiceValue>,
}

/// One thing that can be chosen.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChoiceValue {
    key: OptionKey,
    title: String,
}

/// A variant that can be bought.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Offered {
    id: VariantId,
    kind: LineKind,
    sku: MerchantSku,
    #[serde(skip_serializing_if = "Option::is_none")]
    numeric_sku: Option<Sku>,
    #[serde(skip_serializing_if = "Option::is_none")]
    barcode: Option<Barcode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_grams: Option<u32>,
    choices: BTreeMap<OptionKey, OptionKey>,
    /// Its present price in every currency it is sold in.
    prices: Vec<Money>,
}

/// A picture.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Picture {
    id: MediaId,
    /// Where it is shown from.
    url: String,
}

impl ProductPage {
    /// The page in the language that suits the reader best.
    pub(super) fn of(product: &Product, wanted: &Wanted, now: Timestamp) -> Option<ProductPage> {
        let (locale, words) = wanted.choose(&product.translations, &product.locale)?;
        let named = |titles: &BTreeMap<Locale, Title>, key: &OptionKey| {
            let title = wanted.choose(titles, &product.locale);
            title.map_or_else(|| key.to_string(), |(_, title)| title.to_string())
        };
        let options = product.options.iter().map(|group| Choice {
            key: group.key.clone(),
            title: named(&group.titles, &group.key),
            values: group
                .values
                .iter()
                .map(|value| ChoiceValue { key: value.key.clone(), title: named(&value.titles, &value.key) })
                .collect(),
        });
        let variants = product.sellable().map(|variant| Offered {
            id: variant.id,
            kind: variant.words.kind,
            sku: variant.words.sku.clone(),
            numeric_sku: variant.words.numeric_sku,
            barcode: variant.words.barcode.clone(),
            weight_grams: variant.words.weight_grams,
            choices: variant.words.choices.clone(),
            prices: variant.prices.all_at(now),
        });
        let pictures = product.media.iter().filter(|media| media.state == MediaState::Ready);
        Some(ProductPage {
            id: product.id,
            merchant: product.merchant,
            locale: locale.clone(),
            locales: product.translations.keys().cloned().collect(),
            title: words.title.clone(),
            description: words.description.clone(),
            slug: words.slug.clone(),
            options: options.collect(),
            variants: variants.collect(),
            categories: product.categories.clone(),
            pictures: pictures.map(|media| picture(product.id, media.id)).collect(),
            published_at: product.published_at,
        })
    }

    pub(super) fn locale(&self) -> Locale {
        self.locale.clone()
    }
}

/// What a list shows of a product.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Card {
    id: ProductId,
    merchant: MerchantId,
    state: State,
    /// The language of the title.
    locale: Locale,
    title: Title,
    slug: Slug,
    kinds: BTreeSet<LineKind>,
    /// The lowest present price in every currency.
    from: Vec<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<Picture>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
}

impl Card {
    pub(super) fn of(card: store::Card, wanted: &Wanted, now: Timestamp) -> Option<Card> {
        let (locale, words) = wanted.choose(&card.titles, &card.locale)?;
        let (locale, words) = (locale.clone(), words.clone());
        let from = card
            .from
            .iter()
            .filter_map(|(currency, steps)| Step::at(steps, now).map(|amount| Money::new(amount, *currency)));
        Some(Card {
            id: card.product,
            merchant: card.merchant,
            state: card.state,
            locale,
            title: words.title,
            slug: words.slug,
            from: from.collect(),
            kinds: card.kinds,
            picture: card.picture.map(|media| picture(card.product, media)),
            published_at: card.published_at,
        })
    }

    pub(super) fn locale(&self) -> Locale {
        self.locale.clone()
    }
}

/// A link that does not expire: it leads to one that does.
fn picture(product: ProductId, media: MediaId) -> Picture {
    Picture { id: media, url: format!("/catalog/products/{product}/media/{media}") }
}
