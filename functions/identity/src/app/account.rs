//! What the owner of an account sees of it and changes of it, until its end.

use dynamo::{Page, Versioned};
use facts::identity::RevocationReason;
use failure::Failure;
use ids::AccountId;

use super::{App, AppError, Who};
use crate::domain::{Account, Entry, Event, KeyOwner, Origin, Password};
use crate::store::{Known, Part};

impl App {
    /// The trail of an account, newest first.
    pub async fn list_events(&self, who: &Who, part: Part) -> Result<Page<Entry>, AppError> {
        self.present(who).await?;
        Ok(self.store.trail(who.account, part).await?)
    }

    /// Changes what an account says of its owner. It takes no key that makes it happen once: what is
    /// remembered of a request would outlive the person it speaks of.
    pub(crate) async fn change_profile(
        &self,
        who: &Who,
        seen: Option<u64>,
        change: impl Fn(&Account) -> Account + Send + Sync,
    ) -> Result<Known, AppError> {
        let present = self.present(who).await?;
        self.amend(present.known, Some(present.session), |known, transaction| {
            known.is_seen(seen)?;
            let changed = change(&known.body);
            let transaction = transaction.account(known.version, &changed);
            Ok((transaction, Versioned { version: known.version + 1, body: changed }))
        })
        .await
    }

    /// Closes an account: the e-mail is free again, no session and no key is good any more. Its name and
    /// its dates stay, because the ledger refers to them. What lies around it is swept when the fact is
    /// heard.
    pub async fn close_account(&self, who: &Who, password: &Password) -> Result<(), AppError> {
        let (present, proof) = self.prove_password(who, password).await?;
        let owner = KeyOwner::Account(who.account);
        let revocations =
            self.revocations(&present.known.body, None, RevocationReason::AccountClosed).await?;
        let (mut attempts, mut read) = (self.store.attempts(), Some(present));
        // A loop of its own, because the list of keys is read again at every try: a key that is made
        // meanwhile is either seen and goes, or comes too late.
        while attempts.next().await {
            let present = match read.take() {
                Some(present) => present,
                None => self.present(who).await?,
            };
            let account = &present.known.body;
            proof.still_holds(account)?;
            let ring = self.store.keyring(owner).await?;
            let transaction = self.store.transaction(self.clock.now());
            let email = account.open()?;
            let mut step = account.close(transaction.now());
            step.facts.extend(revocations.clone());
            // The last line of the trail outlives the rest, so it names no place.
            let entry = Entry::new(Event::Closed, &Origin::default(), transaction.now());
            let transaction =
                transaction.release(email, account.id).forgive(email).forgive_place(proof.place);
            let transaction = transaction.audit(account.id, &entry).revoke(&ring.body.keys);
            let transaction = transaction.no_keyring(owner, ring.version).step(present.known.version, &step);
            if self.store.commit(transaction.by(&present)).await? {
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
    }

    /// Sweeps sessions and trail of a closed account until nothing is left of them.
    pub async fn sweep_account(&self, account: AccountId) -> Result<(), AppError> {
        let found = self.store.account(account).await?;
        if found.is_none_or(|found| found.body.closed_at.is_none()) {
            observe::count("accounts_not_swept", 1);
            return Ok(());
        }
        while self.store.sweep(account).await? {}
        Ok(())
    }
}
