//! The owner ends a session: this one to sign out, or another one.

use dynamo::Versioned;
use facts::identity::RevocationReason;
use ids::SessionId;

use super::{App, AppError, Who};
use crate::domain::{Entry, Event, Refusal, ended};

impl App {
    pub async fn end_session(&self, who: &Who, session: SessionId) -> Result<(), AppError> {
        let account = self.present(who).await?.known.body;
        self.again(|| async {
            let now = self.clock.now();
            let found = self.store.session(who.account, session).await?;
            let found = found.filter(|s| s.body.is_alive(now) && account.keeps(s.body.id, s.body.epoch));
            let Versioned { version, body: alive } = found.ok_or(Refusal::NoSuchSession)?;
            let reason = RevocationReason::SignedOut;
            let facts = ended(who.account, [session], reason);
            let entry = Entry::new(Event::SessionEnded, &who.origin, now).about(session);
            let transaction = self.store.transaction(now).session(version, &alive.end(reason, now), facts)?;
            Ok((transaction.audit(who.account, &entry)?, ()))
        })
        .await
    }
}
