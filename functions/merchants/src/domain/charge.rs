//! What the market takes of a sale at an instant.
//!
//! Of the rules that are true then and speak of the line, one counts: what was agreed with the shop
//! comes before what holds for the market, a product before a category, a category before
//! everything; among equals the rule that began last. A shop's own agreement counts before the
//! market's rule for a product, because a price that was negotiated is a promise.
//!
//! A share is rounded half up, line by line; nothing is ever taken above the price. Invariant: price =
//! commission + net in every line, and in every total.

use std::collections::{BTreeMap, BTreeSet};

use asks::merchants::{ChargedLine as Charged, ChargedTotal as Total};
use ids::{CategoryId, ProductId, RuleId};
use jiff::Timestamp;
use money::{Currency, Money};

use super::{Book, Rate, Rule, Target};

#[derive(Clone, Debug)]
pub struct Line {
    pub product: ProductId,
    /// Every category that it lies in, those above included.
    pub categories: BTreeSet<CategoryId>,
    pub unit_price: Money,
    pub quantity: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub lines: Vec<Charged>,
    pub totals: Vec<Total>,
}

/// Lines that cannot be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLines {
    #[error("there is no line")]
    None,
    #[error("at most {MOST_LINES} lines")]
    TooMany,
    #[error("a price is not negative")]
    Negative {
        /// Which line, from 0.
        line: usize,
    },
    #[error("the sum is too large")]
    TooMuch,
}

pub const MOST_LINES: usize = 100;

const WHOLE: i128 = 10_000;

/// What is taken of lines at an instant, by what was agreed with the shop and by what holds for all.
pub fn charge(lines: &[Line], own: &Book, market: &Book, at: Timestamp) -> Result<Charge, BadLines> {
    match lines.len() {
        0 => return Err(BadLines::None),
        n if n > MOST_LINES => return Err(BadLines::TooMany),
        _ => {}
    }
    let true_now: Vec<&Rule> =
        own.rules.iter().chain(&market.rules).filter(|rule| rule.is_true_at(at)).collect();
    let charged = lines.iter().enumerate().map(|(n, line)| charge_line(n, line, &true_now));
    let lines: Vec<Charged> = charged.collect::<Result<_, _>>()?;
    let totals = totals(&lines)?;
    Ok(Charge { lines, totals })
}

fn charge_line(n: usize, line: &Line, rules: &[&Rule]) -> Result<Charged, BadLines> {
    if line.unit_price.minor() < 0 {
        return Err(BadLines::Negative { line: n });
    }
    let price = line.unit_price.times(line.quantity.into()).map_err(|_| BadLines::TooMuch)?;
    let speaking = rules.iter().filter(|rule| speaks_of(rule, line));
    let rule = speaking.max_by_key(|rule| precedence(rule));
    let taken = rule.map_or(0, |rule| taken(rule.rate, price, line.quantity));
    let commission = Money::new(taken, price.currency());
    let net = price.sub(commission).map_err(|_| BadLines::TooMuch)?;
    Ok(Charged { price, commission, net, rule: rule.map(|rule| rule.id) })
}

fn speaks_of(rule: &Rule, line: &Line) -> bool {
    let of_target = match rule.target {
        Target::Everything => true,
        Target::Category(category) => line.categories.contains(&category),
        Target::Product(product) => product == line.product,
    };
    let in_currency = match rule.rate {
        Rate::BasisPoints(_) => true,
        Rate::Fixed(amount) => amount.currency() == line.unit_price.currency(),
    };
    of_target && in_currency
}

/// What counts more is greater. The id only decides between categories whose rules began at the same
/// instant, so that the same question always has the same answer.
fn precedence(rule: &Rule) -> (bool, u8, Timestamp, RuleId) {
    let specific = match rule.target {
        Target::Everything => 0,
        Target::Category(_) => 1,
        Target::Product(_) => 2,
    };
    (rule.merchant.is_some(), specific, rule.from, rule.id)
}

fn taken(rate: Rate, price: Money, quantity: u32) -> i64 {
    let price = i128::from(price.minor());
    let taken = match rate {
        Rate::BasisPoints(points) => (price * i128::from(points) + WHOLE / 2) / WHOLE,
        Rate::Fixed(amount) => i128::from(amount.minor()) * i128::from(quantity),
    };
    i64::try_from(taken.min(price)).expect("what is taken is not above a price, which is an i64")
}

fn totals(lines: &[Charged]) -> Result<Vec<Total>, BadLines> {
    let mut sums: BTreeMap<Currency, Total> = BTreeMap::new();
    for line in lines {
        let currency = line.price.currency();
        let none = Money::new(0, currency);
        let total = sums.entry(currency).or_insert(Total { price: none, commission: none, net: none });
        let add = |a: Money, b: Money| a.add(b).map_err(|_| BadLines::TooMuch);
        *total = Total {
            price: add(total.price, line.price)?,
            commission: add(total.commission, line.commission)?,
            net: add(total.net, line.net)?,
        };
    }
    Ok(sums.into_values().collect())
}

#[cfg(test)]
#[path = "charge_tests.rs"]
mod tests;
