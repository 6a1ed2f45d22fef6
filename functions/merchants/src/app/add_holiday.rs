//! A shop will be closed on some days.

use ids::HolidayId;
use jiff::civil::Date;

use super::change::won;
use super::{Actor, App, AppError, Sign};
use crate::domain::{Action, Holiday, HolidayTitle};

impl App {
    /// Adds a holiday. The calendar has a version of its own, so people who write their holidays do
    /// not stand in the way of those who write anything else.
    pub async fn add_holiday(
        &self,
        actor: &Actor,
        from: Date,
        to: Date,
        title: Option<HolidayTitle>,
        sign: Sign<'_, (Holiday, u64)>,
    ) -> Result<(), AppError> {
        actor.kept.shop.allows(Action::Staff)?;
        let holiday = Holiday { id: HolidayId::mint(&self.mint), from, to, title };
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let (calendar, version) = self.store.calendar(actor.merchant).await?;
            if let Some(seen) = actor.seen.filter(|seen| *seen != version) {
                return Err(AppError::Stale { seen, is: version });
            }
            let calendar = calendar.add(holiday.clone(), actor.kept.shop.zone.today(now))?;
            let sign = sign(&(holiday.clone(), version + 1)).map_err(AppError::Door)?;
            let saved = self.store.save_calendar(actor.merchant, version, &calendar, Some(sign), now).await;
            if won(saved)?.is_some() {
                return Ok(());
            }
        }
        Err(AppError::Busy)
    }
}
