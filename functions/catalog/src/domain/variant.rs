//! Variants: the things that are actually bought, and the options that tell them apart.
//!
//! Invariant: every variant chooses exactly one value of every option group, and no two variants
//! choose the same.

use std::collections::{BTreeMap, BTreeSet};

use facts::catalog::LineKind;
use ids::{Sku, VariantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Barcode, Locale, MerchantSku, OptionKey, Prices, Refusal, Title};

/// One way in which variants differ: a colour, a size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionGroup {
    /// Its name for programs.
    pub key: OptionKey,
    /// Its name for people, by language.
    #[serde(default)]
    pub titles: BTreeMap<Locale, Title>,
    /// What can be chosen.
    pub values: Vec<OptionValue>,
}

/// One thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionValue {
    /// Its name for programs.
    pub key: OptionKey,
    /// Its name for people, by language.
    #[serde(default)]
    pub titles: BTreeMap<Locale, Title>,
}

/// What a merchant says of a variant; its prices are said one by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantWords {
    /// How an order line for it lives.
    pub kind: LineKind,
    /// The merchant's own name for it.
    pub sku: MerchantSku,
    /// The number other systems know it by. It is claimed when the product is published, and is then
    /// unique in the market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric_sku: Option<Sku>,
    /// What is printed on its box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barcode: Option<Barcode>,
    /// What it weighs with its box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 1_000_000)]
    pub weight_grams: Option<u32>,
    /// What it is of each option group.
    #[serde(default)]
    pub choices: BTreeMap<OptionKey, OptionKey>,
    /// Whether it can be bought while its product is published. A variant that was ordered once is
    /// never removed; it is only taken out of sale.
    #[serde(default = "yes")]
    pub sellable: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    pub id: VariantId,
    pub words: VariantWords,
    #[serde(default)]
    pub prices: Prices,
}

const MOST_GROUPS: usize = 3;
const MOST_VALUES: usize = 40;
/// A ton. What is heavier does not go by parcel.
const HEAVIEST: u32 = 1_000_000;

impl VariantWords {
    pub fn check(&self) -> Result<(), Refusal> {
        match self.weight_grams {
            Some(weight) if weight > HEAVIEST => Err(Refusal::TooHeavy { most: HEAVIEST }),
            _ => Ok(()),
        }
    }
}

/// Refuses groups that are too many, or that say a name twice.
pub(super) fn check_groups(groups: &[OptionGroup]) -> Result<(), Refusal> {
    if groups.len() > MOST_GROUPS {
        return Err(Refusal::TooMany { what: "option groups", most: MOST_GROUPS });
    }
    if !distinct(groups.iter().map(|group| &group.key)) {
        return Err(Refusal::OptionTwice);
    }
    for group in groups {
        match group.values.len() {
            0 => return Err(Refusal::NothingToChoose { group: group.key.clone() }),
            1..=MOST_VALUES => {}
            _ => return Err(Refusal::TooMany { what: "values of an option", most: MOST_VALUES }),
        }
        if !distinct(group.values.iter().map(|value| &value.key)) {
            return Err(Refusal::OptionTwice);
        }
    }
    Ok(())
}

fn distinct<'a>(mut keys: impl Iterator<Item = &'a OptionKey>) -> bool {
    let mut seen = BTreeSet::new();
    keys.all(|key| seen.insert(key))
}

/// Refuses variants that do not choose one value of each group, or that cannot be told apart.
pub(super) fn check_variants(groups: &[OptionGroup], variants: &[Variant]) -> Result<(), Refusal> {
    let mut skus = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    let mut choices = BTreeSet::new();
    for Variant { words, .. } in variants {
        words.check()?;
        let chosen = |group: &OptionGroup| {
            let choice = words.choices.get(&group.key);
            choice.is_some_and(|choice| group.values.iter().any(|value| value.key == *choice))
        };
        if words.choices.len() != groups.len() || !groups.iter().all(chosen) {
            return Err(Refusal::ChoicesDoNotFit { sku: words.sku.clone() });
        }
        if !skus.insert(&words.sku) {
            return Err(Refusal::SkuTwice { sku: words.sku.clone() });
        }
        if let Some(number) = words.numeric_sku
            && !numbers.insert(number)
        {
            return Err(Refusal::NumberTaken { number });
        }
        if !choices.insert(&words.choices) {
            return Err(Refusal::ChoicesTwice { sku: words.sku.clone() });
        }
    }
    Ok(())
}
