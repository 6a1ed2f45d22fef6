//! Gives back what was not committed in time: when its timer rings, or when TTL has deleted it before.

use dynamo::Versioned;

use super::{App, AppError, Refusal, Wake};
use crate::domain::{Action, Denied, Owner, Phase, Reservation};

impl App {
    /// Looks whether the owner's reservation has expired, and if its time has not come yet, looks
    /// again when it has.
    pub(crate) async fn expire(&self, owner: &Owner) -> Result<(), AppError> {
        match self.settle(owner, Action::Expire).await {
            Ok(_) => Ok(()),
            // TTL was faster: what it deletes comes by the stream, to `expire_swept`.
            Err(AppError::Refused(Refusal::NoSuchReservation)) => Ok(()),
            Err(AppError::Refused(Refusal::Reservation(Denied::TooEarly))) => self.watch(owner).await,
            Err(error) => Err(error),
        }
    }

    /// Sets a timer for the end of the owner's reservation, if it is still held.
    pub(crate) async fn watch(&self, owner: &Owner) -> Result<(), AppError> {
        let Some(Versioned { body: reservation, .. }) = self.store.reservation(owner).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        match reservation.phase(now) {
            Phase::Held | Phase::Lapsed => {
                let wake = Wake::ReservationDue { owner: owner.clone() };
                self.wake(reservation.expires_at.duration_since(now), &wake).await
            }
            Phase::Expired | Phase::Released | Phase::Committed => Ok(()),
        }
    }

    /// Expires a reservation whose item TTL has deleted. TTL comes an hour after the end,
    /// so the time has passed whatever the clock of this function says.
    pub(crate) async fn expire_swept(&self, swept: &Versioned<Reservation>) -> Result<(), AppError> {
        let now = self.clock.now().max(swept.body.expires_at);
        match swept.body.act(Action::Expire, now)? {
            None => Ok(()),
            Some(transition) => Ok(self.store.save_swept(swept.version, &transition, now).await?),
        }
    }
}
