//! What the public is told of a variant, and when it is looked at: by the room's timers, or at once.

use failure::Failure;
use ids::VariantId;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::domain::{Level, Owner};

/// Longer than any function of ours may run.
const AFTERWARDS: SignedDuration = SignedDuration::from_secs(60);

/// What the room tells itself to do later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Wake {
    /// Look whether the owner's reservation has expired.
    ReservationDue { owner: Owner },
    /// Look at what the public is told of a variant.
    LevelDue { variant: VariantId },
}

impl App {
    /// Does something later, at the earliest after so long.
    pub(super) async fn wake(&self, after: SignedDuration, wake: &Wake) -> Result<(), AppError> {
        let timers = self.timers.as_ref().ok_or_else(|| Failure::without("timers"))?;
        Ok(timers.set(after, wake).await?)
    }

    /// Has the public level looked at in a while, before anything is changed, so that it happens
    /// even if this function dies right after the change. A movement that the worker hears of as a
    /// fact does not need this.
    pub(super) async fn look_afterwards(&self, variant: VariantId) -> Result<(), AppError> {
        self.wake(AFTERWARDS, &Wake::LevelDue { variant }).await
    }

    /// Looks at the public level at once, as a courtesy to the next reader. That it is looked at in
    /// the end does not depend on this.
    pub(super) async fn look_at_once(&self, variant: VariantId) {
        if let Err(error) = self.refresh_level(variant).await {
            tracing::warn!(%variant, %error, "a level will be looked at later");
        }
    }

    /// Brings the public level in line with the cells.
    ///
    /// It looks again after every change of its own, and stops only when what it reads and what is
    /// told agree: so of two that look at the same time, the one that wrote from an old reading finds
    /// out, and the last word is true. Written by hand for that: a change of one document ends with
    /// its save.
    pub(crate) async fn refresh_level(&self, variant: VariantId) -> Result<(), AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(shelf) = self.store.shelf(variant).await? else { return Ok(()) };
            let (free, threshold) = (shelf.free(), u64::from(shelf.card.body.threshold));
            let counted = Level::of(free, threshold);
            let stocked = shelf.level.filter(|_| shelf.card.body.is_stocked());
            let Some(told) = stocked.filter(|told| told.body != counted) else { return Ok(()) };
            let news = told.body.told(counted, variant, free, threshold);
            self.store.save_level(variant, told.version, counted, news, self.clock.now()).await?;
        }
        Err(Failure::overtaken().into())
    }
}
