//! The facts of `catalog`: what is on sale, in which variants and for how much.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use ids::{CategoryId, ImportId, MediaId, MerchantId, ProductId, Sku, VariantId};
use money::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A product can be found and bought from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductPublished {
    /// The product.
    pub product: ProductId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The last part of its address by locale.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slugs: BTreeMap<String, String>,
    /// The shelves it stands on.
    pub categories: Vec<CategoryId>,
    /// What of it can be bought.
    pub variants: Vec<VariantId>,
}

/// A product is not sold any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductArchived {
    /// The product.
    pub product: ProductId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// What of it could be bought.
    pub variants: Vec<VariantId>,
}

/// There is one more thing that can be stocked, booked or printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariantCreated {
    /// The variant.
    pub variant: VariantId,
    /// The product it is a variant of.
    pub product: ProductId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// How an order line for it lives.
    pub kind: LineKind,
    /// The merchant's own name for it.
    pub sku: String,
    /// The number that it shall have. It is not the variant's before [`VariantNumbered`] says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric_sku: Option<Sku>,
}

/// Other systems know a variant by this number from now on, and for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariantNumbered {
    /// The variant.
    pub variant: VariantId,
    /// The product it is a variant of.
    pub product: ProductId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The number. No other variant is ever given it.
    pub numeric_sku: Sku,
}

/// A variant costs something else from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceChanged {
    /// The variant.
    pub variant: VariantId,
    /// The product it is a variant of.
    pub product: ProductId,
    /// Its present price in every currency it is sold in.
    pub prices: Vec<Money>,
}

/// A file that a merchant dropped has been read to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportFinished {
    /// The import.
    pub import: ImportId,
    /// Whose file it was.
    pub merchant: MerchantId,
    /// How many rows it had: the sum of the four below.
    pub rows: u64,
    /// Rows that became new products or variants.
    pub created: u64,
    /// Rows that changed what was there.
    pub updated: u64,
    /// Rows that said what was known already.
    pub unchanged: u64,
    /// Rows that were wrong.
    pub refused: u64,
}

/// A product does not name these pictures any more; they are deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaDropped {
    /// The product.
    pub product: ProductId,
    /// The pictures.
    pub media: Vec<MediaId>,
}

/// The pictures of a closed shop's products have been taken away as far as this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShopSwept {
    /// The shop.
    pub merchant: MerchantId,
    /// The place in the list of its products behind which the rest lies.
    pub until: String,
}

/// What an order line for a variant is, and so which path it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Goods that ship.
    Physical,
    /// An hour that is booked.
    Service,
    /// A course that is opened.
    Course,
    /// A part printed from the customer's own file.
    MadeToOrder,
}

/// The text is not a kind of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the kind of a line is physical, service, course or made_to_order")]
pub struct BadLineKind;

impl LineKind {
    /// Every kind.
    pub const ALL: [LineKind; 4] =
        [LineKind::Physical, LineKind::Service, LineKind::Course, LineKind::MadeToOrder];

    /// The kind as it is written everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            LineKind::Physical => "physical",
            LineKind::Service => "service",
            LineKind::Course => "course",
            LineKind::MadeToOrder => "made_to_order",
        }
    }
}

impl fmt::Display for LineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LineKind {
    type Err = BadLineKind;

    fn from_str(text: &str) -> Result<LineKind, BadLineKind> {
        LineKind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(BadLineKind)
    }
}

crate::word::speaks! {
    "catalog.import_finished.v1" ImportFinished "A file that a merchant dropped has been read to its end.",
    "catalog.media_dropped.v1" MediaDropped "A product does not name these pictures any more; they are deleted.",
    "catalog.price_changed.v1" PriceChanged "A variant costs something else from now on.",
    "catalog.product_archived.v1" ProductArchived "A product is not sold any more.",
    "catalog.product_published.v1" ProductPublished "A product can be found and bought from now on.",
    "catalog.shop_swept.v1" ShopSwept "The pictures of a closed shop's products have been taken away as far as this.",
    "catalog.variant_created.v1" VariantCreated "There is one more thing that can be stocked, booked or printed.",
    "catalog.variant_numbered.v1" VariantNumbered "Other systems know a variant by this number from now on.",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_line_has_one_spelling_everywhere() {
        for kind in LineKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!("Physical".parse::<LineKind>(), Err(BadLineKind));
        assert_eq!("".parse::<LineKind>(), Err(BadLineKind));
    }
}
