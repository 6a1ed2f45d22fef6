//! The days on which a shop is closed. The calendar has a version of its own, so that `If-Match` is about
//! the holidays and not about everything that a shop says.

use dynamo::{Receipt, Versioned};
use ids::HolidayId;
use jiff::civil::Date;

use super::{Actor, App, AppError};
use crate::domain::{Action, Calendar, Holiday, HolidayTitle, Shop};

impl App {
    pub(crate) async fn add_holiday(
        &self,
        actor: &Actor,
        (from, to): (Date, Date),
        title: Option<HolidayTitle>,
        receipt: Receipt<Versioned<Holiday>>,
    ) -> Result<Versioned<Holiday>, AppError> {
        let holiday = Holiday { id: HolidayId::mint(&self.mint), from, to, title };
        let added = holiday.clone();
        let receipt = receipt.of(move |calendar: &Versioned<Calendar>| calendar.with(added.clone()));
        let at = (self.store.calendar_at(actor.merchant), actor.seen);
        let decide = |shop: &Shop, calendar: &mut Calendar, now| {
            shop.allows(Action::Staff)?;
            *calendar = calendar.add(holiday.clone(), shop.zone.today(now))?;
            Ok(Vec::new())
        };
        let (_, calendar) = self.change_beside(actor, at, Some(receipt), decide).await?;
        Ok(calendar.with(holiday))
    }

    pub(crate) async fn remove_holiday(
        &self,
        actor: &Actor,
        id: HolidayId,
    ) -> Result<(Versioned<Shop>, Versioned<Calendar>), AppError> {
        let at = (self.store.calendar_at(actor.merchant), actor.seen);
        let decide = |shop: &Shop, calendar: &mut Calendar, _| {
            shop.allows(Action::Staff)?;
            *calendar = calendar.remove(id)?;
            Ok(Vec::new())
        };
        self.change_beside(actor, at, None, decide).await
    }
}
