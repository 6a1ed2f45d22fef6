//! What a variant costs, in which currency and since when.
//!
//! Periods may overlap, and the one that began last counts: a sale of three days lies inside of
//! the regular price, and when it ends the regular price is there again without anybody doing
//! anything. Two periods of a currency that begin at the same instant are one: the later word
//! replaces the earlier.
//!
//! Invariant: at any instant a currency has at most one price.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use money::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Refusal;

/// One amount for one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// How much.
    pub money: Money,
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until just before this; for ever when it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// The prices of one variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Prices(Vec<Price>);

/// From this instant on something is to be had from so much, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub since: Timestamp,
    /// The amount in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
}

const MOST_PRICES: usize = 24;

/// No single thing costs more than this many minor units, so that a basket of any size adds up.
const HIGHEST: i64 = 1_000_000_000_000;

impl Price {
    fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

impl Prices {
    #[cfg(test)]
    pub fn periods(&self) -> &[Price] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn at(&self, currency: Currency, at: Timestamp) -> Option<Money> {
        self.winner(currency, at).map(|price| price.money)
    }

    pub fn all_at(&self, at: Timestamp) -> Vec<Money> {
        self.currencies().into_iter().filter_map(|currency| self.at(currency, at)).collect()
    }

    pub fn currencies(&self) -> BTreeSet<Currency> {
        self.0.iter().map(|price| price.money.currency()).collect()
    }

    /// Sets a price. Periods that will never count again are forgotten: what something once cost is
    /// told by the facts, and the list stays short.
    pub fn set(&mut self, price: Price, now: Timestamp) -> Result<(), Refusal> {
        if !(0..=HIGHEST).contains(&price.money.minor()) {
            return Err(Refusal::AmountOutOfRange { most: HIGHEST });
        }
        if price.until.is_some_and(|until| until <= price.from || until <= now) {
            return Err(Refusal::BadPeriod);
        }
        let mut next: Vec<Price> = self.0.iter().copied().filter(|old| !same_period(old, &price)).collect();
        next.push(price);
        next.sort_by_key(|price| (price.money.currency(), price.from));
        let next = Prices(next).without_the_past(now);
        if next.0.len() > MOST_PRICES {
            return Err(Refusal::TooMany { what: "prices", most: MOST_PRICES });
        }
        *self = next;
        Ok(())
    }

    fn winner(&self, currency: Currency, at: Timestamp) -> Option<&Price> {
        let holding = self.0.iter().filter(|price| price.money.currency() == currency && price.holds(at));
        holding.max_by_key(|price| price.from)
    }

    fn without_the_past(self, now: Timestamp) -> Prices {
        let mut counts = vec![false; self.0.len()];
        for at in self.instants().filter(|at| *at > now).chain([now]) {
            for currency in self.currencies() {
                let winner = self.winner(currency, at);
                let index = winner.and_then(|winner| self.0.iter().position(|price| price == winner));
                if let Some(index) = index {
                    counts[index] = true;
                }
            }
        }
        Prices(self.0.iter().zip(counts).filter(|(_, counts)| *counts).map(|(price, _)| *price).collect())
    }

    fn instants(&self) -> impl Iterator<Item = Timestamp> {
        self.0.iter().flat_map(|price| [Some(price.from), price.until]).flatten()
    }
}

fn same_period(a: &Price, b: &Price) -> bool {
    a.money.currency() == b.money.currency() && a.from == b.from
}

/// "From 9.90": the lowest price of several variants by currency, as steps in time. A card on a
/// shelf is written once and read for weeks; the steps let it tell the right price on every day
/// without being touched.
pub fn cheapest<'a>(all: impl Iterator<Item = &'a Prices> + Clone) -> BTreeMap<Currency, Vec<Step>> {
    let instants: BTreeSet<Timestamp> = all.clone().flat_map(Prices::instants).collect();
    let currencies: BTreeSet<Currency> = all.clone().flat_map(Prices::currencies).collect();
    let steps_of = |currency| {
        let mut steps: Vec<Step> = Vec::new();
        for since in &instants {
            let amount = all.clone().filter_map(|prices| prices.at(currency, *since)).map(Money::minor).min();
            if steps.last().map_or(amount.is_some(), |last| last.amount != amount) {
                steps.push(Step { since: *since, amount });
            }
        }
        steps
    };
    currencies.into_iter().map(|currency| (currency, steps_of(currency))).collect()
}

