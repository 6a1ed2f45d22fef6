//! A guest signs in: one cart is made of two.
//!
//! Line by line, what the guest had is either added to the customer's, or clamped because so much may
//! or can not be had, or left where it was because the customer's cart cannot take the line at
//! all. What is clamped is told and gone; what is left stays in the guest's cart.
//!
//! Invariant: for every line, guest + customer before = customer after + clamped + left.

use std::collections::BTreeMap;

use ids::{AccountId, VariantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Cart, Line, LineName, MOST_LINES, Refusal};

/// What became of one line of the guest's cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fate {
    /// What the line is known by.
    pub line: LineName,
    /// What is bought.
    pub variant: VariantId,
    /// How many more there are in the customer's cart now.
    pub added: u32,
    /// How many are gone, because there may not or cannot be so many.
    pub clamped: u32,
    /// How many are still in the guest's cart.
    pub left: u32,
    /// Why they are left there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Left>,
    /// How many there are in the customer's cart now.
    pub quantity: u32,
}

/// Why a line could not be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// The customer's cart is in another currency.
    OtherCurrency,
    /// The customer's cart has as many lines as a cart may have.
    Full,
}

/// What a merge came to. The same question gets it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outcome {
    /// The version of the customer's cart.
    pub version: u64,
    /// What became of every line of the guest's cart.
    pub lines: Vec<Fate>,
}

/// The memory of a merge in the guest's cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    pub into: AccountId,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Merging {
    pub mine: Cart,
    pub guest: Cart,
    pub lines: Vec<Fate>,
}

/// Whether the guest's cart may become part of this account's: the memory of a merge that was made
/// before, if it was the same, or nothing if it is still to be made.
pub fn may_merge(guest: &Cart, account: AccountId) -> Result<Option<&Merged>, Refusal> {
    match &guest.merged {
        Some(merged) if merged.into != account => Err(Refusal::MergedElsewhere),
        merged => Ok(merged.as_ref()),
    }
}

/// Makes one cart of two. Of variants whose free units are known no more than these come in by a
/// merge, but one of each stays, so that its owner sees what is sold out.
pub fn merge(guest: &Cart, mine: &Cart, free: &BTreeMap<VariantId, u64>, most: u32) -> Merging {
    let mut mine = mine.clone();
    let mut left = guest.clone();
    let mut lines = Vec::new();
    let foreign = matches!((guest.currency, mine.currency), (Some(one), Some(other)) if one != other);
    // Whatever was put in first has the first claim on the room that there is.
    let mut order: Vec<(&LineName, &Line)> = guest.lines.iter().collect();
    order.sort_by_key(|(name, line)| (line.added_at, **name));
    for (name, line) in order {
        let own = mine.lines.get(name).map_or(0, |line| line.quantity);
        let why = match () {
            () if foreign => Some(Left::OtherCurrency),
            () if own == 0 && mine.lines.len() >= MOST_LINES => Some(Left::Full),
            () => None,
        };
        let (variant, wanted) = (line.variant, line.quantity);
        if why.is_some() {
            lines.push(Fate { line: *name, variant, added: 0, clamped: 0, left: wanted, why, quantity: own });
            continue;
        }
        let room = free.get(&variant).map_or(most, |free| u32::try_from((*free).max(1)).unwrap_or(u32::MAX));
        // What was in the customer's cart before is not lost by signing in.
        let ceiling = name.most(most).min(room).max(own);
        let quantity = own.saturating_add(wanted).min(ceiling);
        let added = quantity - own;
        let there = mine.lines.entry(*name).or_insert_with(|| line.clone());
        there.quantity = quantity;
        left.lines.remove(name);
        lines.push(Fate { line: *name, variant, added, clamped: wanted - added, left: 0, why, quantity });
    }
    if mine.currency.is_none() && !mine.lines.is_empty() {
        mine.currency = guest.currency;
    }
    Merging { mine: mine.settled(), guest: left.settled(), lines }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
