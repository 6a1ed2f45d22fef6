//! Carts, as a room is told of them that is about to order what is in them. Owners are `acc_…`, `crt_…`
//! or `loms#<number>`.

use facts::catalog::LineKind;
use ids::{MerchantId, OrderId, QuoteId, SlotId, VariantId};
use money::{Currency, Money};
use serde::{Deserialize, Serialize};

/// The cart exactly as it was seen, or 409.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCart {
    /// Whose.
    pub owner: String,
    /// The version that the customer has seen.
    pub version: u64,
}

/// A cart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cart {
    /// Grows with every change.
    pub version: u64,
    /// In which everything in it is priced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// In the order in which they were put in.
    pub lines: Vec<CartLine>,
}

/// A line of a cart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CartLine {
    /// How the cart names it.
    pub line: String,
    /// What is bought.
    pub variant: VariantId,
    /// Of whom.
    pub merchant: MerchantId,
    /// What it is.
    pub kind: LineKind,
    /// The hour, of a service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<SlotId>,
    /// The price that was quoted, of something made to order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteId>,
    /// How many.
    pub quantity: u32,
    /// What the customer has agreed that one costs.
    pub price: Money,
}

/// Takes everything out of a cart that was ordered at this version, once for each order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmptyCart {
    /// Whose.
    pub owner: String,
    /// The version that was ordered.
    pub version: u64,
    /// The order that it became.
    pub order: OrderId,
}

/// A cart from which everything was taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Emptied {
    /// Whose.
    pub owner: String,
    /// The order that it became.
    pub order: OrderId,
}
