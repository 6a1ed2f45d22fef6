//! What all movements of goods have in common: read the shelf, decide, write the line and the cells.

use dynamo::Receipt;
use failure::Failure;
use ids::{MovementId, VariantId, WarehouseId};

use super::{Actor, App, AppError};
use crate::domain::{Card, Changes, Movement, MovementKind, Note, Part, Refusal};
use crate::store::Shelf;

/// A movement that is to happen.
pub(super) struct Intent<'a> {
    pub(super) actor: &'a Actor,
    pub(super) variant: VariantId,
    pub(super) kind: MovementKind,
    pub(super) note: Option<Note>,
}

/// What a decision about a shelf comes to.
pub(super) struct Move {
    pub(super) changes: Changes,
    pub(super) parts: Vec<Part>,
    /// What the card says afterwards, if something else.
    pub(super) card: Option<Card>,
}

impl Move {
    pub(super) fn into(shelf: &Shelf, warehouse: WarehouseId, n: u32, chance: u64) -> Move {
        let known = shelf.card.body.with_warehouse(warehouse);
        let changes = known.spread(shelf.variant, warehouse, n, chance);
        let parts = vec![Part { warehouse, on_hand: n.into(), committed: 0 }];
        Move { changes, parts, card: Some(known).filter(|known| *known != shelf.card.body) }
    }

    pub(super) fn out_of(warehouse: WarehouseId, n: u32, changes: Changes) -> Move {
        let parts = vec![Part { warehouse, on_hand: -i64::from(n), committed: 0 }];
        Move { changes, parts, card: None }
    }
}

impl App {
    /// Carries out a movement of a merchant's variant.
    pub(super) async fn move_stock(
        &self,
        intent: Intent<'_>,
        receipt: Receipt<Movement>,
        decide: impl Fn(&Shelf, u64) -> Result<Move, Refusal>,
    ) -> Result<Movement, AppError> {
        let Intent { actor, variant, kind, note } = intent;
        let id = MovementId::mint(&self.mint);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let shelf = self.stocked_shelf(actor.merchant, variant).await?;
            let Move { changes, parts, card } = decide(&shelf, self.chance())?;
            let (note, by, at) = (note.clone(), actor.subject.clone(), self.clock.now());
            let movement = Movement { id, variant, kind, parts, note, by, at };
            if attempts.is_first() && movement.told().is_none() {
                self.look_afterwards(variant).await?;
            }
            let memory = receipt.write(&movement)?;
            if self.store.record(&shelf, card.as_ref(), &changes, &movement, memory).await? {
                return Ok(movement);
            }
        }
        Err(Failure::overtaken().into())
    }
}
