//! A shop will be open on days on which it would have been closed.

use ids::HolidayId;

use super::change::won;
use super::{Actor, App, AppError, Holidays};
use crate::domain::Action;

impl App {
    /// Takes a holiday away.
    pub async fn remove_holiday(&self, actor: &Actor, id: HolidayId) -> Result<Holidays, AppError> {
        actor.kept.shop.allows(Action::Staff)?;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let (calendar, version) = self.store.calendar(actor.merchant).await?;
            if let Some(seen) = actor.seen.filter(|seen| *seen != version) {
                return Err(AppError::Stale { seen, is: version });
            }
            let calendar = calendar.remove(id)?;
            let now = self.clock.now();
            let saved = self.store.save_calendar(actor.merchant, version, &calendar, None, now).await;
            if won(saved)?.is_some() {
                return Ok(self.upcoming(&actor.kept, &calendar, version + 1));
            }
        }
        Err(AppError::Busy)
    }
}
