//! Looks at what lies there and tells the public, if that is something new.

use failure::Failure;
use ids::VariantId;

use super::{App, AppError};
use crate::domain::Level;

impl App {
    /// Brings the public level in line with the cells.
    ///
    /// It looks again after every change of its own, and stops only when what it reads and what is
    /// told agree. Whoever changes cells looks afterwards; so of two that look at the same time,
    /// the one that wrote from an old reading finds out, and the last word is true.
    pub(crate) async fn refresh_level(&self, variant: VariantId) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(shelf) = self.store.shelf(variant).await? else { return Ok(()) };
            let Some((told, version)) = shelf.level.filter(|_| shelf.card.is_stocked()) else {
                return Ok(());
            };
            let (free, threshold) = (shelf.free(), u64::from(shelf.card.threshold));
            let counted = Level::of(free, threshold);
            if counted == told {
                return Ok(());
            }
            let news = told.told(counted, variant, free, threshold);
            match self.store.save_level(variant, version, counted, news, self.clock.now()).await {
                Ok(()) | Err(dynamo::Error::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Failure::overtaken().into())
    }
}
