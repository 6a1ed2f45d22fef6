//! A line of a cart, and what it is known by.

use std::fmt;
use std::str::FromStr;

use facts::catalog::LineKind;
use ids::{MerchantId, QuoteId, Sku, SlotId, VariantId};
use jiff::Timestamp;
use money::Money;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Refusal;

/// What makes a line unique in its cart: the variant, or the one hour or the one quote of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum LineName {
    /// A product or a course: more of it is more of the same line.
    Variant(VariantId),
    Slot(SlotId),
    Quote(QuoteId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line is known by var_…, slt_… or quo_…")]
pub struct BadLineName;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub variant: VariantId,
    pub kind: LineKind,
    pub merchant: MerchantId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<SlotId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric_sku: Option<Sku>,
    /// What it was called when it was put in, for days on which the catalog cannot be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip)]
    pub quantity: u32,
    /// What one cost when it was put in, or when a new price was accepted last.
    pub price: Money,
    pub added_at: Timestamp,
}

/// What is to be put in, before the catalog has said what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub variant: VariantId,
    pub slot: Option<SlotId>,
    pub quote: Option<QuoteId>,
    pub quantity: u32,
}

impl Wanted {
    /// What the line is known by, if what was said fits what it turned out to be.
    pub fn name(&self, kind: LineKind) -> Result<LineName, Refusal> {
        match (kind, self.slot, self.quote) {
            (LineKind::Service, Some(_), None) if self.quantity != 1 => Err(Refusal::OneSlot),
            (LineKind::Service, Some(slot), None) => Ok(LineName::Slot(slot)),
            (LineKind::Service, None, _) => Err(Refusal::SlotMissing),
            (LineKind::MadeToOrder, None, Some(quote)) => Ok(LineName::Quote(quote)),
            (LineKind::MadeToOrder, _, None) => Err(Refusal::QuoteMissing),
            (LineKind::Physical | LineKind::Course, None, None) => Ok(LineName::Variant(self.variant)),
            _ => Err(Refusal::NotThatKind),
        }
    }
}

impl LineName {
    pub fn adds_up(self) -> bool {
        matches!(self, LineName::Variant(_))
    }

    /// The most of such a line, in a cart where there may be so many of any.
    pub fn most(self, most: u32) -> u32 {
        match self {
            LineName::Slot(_) => 1,
            LineName::Variant(_) | LineName::Quote(_) => most,
        }
    }
}

impl Line {
    pub fn is_stocked(&self) -> bool {
        self.kind == LineKind::Physical
    }
}

impl fmt::Display for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineName::Variant(variant) => variant.fmt(f),
            LineName::Slot(slot) => slot.fmt(f),
            LineName::Quote(quote) => quote.fmt(f),
        }
    }
}

impl FromStr for LineName {
    type Err = BadLineName;

    fn from_str(text: &str) -> Result<LineName, BadLineName> {
        let variant = text.parse().map(LineName::Variant);
        let slot = variant.or_else(|_| text.parse().map(LineName::Slot));
        slot.or_else(|_| text.parse().map(LineName::Quote)).map_err(|_| BadLineName)
    }
}

impl TryFrom<String> for LineName {
    type Error = BadLineName;

    fn try_from(text: String) -> Result<LineName, BadLineName> {
        text.parse()
    }
}

impl From<LineName> for String {
    fn from(name: LineName) -> String {
        name.to_string()
    }
}

impl PartialSchema for LineName {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let text = text.description(Some("What a line is known by: its variant, its slot or its quote."));
        text.pattern(Some("^(var|slt|quo)_[0-7][0-9a-hjkmnp-tv-z]{25}$")).into()
    }
}

impl ToSchema for LineName {}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    #[test]
    fn every_kind_takes_what_it_needs_and_nothing_else() {
        let variant = VariantId::from_uuid(Uuid::from_u128(1));
        let slot = SlotId::from_uuid(Uuid::from_u128(2));
        let quote = QuoteId::from_uuid(Uuid::from_u128(3));
        let check = |kind, slot: Option<SlotId>, quote: Option<QuoteId>, quantity, expect| {
            let wanted = Wanted { variant, slot, quote, quantity };
            assert_eq!(wanted.name(kind), expect, "{kind} {slot:?} {quote:?} {quantity}");
        };
        for kind in [LineKind::Physical, LineKind::Course] {
            check(kind, None, None, 3, Ok(LineName::Variant(variant)));
            check(kind, Some(slot), None, 1, Err(Refusal::NotThatKind));
            check(kind, None, Some(quote), 1, Err(Refusal::NotThatKind));
            check(kind, Some(slot), Some(quote), 1, Err(Refusal::NotThatKind));
        }
        let service = LineKind::Service;
        check(service, Some(slot), None, 1, Ok(LineName::Slot(slot)));
        check(service, Some(slot), None, 2, Err(Refusal::OneSlot));
        check(service, None, None, 1, Err(Refusal::SlotMissing));
        check(service, None, Some(quote), 1, Err(Refusal::SlotMissing));
        check(service, Some(slot), Some(quote), 1, Err(Refusal::NotThatKind));
        let made = LineKind::MadeToOrder;
        check(made, None, Some(quote), 3, Ok(LineName::Quote(quote)));
        check(made, None, None, 1, Err(Refusal::QuoteMissing));
        check(made, Some(slot), None, 1, Err(Refusal::QuoteMissing));
        check(made, Some(slot), Some(quote), 1, Err(Refusal::NotThatKind));
    }

    #[test]
    fn a_name_reads_back_as_itself() {
        let id = Uuid::from_u128(9);
        for name in [
            LineName::Variant(VariantId::from_uuid(id)),
            LineName::Slot(SlotId::from_uuid(id)),
            LineName::Quote(QuoteId::from_uuid(id)),
        ] {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        for bad in ["", "var_", "prd_00000000000000000000000000", "lin_00000000000000000000000000"] {
            assert_eq!(bad.parse::<LineName>(), Err(BadLineName), "{bad}");
        }
    }
}
