//! Rules and charges as they are read and shown.

use asks::merchants::{ChargeView, SaleLine};
use ids::{CategoryId, MerchantId, ProductId, RuleId};
use jiff::Timestamp;
use money::Money;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::two_of_one;
use crate::app::AddRule;
use crate::domain::{self, Charge, Line, Rate, Target};

/// What the market takes, and of which sales.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleView {
    id: RuleId,
    /// The shop it was made with; missing when it holds for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<MerchantId>,
    /// The product it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<ProductId>,
    /// The category it is about. Without either it is about everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryId>,
    /// Hundredths of a percent of the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    basis_points: Option<u16>,
    /// So much for every unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<Money>,
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// That instant not included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// A rule that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRule {
    /// The shop it is made with; missing when it shall hold for all.
    merchant: Option<MerchantId>,
    /// The product it is about.
    product: Option<ProductId>,
    /// The category it is about. Say one of the two, or neither for everything.
    category: Option<CategoryId>,
    /// Hundredths of a percent of the price.
    #[schema(maximum = 10_000)]
    basis_points: Option<u16>,
    /// So much for every unit. Say this or a share.
    fixed: Option<Money>,
    /// From now on when missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// That instant not included; for ever when missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

impl NewRule {
    pub(super) fn command(self) -> Result<AddRule, Problem> {
        let NewRule { merchant, product, category, basis_points, fixed, from, until } = self;
        let target = match (product, category) {
            (None, None) => Target::Everything,
            (Some(product), None) => Target::Product(product),
            (None, Some(category)) => Target::Category(category),
            (Some(_), Some(_)) => {
                return Err(two_of_one("/category", "a rule is about a product, a category or everything"));
            }
        };
        let rate = match (basis_points, fixed) {
            (Some(points), None) if points <= 10_000 => Rate::BasisPoints(points),
            (Some(_), None) => return Err(two_of_one("/basis_points", "a share is from 0 to 10000")),
            (None, Some(amount)) => Rate::Fixed(amount),
            _ => return Err(two_of_one("/fixed", "a rule takes either a share or a fixed amount")),
        };
        Ok(AddRule { merchant, target, rate, from, until })
    }
}

impl From<&domain::Rule> for RuleView {
    fn from(rule: &domain::Rule) -> RuleView {
        let (product, category) = match rule.target {
            Target::Everything => (None, None),
            Target::Product(product) => (Some(product), None),
            Target::Category(category) => (None, Some(category)),
        };
        let (basis_points, fixed) = match rule.rate {
            Rate::BasisPoints(points) => (Some(points), None),
            Rate::Fixed(amount) => (None, Some(amount)),
        };
        let domain::Rule { id, merchant, from, until, .. } = *rule;
        RuleView { id, merchant, product, category, basis_points, fixed, from, until }
    }
}

pub(super) fn sold(line: SaleLine) -> Line {
    let SaleLine { product, categories, unit_price, quantity } = line;
    Line { product, categories, unit_price, quantity: quantity.get() }
}

pub(super) fn shown(Charge { lines, totals }: Charge, at: Timestamp) -> ChargeView {
    ChargeView { at, lines, totals }
}
