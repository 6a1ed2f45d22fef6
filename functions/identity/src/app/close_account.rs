//! The end of an account. What says something about a person goes with it; its name and its dates
//! stay, because the ledger refers to them.

use facts::identity::RevocationReason;
use failure::Failure;

use super::{App, AppError, Who};
use crate::domain::{Entry, Event, KeyOwner, Origin, Password, Refusal, ended};

impl App {
    /// Closes the account of whoever knows its password: the e-mail is free again, no session and no
    /// key is good any more. What lies around it is swept when the fact is heard.
    pub async fn close_account(&self, who: &Who, password: &Password) -> Result<(), AppError> {
        let present = self.present(who).await?;
        let place = self.prove_password(&present.known.body, password, who).await?;
        let owner = KeyOwner::Account(who.account);
        let living = self.living(&present.known.body).await?;
        let proven = present.known.body.password.clone();
        let (mut attempts, mut read) = (self.store.attempts(), Some(present));
        while attempts.next().await {
            let present = match read.take() {
                Some(present) => present,
                None => self.present(who).await?,
            };
            let account = &present.known.body;
            if account.password != proven {
                return Err(Refusal::WrongPassword.into());
            }
            // Read again at every try: whoever makes a key meanwhile either sees it go or is too late.
            let (ring_version, ring) = self.store.keyring(owner).await?;
            let transaction = self.store.transaction(self.clock.now());
            let email = account.open()?;
            let mut step = account.close(transaction.now());
            step.facts.extend(ended(account.id, living.clone(), RevocationReason::AccountClosed));
            // The last line of the trail outlives the rest, so it names no place.
            let entry = Entry::new(Event::Closed, &Origin::default(), transaction.now());
            let transaction = transaction.release(email, account.id).forgive(email).forgive_place(place);
            let transaction = transaction.audit(account.id, &entry)?;
            let transaction =
                ring.keys.iter().fold(transaction, |transaction, key| transaction.revoke(&key.digest));
            let transaction =
                transaction.no_keyring(owner, ring_version).step(present.known.version, &step)?;
            if self.store.commit(transaction.by(&present)).await? {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }
}