impl Step {
    pub fn at(steps: &[Step], at: Timestamp) -> Option<i64> {
        steps.iter().take_while(|step| step.since <= at).last().and_then(|step| step.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn price(amount: i64, from: i64, until: Option<i64>) -> Price {
        Price { money: Money::new(amount, Currency::USD), from: at(from), until: until.map(at) }
    }

    fn prices(all: &[Price]) -> Prices {
        let mut prices = Prices::default();
        for price in all {
            prices.set(*price, at(0)).unwrap();
        }
        prices
    }

    #[test]
    fn a_sale_lies_inside_of_the_regular_price_and_ends_by_itself() {
        let prices = prices(&[price(1000, 0, None), price(800, 10, Some(20))]);
        let check = |second, expect| {
            assert_eq!(prices.at(Currency::USD, at(second)).map(Money::minor), Some(expect), "{second}")
        };
        check(0, 1000);
        check(10, 800);
        check(19, 800);
        check(20, 1000);
        assert_eq!(prices.at(Currency::EUR, at(10)), None);
    }

    #[test]
    fn of_two_periods_that_begin_together_the_later_word_counts() {
        let prices = prices(&[price(1000, 5, None), price(900, 5, Some(9))]);
        assert_eq!(prices.periods(), [price(900, 5, Some(9))]);
    }

    #[test]
    fn what_will_never_count_again_is_forgotten() {
        let mut prices = prices(&[price(1000, 0, None), price(800, 10, Some(20))]);
        prices.set(price(700, 30, None), at(30)).unwrap();
        assert_eq!(prices.periods(), [price(700, 30, None)]);
    }

    #[test]
    fn a_price_is_refused_when_it_makes_no_sense() {
        let mut prices = Prices::default();
        assert_eq!(prices.set(price(1, 10, Some(10)), at(0)), Err(Refusal::BadPeriod));
        assert_eq!(prices.set(price(1, 1, Some(5)), at(5)), Err(Refusal::BadPeriod));
        assert!(matches!(prices.set(price(-1, 0, None), at(0)), Err(Refusal::AmountOutOfRange { .. })));
        assert!(matches!(prices.set(price(i64::MAX, 0, None), at(0)), Err(Refusal::AmountOutOfRange { .. })));
        for n in 0..24 {
            prices.set(price(n, 100 - n, None), at(0)).unwrap();
        }
        assert!(matches!(prices.set(price(1, 7, None), at(0)), Err(Refusal::TooMany { .. })));
        assert_eq!(prices.periods().len(), 24);
    }

    fn some_prices() -> impl Strategy<Value = Prices> {
        proptest::collection::vec((1i64..50, 0i64..40, proptest::option::of(1i64..30)), 0..6).prop_map(
            |all| prices(&all.iter().map(|(a, f, l)| price(*a, *f, l.map(|l| f + l))).collect::<Vec<_>>()),
        )
    }

    proptest! {
        #[test]
        fn the_steps_of_a_card_tell_the_lowest_price_at_every_instant(
            all in proptest::collection::vec(some_prices(), 0..4),
        ) {
            let steps = cheapest(all.iter());
            for second in 0..80 {
                let lowest = all.iter().filter_map(|p| p.at(Currency::USD, at(second))).map(Money::minor).min();
                let told = steps.get(&Currency::USD).and_then(|steps| Step::at(steps, at(second)));
                prop_assert_eq!(told, lowest, "at {}", second);
            }
        }

        #[test]
        fn forgetting_the_past_never_changes_the_future(prices in some_prices(), now in 0i64..60) {
            let forgetful = prices.clone().without_the_past(at(now));
            for second in now..80 {
                prop_assert_eq!(forgetful.at(Currency::USD, at(second)), prices.at(Currency::USD, at(second)));
            }
        }
    }
}
