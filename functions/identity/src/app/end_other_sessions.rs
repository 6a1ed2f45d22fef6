//! The owner ends every session but this one.

use facts::identity::RevocationReason;

use super::{App, AppError, Who};
use crate::domain::{Entry, Event, ended};

impl App {
    /// Ends every other session of whoever asks, by one write.
    pub async fn end_other_sessions(&self, who: &Who) -> Result<(), AppError> {
        let present = self.present(who).await?;
        let living = self.living(&present.known.body).await?;
        let living: Vec<_> = living.into_iter().filter(|session| Some(*session) != who.session).collect();
        self.amend_own(who, present, |known, transaction| {
            let account = &known.body;
            let mut step = account.silently();
            step.account = account.in_a_new_epoch(who.session);
            step.facts = ended(account.id, living.clone(), RevocationReason::SignedOut);
            let entry = Entry::new(Event::SessionsEnded, &who.origin, transaction.now());
            Ok((transaction.step(known.version, &step)?.audit(account.id, &entry)?, ()))
        })
        .await
    }
}
