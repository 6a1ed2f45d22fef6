//! A product: one document with everything that its page shows, and the life that it leads.
//!
//! What a merchant changes about it while it lives stands in `edit.rs`; here is what it is, how it
//! begins, and how it goes from state to state.
//!
//! Invariants: a product has a title in its own language; a published one is complete at every
//! moment; nothing in it grows without bound, so that saving it with all its projections is always
//! one transaction.

use std::collections::{BTreeMap, BTreeSet};

use facts::catalog::{ProductArchived, ProductPublished};
use facts::{Fact, Unsent};
use ids::{CategoryId, MerchantId, ProductId, VariantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::variant::{check_groups, check_variants};
use crate::domain::{
    Action, Description, Locale, Media, Missing, OptionGroup, Refusal, Slug, Standing, State, Title, Variant,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub merchant: MerchantId,
    pub state: State,
    /// Its own language, which every reader gets who cannot be given a better one.
    pub locale: Locale,
    pub translations: BTreeMap<Locale, Words>,
    #[serde(default)]
    pub options: Vec<OptionGroup>,
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// Its categories, each as the path from the root. A category never moves, so a path never lies.
    #[serde(default)]
    pub categories: Vec<Vec<CategoryId>>,
    #[serde(default)]
    pub media: Vec<Media>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
}

/// What is said of it in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OwnWords)]
pub struct Words {
    pub title: Title,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    pub slug: Slug,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProduct {
    pub merchant: MerchantId,
    pub locale: Locale,
    pub title: Title,
    pub description: Option<Description>,
    pub slug: Option<Slug>,
    /// Its categories, as paths from the root.
    pub categories: Vec<Vec<CategoryId>>,
}

/// The facts of a change, or why there is none.
pub type Decided = Result<Vec<Unsent>, Refusal>;

pub(super) const MOST_LOCALES: usize = 10;
/// The most categories of one product, each at most five deep.
pub(super) const MOST_CATEGORIES_OF_ONE: usize = 3;
const MOST_VARIANTS: usize = 40;
const MOST_MEDIA: usize = 20;
/// Publishing writes a line and a number for each variant, a slug for each language and a card for each
/// shelf, beside five things that every product has and two that a caller adds: that is one transaction.
const MOST_AT_PUBLICATION: usize = 93;
/// DynamoDB holds 400 KB in an item; names and numbers take a little more there than in JSON.
const LARGEST: usize = 256 * 1024;

impl Product {
    pub fn create(id: ProductId, new: NewProduct, now: Timestamp) -> Result<Product, Refusal> {
        let slug = new.slug.unwrap_or_else(|| Slug::from_title(&new.title, &tail(id)));
        let words = Words { title: new.title, description: new.description, slug };
        let product = Product {
            id,
            merchant: new.merchant,
            state: State::Draft,
            translations: BTreeMap::from([(new.locale.clone(), words)]),
            locale: new.locale,
            options: Vec::new(),
            variants: Vec::new(),
            categories: new.categories,
            media: Vec::new(),
            created_at: now,
            changed_at: now,
            published_at: None,
        };
        product.check()?;
        Ok(product)
    }

    /// Hands it to a manager. From here on it stays as it is.
    pub fn propose(&mut self, now: Timestamp) -> Decided {
        let after = self.allowed(Action::Propose)?;
        self.complete()?;
        self.enter(after, now);
        Ok(Vec::new())
    }

    pub fn withdraw(&mut self, now: Timestamp) -> Decided {
        let after = self.allowed(Action::Withdraw)?;
        self.enter(after, now);
        Ok(Vec::new())
    }

    /// Puts it on the shelves of a shop that sells. The first time it claims its slugs and numbers.
    pub fn publish(&mut self, shop: Standing, now: Timestamp) -> Decided {
        let after = self.allowed(Action::Publish)?;
        if shop != Standing::Open {
            return Err(Refusal::ShopNotOpen);
        }
        self.complete()?;
        self.enter(after, now);
        let first = self.published_at.replace(now).is_none();
        let numbered = self.variants.iter().filter(|_| first).filter_map(|variant| self.numbered(variant));
        let mut facts: Vec<Unsent> = numbered.collect();
        let slugs = self.translations.iter().map(|(l, words)| (l.to_string(), words.slug.to_string()));
        facts.push(Fact::of(&ProductPublished {
            product: self.id,
            merchant: self.merchant,
            slugs: slugs.collect(),
            categories: self.shelves().into_iter().collect(),
            variants: self.sellable().map(|variant| variant.id).collect(),
        }));
        Ok(facts)
    }

    /// Takes it off the market. A draft that is given up was never on it, and nothing is told.
    pub fn archive(&mut self, now: Timestamp) -> Decided {
        let after = self.allowed(Action::Archive)?;
        let was_sold = self.state == State::Published;
        self.enter(after, now);
        let archived = ProductArchived {
            product: self.id,
            merchant: self.merchant,
            variants: self.variants.iter().map(|variant| variant.id).collect(),
        };
        Ok(if was_sold { vec![Fact::of(&archived)] } else { Vec::new() })
    }

    /// Begins anew, as a draft: prices and texts may be old, so it has to be read again.
    pub fn restore(&mut self, now: Timestamp) -> Decided {
        let after = self.allowed(Action::Restore)?;
        self.enter(after, now);
        Ok(Vec::new())
    }

    pub fn missing(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        if !self.translations.contains_key(&self.locale) {
            missing.push(Missing::Title { locale: self.locale.clone() });
        }
        if self.sellable().next().is_none() {
            missing.push(Missing::Variant);
        }
        let unpriced = self.variants.iter().enumerate();
        let unpriced = unpriced.filter(|(_, variant)| variant.words.sellable && variant.prices.is_empty());
        missing.extend(
            unpriced.map(|(index, variant)| Missing::Price { index, sku: variant.words.sku.clone() }),
        );
        missing
    }

    pub fn sellable(&self) -> impl Iterator<Item = &Variant> + Clone {
        self.variants.iter().filter(|variant| variant.words.sellable)
    }

    /// Every category it stands in, the ancestors included.
    pub fn shelves(&self) -> BTreeSet<CategoryId> {
        self.categories.iter().flatten().copied().collect()
    }

    pub fn variant(&self, id: VariantId) -> Result<&Variant, Refusal> {
        self.variants.iter().find(|variant| variant.id == id).ok_or(Refusal::NoSuchVariant { variant: id })
    }

    pub(super) fn allowed(&self, action: Action) -> Result<State, Refusal> {
        self.state.after(action).ok_or(Refusal::WrongState { state: self.state, action })
    }

    /// What must hold of a product after every change.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let bounded = |what, n: usize, most| {
            if n > most { Err(Refusal::TooMany { what, most }) } else { Ok(()) }
        };
        bounded("languages", self.translations.len(), MOST_LOCALES)?;
        bounded("variants", self.variants.len(), MOST_VARIANTS)?;
        bounded("categories", self.categories.len(), MOST_CATEGORIES_OF_ONE)?;
        bounded("pictures", self.media.len(), MOST_MEDIA)?;
        let numbers = self.variants.iter().filter(|variant| variant.words.numeric_sku.is_some()).count();
        let together = self.variants.len() + numbers + self.translations.len() + self.shelves().len();
        bounded("variants, numbers, languages and shelves together", together, MOST_AT_PUBLICATION)?;
        check_groups(&self.options)?;
        check_variants(&self.options, &self.variants)?;
        if serde_json::to_vec(self).is_ok_and(|json| json.len() > LARGEST) {
            return Err(Refusal::TooLarge { most: LARGEST });
        }
        if self.state == State::Published { self.complete() } else { Ok(()) }
    }

    fn complete(&self) -> Result<(), Refusal> {
        let missing = self.missing();
        if missing.is_empty() { Ok(()) } else { Err(Refusal::Incomplete(missing)) }
    }

    fn enter(&mut self, state: State, now: Timestamp) {
        self.state = state;
        self.changed_at = now;
    }
}

/// The end of an id is its random part: six letters tell a billion products of one title apart.
pub(super) fn tail(id: ProductId) -> String {
    let text = id.to_string();
    text[text.len() - 6..].to_owned()
}
