//! Holds stock for an owner: all lines or none.
//!
//! The common case is one DynamoDB request: the cards are known, each line is taken from a cell
//! that chance points at, and the reservation is written as the owner's first. Whatever of that
//! turns out to be wrong, the refused transaction says so, and the next try knows better: what the
//! owner has already, and what really lies in every cell of what was short.

use std::collections::HashMap;
use std::sync::Arc;

use dynamo::Versioned;
use failure::Failure;
use ids::{ReservationId, VariantId};

use super::{App, AppError};
use crate::domain::{
    CannotReserve, Card, Cell, Hold, Lines, Owner, Refusal, Reservation, Seconds, Short, State, end, gather,
    keep, merged,
};

/// DynamoDB takes 100 writes in a transaction, and one of them is the reservation itself.
const MOST_CELLS: usize = 99;

#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub owner: Owner,
    pub lines: Lines,
    pub seconds: Seconds,
}

impl App {
    /// Holds stock for the owner. The same wish again gets the same answer; another wish of the same
    /// owner takes the place of the one before.
    pub(crate) async fn reserve(&self, wish: &Wish) -> Result<Reservation, AppError> {
        let cards = self.stocked(&wish.lines).await?;
        let mut fresh_id = None;
        let mut found: Option<Versioned<Reservation>> = None;
        let mut read: HashMap<VariantId, Vec<Cell>> = HashMap::new();
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let loaded = found.as_ref().map_or(0, |found| found.version);
            let before = found.as_ref().map(|found| &found.body);
            if let Some(before) = before
                && before.grants(&wish.lines, now)?
            {
                return Ok(before.clone());
            }
            let had = before.map_or(&[][..], Reservation::held);
            let id = before.map(|before| before.id);
            let id = id.unwrap_or_else(|| *fresh_id.get_or_insert_with(|| ReservationId::mint(&self.mint)));
            let holds = self.place(&wish.lines, had, &cards, &read)?;
            let (owner, expires_at) = (wish.owner.clone(), end(now, wish.seconds));
            let after = Reservation { id, owner, state: State::Active, holds, expires_at };
            let transition = Reservation::hold(before, after);
            if transition.changes.len() > MOST_CELLS {
                return Err(Refusal::TooScattered.into());
            }
            let busy = match self.store.save_reservation(loaded, &transition, now).await? {
                Ok(()) => return Ok(transition.reservation),
                Err(busy) => busy,
            };
            if let Some(other) = busy.reservation {
                found = other;
            }
            for variant in busy.short {
                if let Some(shelf) = self.store.shelf(variant).await? {
                    self.cards.learn(variant, shelf.card.body);
                    read.insert(variant, shelf.cells);
                }
            }
        }
        Err(Failure::overtaken().into())
    }

    /// The cards of everything that is wished for, all of it stocked.
    async fn stocked(&self, lines: &Lines) -> Result<HashMap<VariantId, Arc<Card>>, AppError> {
        let cards = self.cards.of(lines.variants()).await?;
        let mut cannot = CannotReserve::default();
        for variant in lines.variants() {
            match cards.get(&variant) {
                None => cannot.unknown.push(variant),
                Some(card) if !card.is_stocked() => cannot.not_stocked.push(variant),
                Some(_) => {}
            }
        }
        let all = cannot.unknown.is_empty() && cannot.not_stocked.is_empty();
        if all { Ok(cards) } else { Err(Refusal::CannotReserve(cannot).into()) }
    }

    /// From which cells each line comes: those that the owner has, then any cell as long as nothing
    /// is known, then whatever was read.
    fn place(
        &self,
        lines: &Lines,
        had: &[Hold],
        cards: &HashMap<VariantId, Arc<Card>>,
        read: &HashMap<VariantId, Vec<Cell>>,
    ) -> Result<Vec<Hold>, AppError> {
        let (mut holds, missing) = keep(had, lines);
        let mut short = Vec::new();
        for (variant, quantity) in missing.iter() {
            let chance = self.chance();
            let guess = || cards.get(&variant)?.pick(variant, chance).map(|cell| Hold::new(cell, quantity));
            let placed = match read.get(&variant) {
                Some(cells) => gather(cells, quantity, chance),
                None => guess().map(|hold| vec![hold]).ok_or(0),
            };
            match placed {
                Ok(more) => holds.extend(more),
                Err(free) => {
                    let wanted = lines.quantity(variant);
                    let own = u64::from(wanted - quantity);
                    short.push(Short { variant, wanted, free: free + own });
                }
            }
        }
        if short.is_empty() {
            Ok(merged(holds))
        } else {
            Err(Refusal::CannotReserve(CannotReserve { short, ..CannotReserve::default() }).into())
        }
    }
}
