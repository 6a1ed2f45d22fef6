//! A merchant says when little is too little.

use ids::VariantId;
use web::Expected;

use super::{Actor, App, AppError, Sign};
use crate::domain::Card;
use crate::store::Shelf;

impl App {
    /// Changes the level at which a variant counts as low.
    pub async fn set_threshold(
        &self,
        actor: &Actor,
        variant: VariantId,
        threshold: u32,
        expected: Expected,
        sign: Sign<'_, Shelf>,
    ) -> Result<(), AppError> {
        self.change_card(actor, variant, expected, sign, |card| Ok(Card { threshold, ..card.clone() }))
            .await?;
        self.look_at_once(variant).await;
        Ok(())
    }
}
