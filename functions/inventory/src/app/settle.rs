//! What extending, committing, releasing and expiring have in common.

use dynamo::Versioned;
use failure::Failure;

use super::{App, AppError, Refusal};
use crate::domain::{Action, Owner, Reservation};

impl App {
    /// Does this to the owner's reservation, and returns what it says then. Doing it twice, or
    /// twice at once, does it once.
    pub(crate) async fn settle(&self, owner: &Owner, action: Action) -> Result<Reservation, AppError> {
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let found = self.store.reservation(owner).await?;
            let Versioned { version, body: reservation } = found.ok_or(Refusal::NoSuchReservation)?;
            let now = self.clock.now();
            let Some(transition) = reservation.act(action, now)? else { return Ok(reservation) };
            match self.store.save_reservation(version, &transition, now).await? {
                Ok(()) => return Ok(transition.reservation),
                Err(busy) if busy.reservation.is_none() => {
                    // Fewer units lie there as held than are held: the books are broken, and a person
                    // must look. Nothing was written.
                    tracing::error!(%owner, short = ?busy.short, "held units are missing from their cells");
                    return Err(Failure::Defect("held units are missing from their cells".into()).into());
                }
                Err(_) => {}
            }
        }
        Err(Failure::overtaken().into())
    }
}
