//! What changes of a card have in common: as the caller has seen it, or as it is.

use dynamo::{Receipt, Versioned};
use failure::Failure;
use ids::VariantId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Actor, App, AppError, Refusal};
use crate::domain::{Card, Threshold};
use crate::store::Shelf;

/// When little is too little.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetThreshold {
    threshold: Threshold,
}

impl App {
    /// Changes the card of a merchant's variant, if it is at the version that the caller expects.
    /// Written by hand, because the answer shows the whole shelf, which is read by one query, and because
    /// a timer is set between the first decision and its save.
    pub(super) async fn change_card(
        &self,
        actor: &Actor,
        variant: VariantId,
        seen: Option<u64>,
        receipt: Receipt<Shelf>,
        change: impl Fn(&mut Card) -> Result<(), Refusal>,
    ) -> Result<Shelf, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let shelf = self.stocked_shelf(actor.merchant, variant).await?;
            shelf.card.is_seen(seen)?;
            let mut card = shelf.card.body.clone();
            change(&mut card)?;
            if attempts.is_first() && card.threshold != shelf.card.body.threshold {
                self.look_afterwards(variant).await?;
            }
            let card = Versioned { version: shelf.card.version + 1, body: card };
            let after = Shelf { card, ..shelf };
            let memory = receipt.write(&after)?;
            if self.store.save_card(&after, memory, self.clock.now()).await? {
                self.cards.learn(variant, after.card.body.clone());
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
        seen: Option<u64>,
        SetThreshold { threshold }: SetThreshold,
        receipt: Receipt<Shelf>,
    ) -> Result<Shelf, AppError> {
        let changed = self.change_card(actor, variant, seen, receipt, |card| {
            card.threshold = threshold.get();
            Ok(())
        });
        let changed = changed.await?;
        self.look_at_once(variant).await;
        Ok(changed)
    }
}
