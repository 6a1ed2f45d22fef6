//! The end of an account. What says something about a person goes with it; its name and its dates
//! stay, because the ledger refers to them.

use facts::identity::RevocationReason;

use super::{App, Trouble, Who};
use crate::domain::{Entry, Event, KeyOwner, Origin, Password, ended};

impl App {
    /// Closes the account of whoever knows its password: the e-mail is free again, no session and no
    /// key is good any more. What lies around it is swept when the fact is heard.
    pub async fn close_account(&self, who: &Who, password: &Password) -> Result<(), Trouble> {
        let present = self.present(who).await?;
        let place = self.prove_password(&present.account, password, who).await?;
        let owner = KeyOwner::Account(who.account);
        let (ring_version, ring) = self.store.keyring(owner).await?;
        let living = self.living(&present.account).await?;
        let proven = present.account.password.clone();
        self.amend(who.account, Some((present.version, present.account)), |(version, account), deed| {
            if account.password != proven {
                return Err(Trouble::WrongPassword);
            }
            let email = account.open()?;
            let mut step = account.close(deed.now());
            step.facts.extend(ended(account.id, living.clone(), RevocationReason::AccountClosed));
            // The last line of the trail outlives the rest, so it names no place.
            let entry = Entry::new(Event::Closed, &Origin::default(), deed.now());
            let deed = deed.release(email, account.id).forgive(email).forgive_place(place);
            let deed = deed.audit(account.id, &entry)?;
            let deed = ring.keys.iter().fold(deed, |deed, key| deed.revoke(&key.digest));
            let deed = if ring_version > 0 { deed.no_keyring(owner, ring_version) } else { deed };
            Ok(deed.step(*version, &step)?)
        })
        .await
    }
}
