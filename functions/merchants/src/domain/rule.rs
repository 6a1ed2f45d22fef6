//! What the market takes of a sale, and of which sales: rules with a beginning and perhaps an end.
//!
//! A rule is the market's or made with one shop; it is about a product, a category or everything. It
//! is never changed, because what was sold was sold under it: it is ended, and another one begins.
//!
//! Invariants: of rules that speak of the same things and the same currency no two are true at the
//! same time; a rule begins now or later; the periods are half open, so that one may begin at the
//! instant at which another ends.

use facts::merchants::CommissionChanged;
use facts::{Fact, Unsent};
use ids::{CategoryId, MerchantId, ProductId, RuleId};
use jiff::Timestamp;
use money::Money;
use serde::{Deserialize, Serialize};

use super::Refusal;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub id: RuleId,
    /// The shop it was made with; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantId>,
    pub target: Target,
    pub rate: Rate,
    pub from: Timestamp,
    /// Until when, that instant not included; for ever when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// What a rule is about. Later ones are more specific.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Everything,
    Category(CategoryId),
    Product(ProductId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// So many hundredths of a percent of the price, from 0 to 10,000.
    BasisPoints(u16),
    Fixed(Money),
}

#[derive(Clone, Debug)]
pub struct NewRule {
    pub id: RuleId,
    /// The shop it is made with; none for all.
    pub merchant: Option<MerchantId>,
    pub target: Target,
    pub rate: Rate,
    /// From when on; from now on when nothing is said.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// The rules, over or not, in the order in which they were made.
    pub rules: Vec<Rule>,
}

/// The whole book is read for every sale.
const MOST_RULES: usize = 200;

/// The largest amount that anything in the market costs.
const MOST_FIXED: i64 = 1_000_000_000_000;

impl Book {
    pub fn add(&self, new: NewRule, now: Timestamp) -> Result<(Rule, Vec<Unsent>), Refusal> {
        let NewRule { id, merchant, target, rate, from, until } = new;
        let rule = Rule { id, merchant, target, rate, from: from.unwrap_or(now), until, created_at: now };
        if let Rate::Fixed(amount) = rate
            && !(0..=MOST_FIXED).contains(&amount.minor())
        {
            return Err(Refusal::FixedOutOfRange { most: MOST_FIXED });
        }
        if rule.from < now {
            return Err(Refusal::RuleBackdated);
        }
        if until.is_some_and(|until| until <= rule.from) {
            return Err(Refusal::RuleBackwards);
        }
        if self.rules.iter().filter(|rule| !rule.is_over(now)).count() >= MOST_RULES {
            return Err(Refusal::TooManyRules { most: MOST_RULES });
        }
        if let Some(other) = self.rules.iter().find(|other| other.overlaps(&rule)) {
            return Err(Refusal::RuleOverlaps { with: other.id });
        }
        let told = rule.told();
        Ok((rule, told))
    }

    /// Rules that say something of the same sales at the same time: none, in a book that holds.
    pub fn clashes(&self) -> Vec<(RuleId, RuleId)> {
        let pairs =
            self.rules.iter().enumerate().flat_map(|(n, a)| self.rules[n + 1..].iter().map(move |b| (a, b)));
        pairs.filter(|(a, b)| a.overlaps(b)).map(|(a, b)| (a.id, b.id)).collect()
    }

    pub fn rule(&self, id: RuleId) -> Result<&Rule, Refusal> {
        self.rules.iter().find(|rule| rule.id == id).ok_or(Refusal::NoSuchRule)
    }
}

impl Rule {
    /// Ends the rule, now when nothing else is said. One that has not begun never will.
    pub fn end(&self, at: Option<Timestamp>, now: Timestamp) -> Result<(Rule, Vec<Unsent>), Refusal> {
        let at = at.unwrap_or(now);
        if at < now {
            return Err(Refusal::RuleBackdated);
        }
        let until = at.max(self.from);
        if self.until.is_some_and(|ends| ends <= until) {
            return Err(Refusal::RuleEndsBefore);
        }
        let told = self.told();
        Ok((Rule { until: Some(until), ..self.clone() }, told))
    }

    pub fn is_true_at(&self, at: Timestamp) -> bool {
        self.from <= at && !self.is_over(at)
    }

    pub fn is_over(&self, at: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= at)
    }

    fn overlaps(&self, other: &Rule) -> bool {
        let starts_before = |a: &Rule, b: &Rule| b.until.is_none_or(|until| a.from < until);
        let ever = |rule: &Rule| rule.until.is_none_or(|until| rule.from < until);
        let same_sales = self.target == other.target && self.merchant == other.merchant;
        let same_currency = match (self.rate, other.rate) {
            (Rate::Fixed(a), Rate::Fixed(b)) => a.currency() == b.currency(),
            _ => true,
        };
        let meet = ever(self) && ever(other) && starts_before(self, other) && starts_before(other, self);
        same_sales && same_currency && meet
    }

    fn told(&self) -> Vec<Unsent> {
        vec![Fact::of(&CommissionChanged { merchant: self.merchant, rule: self.id })]
    }
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
