//! What extending, committing, releasing and expiring have in common.

use super::{App, AppError, Refusal};
use crate::domain::{Action, Decision, Owner, Reservation};
use failure::Failure;

impl App {
    /// Does this to the owner's reservation, and returns what it says then. Doing it twice, or
    /// twice at once, does it once.
    pub(crate) async fn settle(&self, owner: &Owner, action: Action) -> Result<Reservation, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let found = self.store.reservation(owner).await?;
            let (version, reservation) = found.ok_or(Refusal::NoSuchReservation)?;
            let now = self.clock.now();
            let transition = match reservation.act(action, now)? {
                Decision::Already => return Ok(reservation),
                Decision::Becomes(transition) => transition,
            };
            match self.store.save_reservation(version, &transition, now).await? {
                Ok(()) => return Ok(transition.reservation),
                Err(busy) if busy.reservation.is_none() => {
                    // Fewer units lie there as held than are held: the books are broken, and a person
                    // must look. Nothing was written.
                    tracing::error!(%owner, cells = ?busy.short, "held units are missing from their cells");
                    return Err(Failure::overtaken().into());
                }
                Err(_) => {}
            }
        }
        Err(Failure::overtaken().into())
    }
}
