//! What the market takes of a sale, and what an invitation says.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use facts::merchants::MerchantRole;
use ids::{CategoryId, LetterId, MerchantId, ProductId, RuleId};
use jiff::Timestamp;
use money::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::Letter;

/// What the market takes of a sale.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commission {
    /// Who sells.
    pub merchant: MerchantId,
    /// By the rules of this instant; now when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// From 1 to 100.
    pub lines: Vec<SaleLine>,
}

/// Something that is sold, or would be.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaleLine {
    #[allow(missing_docs, reason = "its type says it")]
    pub product: ProductId,
    /// Every category that it lies in, those above included.
    #[serde(default)]
    pub categories: BTreeSet<CategoryId>,
    /// What one costs.
    pub unit_price: Money,
    #[allow(missing_docs, reason = "its name says it")]
    #[schema(value_type = u32, minimum = 1)]
    pub quantity: NonZeroU32,
}

/// What is taken of a sale.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChargeView {
    /// By the rules of this instant.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// In the order in which the lines were given.
    pub lines: Vec<ChargedLine>,
    /// Currency by currency.
    pub totals: Vec<ChargedTotal>,
}

/// What is taken of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChargedLine {
    /// What the customer pays.
    pub price: Money,
    /// What the market takes.
    pub commission: Money,
    /// What the shop gets: price = commission + net.
    pub net: Money,
    /// The rule that says so; missing when none speaks of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
}

/// What all lines of one currency come to.
#[allow(missing_docs, reason = "the fields of a line say it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChargedTotal {
    pub price: Money,
    pub commission: Money,
    pub net: Money,
}

/// What an invitation says, for the room that writes the mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadInvitation {
    /// Which, as the fact has named it.
    pub letter: LetterId,
}

/// What an invitation says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invitation {
    /// What every letter says; its purpose is `invitation`.
    #[serde(flatten)]
    pub letter: Letter,
    /// Where it invites to.
    pub shop: String,
    /// As what.
    pub role: MerchantRole,
}
