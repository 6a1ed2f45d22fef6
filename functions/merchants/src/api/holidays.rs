//! The days on which a shop is closed.

use axum::extract::State;
use dynamo::Versioned;
use ids::{HolidayId, MerchantId};
use jiff::civil::Date;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answered, Id, Once, Tagged};

use super::seat::{CurrentClerk, CurrentManager};
use crate::app::App;
use crate::domain::{Calendar, Holiday, HolidayTitle, Shop, Zone};

/// The holidays of a shop that are not over: at most a hundred.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Upcoming {
    /// Where the days are counted.
    time_zone: Zone,
    items: Vec<Holiday>,
}

/// Days on which a shop will be closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHoliday {
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-12-24")]
    from: Date,
    /// The last day, which is one of them.
    #[schema(value_type = String, format = Date, example = "2026-12-26")]
    to: Date,
    title: Option<HolidayTitle>,
}

fn upcoming(app: &App, shop: &Shop, calendar: &Versioned<Calendar>) -> Tagged<Upcoming> {
    let time_zone = shop.zone.clone();
    let items = calendar.body.upcoming(time_zone.today(app.clock.now())).cloned().collect();
    Tagged { version: calendar.version, body: Upcoming { time_zone, items } }
}

/// When a shop is closed, from today on.
pub(super) async fn list_holidays(
    State(app): State<App>,
    Id(merchant): Id<MerchantId>,
) -> Result<Tagged<Upcoming>, Problem> {
    let (shop, calendar) = app.store.public_calendar(merchant).await?;
    Ok(upcoming(&app, &shop.body, &calendar))
}

/// When one's own shop is closed, from today on.
pub(super) async fn list_own_holidays(
    State(app): State<App>,
    CurrentClerk(actor): CurrentClerk,
) -> Result<Tagged<Upcoming>, Problem> {
    let calendar = app.store.load(&app.store.calendar_at(actor.merchant)).await?;
    Ok(upcoming(&app, &actor.shop.body, &calendar))
}

/// Closes the shop on some days. `If-Match` is about the holidays.
pub(super) async fn add_holiday(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    once: Once<NewHoliday>,
) -> Answered<Holiday, 201> {
    let view = |added: &Versioned<Holiday>| Tagged { version: added.version, body: added.body.clone() };
    once.answer(view, |NewHoliday { from, to, title }, receipt| async move {
        app.add_holiday(&actor, (from, to), title, receipt).await
    })
    .await
}

/// Opens the shop on days on which it would have been closed. `If-Match` is about the holidays.
pub(super) async fn remove_holiday(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Id(holiday): Id<HolidayId>,
) -> Result<Tagged<Upcoming>, Problem> {
    let (shop, calendar) = app.remove_holiday(&actor, holiday).await?;
    Ok(upcoming(&app, &shop.body, &calendar))
}
