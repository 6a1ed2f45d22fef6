//! Brings in the stock of a variant from the system where it was sold before, with what is sold
//! there already. That happens once.

use dynamo::Receipt;
use ids::VariantId;

use super::move_stock::{Intent, Move};
use super::{Actor, App, AppError, Refusal};
use crate::domain::{Card, CellName, Counts, Movement, MovementKind, Note, Part, Quantity};

#[derive(Clone, Debug)]
pub(crate) struct OpenStock {
    pub variant: VariantId,
    pub on_hand: Quantity,
    /// How many of those are sold. The other system may have sold more than it had.
    pub reserved: u32,
}

impl App {
    /// Puts the goods on the shelf, sold ones as sold. What was sold beyond what lies there cannot
    /// be on any shelf; the ledger says how many that are.
    pub(crate) async fn open_stock(
        &self,
        by: &str,
        command: OpenStock,
        receipt: Receipt<Movement>,
    ) -> Result<Movement, AppError> {
        let OpenStock { variant, on_hand, reserved } = command;
        let shelf = self.store.shelf(variant).await?.ok_or(Refusal::NoSuchStock)?;
        let actor = Actor { merchant: shelf.card.merchant, subject: by.to_owned() };
        let warehouse = Card::main_warehouse(actor.merchant);
        let on_hand = on_hand.get();
        let committed = reserved.min(on_hand);
        let oversold = reserved - committed;
        let remark = (oversold > 0)
            .then(|| format!("{oversold} more were sold than there were in the system they come from"));
        let remark: Option<Note> = remark.and_then(|remark| remark.parse().ok());
        let decide = |shelf: &crate::store::Shelf, chance| {
            if shelf.card.opened {
                return Err(Refusal::AlreadyOpen.into());
            }
            let mut moved = Move::into(shelf, warehouse, on_hand - committed, chance);
            let first = CellName { variant, warehouse, shard: 0 };
            moved.changes.change(first, Counts::sold_elsewhere(committed.into()));
            moved.parts = vec![Part { warehouse, on_hand: on_hand.into(), committed: committed.into() }];
            moved.card = Some(Card { opened: true, ..shelf.card.with_warehouse(warehouse) });
            moved.note = remark.clone();
            Ok(moved)
        };
        let intent = Intent { variant, kind: MovementKind::Open, note: None, by };
        let movement = self.move_stock(&actor, intent, receipt, |_| None, decide).await?;
        self.look_at_once(variant).await;
        Ok(movement)
    }
}
