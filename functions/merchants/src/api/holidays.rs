//! The days on which a shop is closed.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use ids::{HolidayId, MerchantId};
use jiff::civil::Date;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Id, Once, Versioned};

use super::seat::{CurrentClerk, CurrentManager};
use crate::app::{App, Holidays};
use crate::domain::{Holiday, HolidayTitle, Zone};

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

fn upcoming(holidays: Holidays) -> Versioned<Upcoming> {
    let Holidays { items, zone, version } = holidays;
    Versioned { version, body: Upcoming { time_zone: zone, items } }
}

/// When a shop is closed, from today on.
#[utoipa::path(
    get, path = "/merchants/shops/{merchant}/holidays", tag = "public", params(("merchant" = MerchantId, Path)),
    responses((status = OK, body = Upcoming), (status = "default", body = Problem)),
)]
pub(super) async fn list_holidays(
    State(app): State<App>,
    Id(merchant): Id<MerchantId>,
) -> Result<Versioned<Upcoming>, Problem> {
    Ok(upcoming(app.list_holidays(merchant).await?))
}

/// When one's own shop is closed, from today on.
#[utoipa::path(
    get, path = "/merchants/{merchant}/holidays", tag = "merchant", params(("merchant" = MerchantId, Path)),
    responses((status = OK, body = Upcoming), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn list_own_holidays(
    State(app): State<App>,
    CurrentClerk(actor): CurrentClerk,
) -> Result<Versioned<Upcoming>, Problem> {
    Ok(upcoming(app.list_own_holidays(&actor).await?))
}

/// Closes the shop on some days. `If-Match` is about the holidays.
#[utoipa::path(
    post, path = "/merchants/{merchant}/holidays", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("Idempotency-Key" = String, Header),
        ("If-Match" = Option<String>, Header),
    ),
    request_body = NewHoliday,
    responses((status = CREATED, body = Holiday), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn add_holiday(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    once: Once<NewHoliday>,
) -> Response {
    once.run(|NewHoliday { from, to, title }, receipt| async move {
        let sign =
            |(holiday, version): &(Holiday, u64)| receipt.versioned(StatusCode::CREATED, *version, holiday);
        app.add_holiday(&actor, from, to, title, &sign).await?;
        Ok(())
    })
    .await
}

/// Opens the shop on days on which it would have been closed. `If-Match` is about the holidays.
#[utoipa::path(
    post, path = "/merchants/{merchant}/holidays/{holiday}/remove", tag = "merchant",
    params(
        ("merchant" = MerchantId, Path), ("holiday" = HolidayId, Path), ("If-Match" = Option<String>, Header),
    ),
    responses((status = OK, body = Upcoming), (status = "default", body = Problem)),
    security(("person" = []), ("program" = ["merchants:write"])),
)]
pub(super) async fn remove_holiday(
    State(app): State<App>,
    CurrentManager(actor): CurrentManager,
    Id(holiday): Id<HolidayId>,
) -> Result<Versioned<Upcoming>, Problem> {
    Ok(upcoming(app.remove_holiday(&actor, holiday).await?))
}
