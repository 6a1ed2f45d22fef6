//! Gives back what nobody came for: at the timer's word, or when the broom has been there first.

use super::{App, AppError, Wake};
use crate::domain::{Action, Decision, Owner, Phase, Refusal};
use crate::store::Swept;

impl App {
    /// Looks whether the owner's reservation has expired, and if its time has not come yet, looks
    /// again when it has.
    pub async fn expire(&self, owner: &Owner) -> Result<(), AppError> {
        match self.settle(owner, Action::Expire).await {
            Ok(_) => Ok(()),
            // The broom was there first, and whoever watches the broom does the rest.
            Err(AppError::NoSuchReservation) => Ok(()),
            Err(AppError::Reservation(Refusal::TooEarly)) => self.watch(owner).await,
            Err(trouble) => Err(trouble),
        }
    }

    /// Sees to it that somebody looks when the owner's reservation is due.
    pub async fn watch(&self, owner: &Owner) -> Result<(), AppError> {
        let Some((_, reservation)) = self.store.reservation(owner).await? else { return Ok(()) };
        let now = self.clock.now();
        match reservation.phase(now) {
            Phase::Held | Phase::Lapsed => {
                let wake = Wake::ReservationDue { owner: owner.clone() };
                self.wake(reservation.expires_at.duration_since(now), &wake).await
            }
            Phase::Expired | Phase::Released | Phase::Committed => Ok(()),
        }
    }

    /// Expires a reservation whose item the broom has taken. The broom comes an hour after the end,
    /// so the time has passed whatever the clock of this function says.
    pub async fn expire_swept(&self, swept: &Swept) -> Result<(), AppError> {
        let reservation = &swept.reservation;
        let now = self.clock.now().max(reservation.expires_at);
        match reservation.act(Action::Expire, now)? {
            Decision::Already => Ok(()),
            Decision::Becomes(transition) => {
                Ok(self.store.save_swept(swept.version, &transition, now).await?)
            }
        }
    }
}
