//! A session goes on: one conditional write, and one reading for what the owner is now.

use dynamo::Versioned;
use facts::identity::RevocationReason;
use failure::Failure;
use vault::Seal;

use super::{App, AppError, SignedIn};
use crate::domain::{Entry, Event, Origin, Refusal, Shown, ended};
use crate::store::Rotated;
use crate::tokens::RefreshToken;

impl App {
    /// Renews a session. Who races with themselves gets the same successor; who comes too late has a
    /// copy, and the session ends.
    pub async fn refresh_session(&self, shown: &str, origin: &Origin) -> Result<SignedIn, AppError> {
        let ours = |seal: &Seal| Some((RefreshToken::parse(shown, seal).ok()?, seal.clone()));
        let (token, seal) = self.secrets.unseal(ours).await?.ok_or(Refusal::SignedOut("no token of ours"))?;
        let mut successors = token.successors(&seal);
        let now = self.clock.now();
        let (session, next) = match self.store.rotate(&token, &successors[0], now).await? {
            Rotated::Now(session) => (session, successors.remove(0)),
            Rotated::Not(None) => return Err(Refusal::SignedOut("no such session").into()),
            Rotated::Not(Some(session)) => {
                // After a rotation of the secret the successor may be one by the key before.
                let next = successors.into_iter().find(|next| next.digest() == session.digest);
                match (session.judge(&token.digest(), now), next) {
                    (Shown::Again, Some(next)) => (session, next),
                    (Shown::Over, _) => return Err(Refusal::SignedOut("it has ended").into()),
                    (Shown::Again | Shown::Replayed, _) => {
                        self.end_family(&token, origin).await?;
                        return Err(Refusal::SignedOut("its token was replayed").into());
                    }
                }
            }
        };
        let found = self.store.account(token.account).await?;
        let found = found.filter(|found| found.body.keeps(session.id, session.epoch));
        let account = found.ok_or(Refusal::SignedOut("its epoch is over"))?.body;
        self.signed_in(&account, next, &seal).await
    }

    /// Ends a session of which somebody has a copy, and tells its owner.
    async fn end_family(&self, token: &RefreshToken, origin: &Origin) -> Result<(), AppError> {
        observe::count("sessions_replayed", 1);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let now = self.clock.now();
            let found = self.store.session(token.account, token.session).await?;
            let Some(Versioned { version, body: session }) = found.filter(|found| found.body.is_alive(now))
            else {
                return Ok(());
            };
            let reason = RevocationReason::Replayed;
            let facts = ended(token.account, [token.session], reason);
            let entry = Entry::new(Event::RefreshReplayed, origin, now).about(token.session);
            let transaction =
                self.store.transaction(now).session(version, &session.end(reason, now), facts)?;
            if self.store.commit(transaction.audit(token.account, &entry)?).await? {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }
}
