//! What changes of a card have in common: as the caller has seen it, or as it is.

use ids::VariantId;
use web::Expected;

use super::{Actor, App, AppError, Sign};
use crate::domain::Card;
use crate::store::Shelf;

impl App {
    /// Changes the card of a merchant's variant, if it is at the version that the caller expects.
    pub(super) async fn change_card(
        &self,
        actor: &Actor,
        variant: VariantId,
        expected: Expected,
        sign: Sign<'_, Shelf>,
        change: impl Fn(&Card) -> Result<Card, AppError>,
    ) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let shelf = self.shelf_of(actor.merchant, variant).await?;
            if !shelf.card.is_stocked() {
                return Err(AppError::NotStocked);
            }
            expected.check(shelf.version).map_err(AppError::Door)?;
            let card = change(&shelf.card)?;
            if attempts.is_first() && card.threshold != shelf.card.threshold {
                self.look_afterwards(variant).await?;
            }
            let after = Shelf { card: card.clone(), version: shelf.version + 1, ..shelf.clone() };
            let sign = sign(&after).map_err(AppError::Door)?;
            let claim = sign.key().clone();
            match self.store.save_card(&shelf, &card, sign, self.clock.now()).await {
                Ok(()) => {
                    self.cards.learn(variant, card);
                    return Ok(());
                }
                Err(error) if error.refused(&claim) => return Err(AppError::Busy),
                Err(dynamo::Error::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Busy)
    }
}
