//! What was held was given back: it is to be had again.

use facts::inventory::ReservationReleased;
use queue::HearError;

use super::look_at;
use crate::app::App;

pub(super) async fn hear(app: &App, heard: ReservationReleased) -> Result<(), HearError> {
    look_at(app, &heard.lines).await
}
