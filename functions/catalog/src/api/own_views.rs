//! What a merchant is shown of their own: everything, in every language and every state.

use std::collections::BTreeMap;

use blob::{Awaited, Presigned};
use ids::{CategoryId, ImportId, MediaId, MerchantId, ProductId, VariantId};
use jiff::Timestamp;
use money::Money;
use serde::Serialize;
use utoipa::ToSchema;
use web::Tagged;

use crate::app::{Requested, Upload};
use crate::domain::{
    BadImport, Counts, Format, Import, ImportState, Locale, Media, OptionGroup, Prices, Product, State,
    VariantWords, Words,
};

/// A product as its merchant sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnProduct {
    id: ProductId,
    merchant: MerchantId,
    state: State,
    /// Its own language.
    locale: Locale,
    translations: BTreeMap<Locale, Words>,
    options: Vec<OptionGroup>,
    variants: Vec<OwnVariant>,
    /// The categories, each as the path from the root.
    categories: Vec<Vec<CategoryId>>,
    media: Vec<Media>,
    /// What it lacks to be sold.
    missing: Vec<Lack>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
}

/// A variant with every period of its prices.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnVariant {
    id: VariantId,
    #[serde(flatten)]
    words: VariantWords,
    prices: Prices,
    /// Its present price in every currency.
    now: Vec<Money>,
}

/// One thing that it lacks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Lack {
    pointer: String,
    code: &'static str,
    detail: String,
}

impl OwnProduct {
    pub(super) fn of(product: &Product, now: Timestamp) -> OwnProduct {
        let variants = product.variants.iter().map(|variant| OwnVariant {
            id: variant.id,
            words: variant.words.clone(),
            prices: variant.prices.clone(),
            now: variant.prices.all_at(now),
        });
        let missing = product.missing();
        let missing = missing.iter().map(|missing| Lack {
            pointer: missing.pointer(),
            code: missing.code(),
            detail: missing.to_string(),
        });
        OwnProduct {
            id: product.id,
            merchant: product.merchant,
            state: product.state,
            locale: product.locale.clone(),
            translations: product.translations.clone(),
            options: product.options.clone(),
            variants: variants.collect(),
            categories: product.categories.clone(),
            media: product.media.clone(),
            missing: missing.collect(),
            created_at: product.created_at,
            changed_at: product.changed_at,
            published_at: product.published_at,
        }
    }
}

/// A picture that is awaited.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MediaUpload {
    media: MediaId,
    upload: Presigned,
}

impl MediaUpload {
    pub(super) fn of(upload: &Upload) -> Tagged<MediaUpload> {
        let Awaited { what, permit } = upload.body.clone();
        Tagged { version: upload.version, body: MediaUpload { media: what, upload: permit } }
    }
}

/// An import that waits for its file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportUpload {
    import: OwnImport,
    upload: Presigned,
}

impl ImportUpload {
    pub(super) fn of(requested: &Requested) -> Tagged<ImportUpload> {
        let Awaited { what, permit } = &requested.body;
        let body = ImportUpload { import: OwnImport::of(what), upload: permit.clone() };
        Tagged { version: requested.version, body }
    }
}

/// An import and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnImport {
    id: ImportId,
    merchant: MerchantId,
    format: Format,
    state: ImportState,
    /// Why the file as a whole was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<BadImport>,
    /// How many rows were read so far: the sum of the counts.
    rows: u64,
    counts: Counts,
    #[schema(value_type = String, format = DateTime)]
    requested_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
}

impl OwnImport {
    pub(super) fn of(import: &Import) -> OwnImport {
        OwnImport {
            id: import.id,
            merchant: import.merchant,
            format: import.format,
            state: import.state,
            refused: import.refused.clone(),
            rows: import.counts.rows(),
            counts: import.counts,
            requested_at: import.requested_at,
            ended_at: import.ended_at,
        }
    }
}
