//! What was held is sold. As much is free as before; should somebody have looked at it from an old reading, this is the chance to put it right.

use facts::inventory::ReservationCommitted;
use queue::HearError;

use super::look_at;
use crate::app::App;

pub(super) async fn hear(app: &App, heard: ReservationCommitted) -> Result<(), HearError> {
    look_at(app, &heard.lines).await
}
