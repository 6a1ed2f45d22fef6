//! The owner ends a session: this one to sign out, or another one.

use facts::identity::RevocationReason;
use ids::SessionId;

use super::{App, AppError, Who};
use crate::domain::{Entry, Event, ended};

impl App {
    /// Ends one session of whoever asks.
    pub async fn end_session(&self, who: &Who, session: SessionId) -> Result<(), AppError> {
        let account = self.present(who).await?.account;
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let found = self.store.session(who.account, session).await?;
            let found = found.filter(|(_, s)| s.is_alive(now) && account.keeps(s.id, s.epoch));
            let (version, alive) = found.ok_or(AppError::NoSuchSession)?;
            let reason = RevocationReason::SignedOut;
            let facts = ended(who.account, [session], reason);
            let entry = Entry::new(Event::SessionEnded, &who.origin, now).about(session);
            let transaction = self.store.transaction(now).session(version, &alive.end(reason, now), facts)?;
            if self.store.commit(transaction.audit(who.account, &entry)?).await?.is_ok() {
                return Ok(());
            }
        }
        Err(AppError::Busy)
    }
}
