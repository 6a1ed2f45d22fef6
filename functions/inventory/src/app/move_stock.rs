//! What all movements of goods have in common: read the shelf, decide, write the line and the cells.

use dynamo::Receipt;
use failure::Failure;
use ids::{MovementId, VariantId, WarehouseId};
use jiff::SignedDuration;

use super::{Actor, App, AppError, Refusal, Wake};
use crate::domain::{Card, Changes, Movement, MovementKind, Note, Part};
use crate::store::{Entry, Shelf};
use facts::Unsent;

/// Longer than any function of ours may run.
const AFTERWARDS: SignedDuration = SignedDuration::from_secs(60);

/// A movement that somebody wants to happen.
pub(super) struct Intent<'a> {
    pub(super) variant: VariantId,
    pub(super) kind: MovementKind,
    pub(super) note: Option<Note>,
    pub(super) by: &'a str,
}

/// What a decision about a shelf comes to.
pub(super) struct Move {
    pub(super) changes: Changes,
    pub(super) parts: Vec<Part>,
    /// What the card says afterwards, if something else.
    pub(super) card: Option<Card>,
    /// A note for the ledger besides what the person said.
    pub(super) note: Option<Note>,
}

impl Move {
    pub(super) fn into(shelf: &Shelf, warehouse: WarehouseId, n: u32, chance: u64) -> Move {
        let known = shelf.card.with_warehouse(warehouse);
        let changes = known.spread(shelf.variant, warehouse, n, chance).received();
        let parts = vec![Part { warehouse, on_hand: n.into(), committed: 0 }];
        Move { changes, parts, card: Some(known).filter(|known| *known != shelf.card), note: None }
    }

    pub(super) fn out_of(warehouse: WarehouseId, n: u32, changes: Changes) -> Move {
        let parts = vec![Part { warehouse, on_hand: -i64::from(n), committed: 0 }];
        Move { changes, parts, card: None, note: None }
    }
}

impl App {
    /// Carries out a movement of a merchant's variant. `told` is what the other rooms hear of it.
    pub(super) async fn move_stock(
        &self,
        actor: &Actor,
        intent: Intent<'_>,
        receipt: Receipt<Movement>,
        told: impl Fn(&Movement) -> Option<Unsent>,
        decide: impl Fn(&Shelf, u64) -> Result<Move, AppError>,
    ) -> Result<Movement, AppError> {
        let Intent { variant, kind, note, by } = intent;
        let id = MovementId::mint(&self.mint);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let shelf = self.shelf_of(actor.merchant, variant).await?;
            if !shelf.card.is_stocked() {
                return Err(Refusal::NotStocked.into());
            }
            let Move { changes, parts, card, note: remark } = decide(&shelf, self.chance())?;
            let note = note.clone().or(remark);
            let at = self.clock.now();
            let movement = Movement { id, variant, kind, parts, note, by: by.to_owned(), at };
            let told = told(&movement);
            if attempts.is_first() && told.is_none() {
                self.look_afterwards(variant).await?;
            }
            let memory = receipt.write(&movement)?;
            let entry = Entry { shelf: &shelf, card, changes: &changes, movement: &movement, told, memory };
            if self.store.record(entry).await? {
                return Ok(movement);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Has the public level looked at in a while, before anything is changed, so that it happens
    /// even if this function dies right after the change. A movement that the worker hears of as a
    /// fact does not need this.
    pub(super) async fn look_afterwards(&self, variant: VariantId) -> Result<(), AppError> {
        self.wake(AFTERWARDS, &Wake::LevelDue { variant }).await
    }

    /// Looks at the public level at once, as a courtesy to whoever asks next. That it is looked at
    /// in the end does not depend on this.
    pub(super) async fn look_at_once(&self, variant: VariantId) {
        if let Err(trouble) = self.refresh_level(variant).await {
            tracing::warn!(%variant, error = %trouble, "a level will be looked at later");
        }
    }
}
