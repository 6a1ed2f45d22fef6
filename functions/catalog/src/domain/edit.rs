//! What a merchant changes about a product.
//!
//! Every edit works on a copy and ends in the same check, so that an edit can be refused half-way
//! without leaving a trace, and no order of edits leads around a bound.

use std::collections::BTreeSet;

use facts::catalog::{PriceChanged, VariantCreated};
use facts::{Fact, Unsent};
use ids::{CategoryId, MediaId, VariantId};
use jiff::Timestamp;

use crate::domain::product::tail;
use crate::domain::{
    Action, Decided, Description, Locale, Media, MediaState, OptionGroup, PictureKind, Price, Prices,
    Product, Refusal, Slug, Title, Variant, VariantWords, Words,
};

impl Product {
    /// Gives it a title in a language, new or another. The slug stays unless another is said, so
    /// that a mended title breaks no link.
    pub fn rename(&mut self, locale: Locale, title: Title, slug: Option<Slug>, now: Timestamp) -> Decided {
        let tail = tail(self.id);
        self.edit(now, |product| {
            let old = product.translations.remove(&locale);
            let (description, kept) = old.map_or((None, None), |old| (old.description, Some(old.slug)));
            let slug = slug.or(kept).unwrap_or_else(|| Slug::from_title(&title, &tail));
            product.translations.insert(locale, Words { title, description, slug });
            Ok(Vec::new())
        })
    }

    /// Says something about it in a language that it has a title in, or nothing any more.
    pub fn describe(&mut self, locale: Locale, description: Option<Description>, now: Timestamp) -> Decided {
        self.edit(now, |product| {
            let words = product.translations.get_mut(&locale);
            words.ok_or(Refusal::NoTranslation { locale })?.description = description;
            Ok(Vec::new())
        })
    }

    /// Says how its variants differ. Those that are there must fit.
    pub fn set_options(&mut self, options: Vec<OptionGroup>, now: Timestamp) -> Decided {
        self.edit(now, |product| {
            product.options = options;
            Ok(Vec::new())
        })
    }

    pub fn add_variant(&mut self, id: VariantId, words: VariantWords, now: Timestamp) -> Decided {
        self.edit(now, |product| {
            let created = VariantCreated {
                variant: id,
                product: product.id,
                merchant: product.merchant,
                kind: words.kind,
                sku: words.sku.to_string(),
                numeric_sku: words.numeric_sku,
            };
            let variant = Variant { id, words, prices: Prices::default() };
            let facts = [Fact::of(&created)].into_iter().chain(product.numbered(&variant)).collect();
            product.variants.push(variant);
            Ok(facts)
        })
    }

    /// Says something else of a variant. Its kind stays, and so does a number that was claimed: other
    /// rooms have opened stock under them.
    pub fn change_variant(&mut self, id: VariantId, words: VariantWords, now: Timestamp) -> Decided {
        self.edit(now, |product| {
            let claims = product.was_published();
            let variant = product.variant_mut(id)?;
            if variant.words.kind != words.kind {
                return Err(Refusal::Fixed { what: "kind" });
            }
            let other_number = variant.words.numeric_sku != words.numeric_sku;
            if other_number && claims && variant.words.numeric_sku.is_some() {
                return Err(Refusal::Fixed { what: "numeric SKU" });
            }
            variant.words = words;
            let numbered = product.variant(id)?;
            Ok(product.numbered(numbered).filter(|_| other_number).into_iter().collect())
        })
    }

    /// Takes a variant away that cannot have been ordered.
    pub fn remove_variant(&mut self, id: VariantId, now: Timestamp) -> Decided {
        self.allowed(Action::Remove)?;
        if self.was_published() {
            return Err(Refusal::WasOnSale);
        }
        self.edit(now, |product| {
            product.variant(id)?;
            product.variants.retain(|variant| variant.id != id);
            Ok(Vec::new())
        })
    }

    /// Sets a price. The fact tells the present prices, so one that begins later is no news yet.
    pub fn change_price(&mut self, id: VariantId, price: Price, now: Timestamp) -> Decided {
        self.edit(now, |product| {
            let product_id = product.id;
            let variant = product.variant_mut(id)?;
            let before = variant.prices.all_at(now);
            variant.prices.set(price, now)?;
            let prices = variant.prices.all_at(now);
            if prices == before {
                return Ok(Vec::new());
            }
            Ok(vec![Fact::of(&PriceChanged { variant: id, product: product_id, prices })])
        })
    }

    /// Puts it into these categories, and into no others. Each is the path from the root.
    pub fn put_in_categories(&mut self, paths: Vec<Vec<CategoryId>>, now: Timestamp) -> Decided {
        self.edit(now, |product| {
            let distinct: BTreeSet<_> = paths.into_iter().collect();
            product.categories = distinct.into_iter().collect();
            Ok(Vec::new())
        })
    }

    pub fn expect_media(&mut self, id: MediaId, kind: PictureKind, now: Timestamp) -> Decided {
        self.edit(now, |product| {
            product.media.push(Media { id, kind, state: MediaState::Awaited });
            Ok(Vec::new())
        })
    }

    /// Says what has come in a picture's place; `found` is the content type that its bytes say. It was
    /// asked for while the product could be edited; that it arrives later is no fault, so the state
    /// does not matter.
    pub fn attach_media(&mut self, id: MediaId, found: Option<&str>, now: Timestamp) -> Decided {
        let awaited = self.media.iter_mut().find(|media| media.id == id);
        let awaited = awaited.filter(|media| media.state == MediaState::Awaited);
        let media = awaited.ok_or(Refusal::NoSuchMedia { media: id })?;
        let sound = found == Some(media.kind.as_str());
        media.state = if sound { MediaState::Ready } else { MediaState::Refused };
        self.changed_at = now;
        Ok(Vec::new())
    }

    /// Puts the pictures into another order; the first is the one on the shelves.
    pub fn arrange_media(&mut self, order: &[MediaId], now: Timestamp) -> Decided {
        self.edit(now, |product| {
            let mut left = std::mem::take(&mut product.media);
            for id in order {
                let place = left.iter().position(|media| media.id == *id);
                product.media.push(left.remove(place.ok_or(Refusal::OrderDoesNotFit)?));
            }
            if left.is_empty() { Ok(Vec::new()) } else { Err(Refusal::OrderDoesNotFit) }
        })
    }

    pub fn remove_media(&mut self, id: MediaId, now: Timestamp) -> Decided {
        self.edit(now, |product| {
            let before = product.media.len();
            product.media.retain(|media| media.id != id);
            if product.media.len() == before {
                Err(Refusal::NoSuchMedia { media: id })
            } else {
                Ok(Vec::new())
            }
        })
    }

    fn edit(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Product) -> Result<Vec<Unsent>, Refusal>,
    ) -> Decided {
        self.allowed(Action::Edit)?;
        let mut next = self.clone();
        let facts = change(&mut next)?;
        next.changed_at = now;
        next.check()?;
        *self = next;
        Ok(facts)
    }

    fn variant_mut(&mut self, id: VariantId) -> Result<&mut Variant, Refusal> {
        let found = self.variants.iter_mut().find(|variant| variant.id == id);
        found.ok_or(Refusal::NoSuchVariant { variant: id })
    }
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
