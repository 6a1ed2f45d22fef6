//! What changes of a card have in common: as the caller has seen it, or as it is.

use dynamo::{Receipt, Versioned};
use failure::Failure;
use ids::VariantId;

use super::{Actor, App, AppError, Refusal};
use crate::domain::Card;
use crate::store::Shelf;

impl App {
    /// Changes the card of a merchant's variant, if it is at the version that the caller expects.
    pub(super) async fn change_card(
        &self,
        actor: &Actor,
        variant: VariantId,
        seen: Option<u64>,
        receipt: Receipt<Shelf>,
        change: impl Fn(&Card) -> Result<Card, Refusal>,
    ) -> Result<Shelf, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let shelf = self.shelf_of(actor.merchant, variant).await?;
            if !shelf.card.is_stocked() {
                return Err(Refusal::NotStocked.into());
            }
            Versioned { version: shelf.version, body: () }.is_seen(seen)?;
            let card = change(&shelf.card)?;
            if attempts.is_first() && card.threshold != shelf.card.threshold {
                self.look_afterwards(variant).await?;
            }
            let after = Shelf { card: card.clone(), version: shelf.version + 1, ..shelf.clone() };
            let memory = receipt.write(&after)?;
            if self.store.save_card(&shelf, &card, memory, self.clock.now()).await? {
                self.cards.learn(variant, card);
                return Ok(after);
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Changes the level at which a variant counts as low.
    pub(crate) async fn set_threshold(
        &self,
        actor: &Actor,
        variant: VariantId,
        threshold: u32,
        seen: Option<u64>,
        receipt: Receipt<Shelf>,
    ) -> Result<Shelf, AppError> {
        let low = |card: &Card| Ok(Card { threshold, ..card.clone() });
        let changed = self.change_card(actor, variant, seen, receipt, low).await?;
        self.look_at_once(variant).await;
        Ok(changed)
    }
}
