//! The days on which a shop is closed, from today on, as the shop counts days.

use ids::MerchantId;

use super::{Actor, App, AppError};
use crate::domain::{Calendar, Holiday, Zone};
use crate::store::Kept;

/// Upcoming holidays.
#[derive(Clone, Debug)]
pub struct Holidays {
    /// Those that are not over, the next one first.
    pub items: Vec<Holiday>,
    /// Where the shop counts its days.
    pub zone: Zone,
    /// The version of the calendar.
    pub version: u64,
}

impl App {
    /// Of a shop that everybody may see.
    pub async fn list_holidays(&self, merchant: MerchantId) -> Result<Holidays, AppError> {
        let found = self.store.peek_calendar(merchant).await?;
        let found = found.filter(|(kept, _)| kept.shop.state.is_public());
        let (kept, (calendar, version)) = found.ok_or(AppError::NoSuchShop)?;
        Ok(self.upcoming(&kept, &calendar, version))
    }

    /// Of one's own shop, in whatever state it is.
    pub async fn list_own_holidays(&self, actor: &Actor) -> Result<Holidays, AppError> {
        let (calendar, version) = self.store.calendar(actor.merchant).await?;
        Ok(self.upcoming(&actor.kept, &calendar, version))
    }

    pub(super) fn upcoming(&self, kept: &Kept, calendar: &Calendar, version: u64) -> Holidays {
        let zone = kept.shop.zone.clone();
        let items = calendar.upcoming(zone.today(self.clock.now())).cloned().collect();
        Holidays { items, zone, version }
    }
}
