//! Nobody came for what was held: it is to be had again.

use facts::inventory::ReservationExpired;
use queue::HearError;

use super::look_at;
use crate::app::App;

pub(super) async fn hear(app: &App, heard: ReservationExpired) -> Result<(), HearError> {
    look_at(app, &heard.lines).await
}
