//! What people and other rooms see of a cart.

use facts::catalog::LineKind;
use ids::{MerchantId, ProductId, QuoteId, SlotId, VariantId};
use jiff::Timestamp;
use money::{Currency, Money};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{Added, Shown};
use crate::domain::{Change, LineName, Review, Seen};
use crate::store::Kept;

/// Whether another room could be asked about this.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Checked {
    Checked,
    Unchecked,
}

impl From<bool> for Checked {
    fn from(checked: bool) -> Checked {
        if checked { Checked::Checked } else { Checked::Unchecked }
    }
}

/// A cart with today's prices.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CartView {
    version: u64,
    /// Missing while nothing lies in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
    /// In the order in which they were put in.
    lines: Vec<LineView>,
    merchants: Vec<MerchantTotal>,
    /// What all that is for sale comes to; missing while nothing lies in it, or if it is more than
    /// an amount can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Money>,
    /// Whether prices are today's.
    prices: Checked,
    /// Whether the shelves were looked at.
    availability: Checked,
    /// Whether all of it can be ordered as it stands here.
    ready: bool,
    /// Until when it lives if nobody uses it.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// A line of a cart.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LineView {
    line: LineName,
    variant: VariantId,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<ProductId>,
    merchant: MerchantId,
    #[schema(inline)]
    kind: LineKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<SlotId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<QuoteId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    quantity: u32,
    /// What one costs.
    price: Money,
    /// What one cost when it was put in, or when changes were accepted last.
    price_then: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Money>,
    changes: Vec<Change>,
    #[schema(value_type = String, format = DateTime)]
    added_at: Timestamp,
}

/// What is bought of one merchant comes to.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct MerchantTotal {
    merchant: MerchantId,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Money>,
}

/// What was put in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AddedView {
    line: LineName,
    variant: VariantId,
    merchant: MerchantId,
    #[schema(inline)]
    kind: LineKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// How many more there are now.
    added: u32,
    /// What one costs.
    price: Money,
    /// The cart afterwards; missing when an `Idempotency-Key` was given, because its answer is
    /// remembered from before.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<CartNow>,
    /// What opens the cart that was made for this guest. Send it back as `X-Cart`, or keep the cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    cart: Option<String>,
}

/// How a cart stands, without a look at prices and shelves.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CartNow {
    version: u64,
    /// How many lines there are.
    lines: usize,
    /// How many units they come to.
    units: u64,
    /// How many there are of the line that this was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u32>,
}

impl From<&Shown> for CartView {
    fn from(shown: &Shown) -> CartView {
        let cart = &shown.kept.cart;
        let review = shown.review();
        let ready = review.is_ready();
        let Review { lines, merchants, total, prices_checked, availability_checked } = review;
        let merchants = merchants.into_iter().map(|(merchant, total)| MerchantTotal { merchant, total });
        CartView {
            version: shown.kept.version,
            currency: cart.currency,
            lines: lines.iter().map(LineView::from).collect(),
            merchants: merchants.collect(),
            total,
            prices: prices_checked.into(),
            availability: availability_checked.into(),
            ready,
            expires_at: cart.expires_at,
        }
    }
}

impl From<&Seen<'_>> for LineView {
    fn from(seen: &Seen<'_>) -> LineView {
        let line = seen.line;
        let title = seen.offer.and_then(|offer| offer.title.as_ref()).or(line.title.as_ref());
        LineView {
            line: seen.name,
            variant: line.variant,
            product: seen.offer.map(|offer| offer.product),
            merchant: line.merchant,
            kind: line.kind,
            slot: line.slot,
            quote: line.quote,
            title: title.cloned(),
            quantity: line.quantity,
            price: seen.price(),
            price_then: line.price,
            total: seen.total,
            changes: seen.changes.clone(),
            added_at: line.added_at,
        }
    }
}

impl AddedView {
    /// What was put in, and the value that opens the cart if it was made for this.
    pub(super) fn of(added: &Added, cart: Option<String>) -> AddedView {
        let line = &added.line;
        AddedView {
            line: added.name,
            variant: line.variant,
            merchant: line.merchant,
            kind: line.kind,
            title: line.title.clone(),
            added: line.quantity,
            price: line.price,
            now: added.kept.as_ref().map(|kept| CartNow::of(kept, Some(added.name))),
            cart,
        }
    }
}

impl CartNow {
    /// How the cart stands after something was done to a line of it.
    pub(super) fn of(kept: &Kept, about: Option<LineName>) -> CartNow {
        let lines = &kept.cart.lines;
        let quantity = about.map(|name| lines.get(&name).map_or(0, |line| line.quantity));
        let units = lines.values().map(|line| u64::from(line.quantity)).sum();
        CartNow { version: kept.version, lines: lines.len(), units, quantity }
    }
}
