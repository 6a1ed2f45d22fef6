//! Something is held: somebody must look when its time has passed, even if the function that wrote
//! it died right after. That is why the timer is set here, by the fact, and not there.

use facts::inventory::ReservationMade;
use queue::HearError;

use super::look_at;
use crate::app::App;
use crate::domain::Owner;

pub(super) async fn hear(app: &App, made: ReservationMade) -> Result<(), HearError> {
    let owner: Owner = made.owner.parse().map_err(HearError::unreadable)?;
    app.watch(&owner).await?;
    look_at(app, &made.lines).await
}
