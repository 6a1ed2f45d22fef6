//! What admins see and change of accounts, and where the first of them comes from.

use std::collections::BTreeSet;

use dynamo::{Receipt, Versioned};
use facts::identity::{RevocationReason, Tier};
use failure::Failure;
use ids::{AccountId, LetterId, MerchantId};
use lambda::{Surroundings, Unready};

use super::{App, AppError, Who};
use crate::domain::{Account, Email, Entry, Event, KeyOwner, Keyring, Origin, Password, Refusal, Role};
use crate::store::{Known, Transaction};

/// Who runs the market from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appointed {
    /// An account that was there, and keeps its password.
    Known(AccountId),
    /// An account that was made for it, or that was not confirmed: it has the password that was given, and
    /// is confirmed, since who sits at the host vouches for the e-mail.
    Made(AccountId),
}

/// Why there is no new admin.
#[derive(Debug, thiserror::Error)]
pub enum NotAppointed {
    /// The host is not ready for it.
    #[error(transparent)]
    Unready(#[from] Unready),
    /// The e-mail or the password is none.
    #[error(transparent)]
    Malformed(#[from] words::OutOfBounds),
    /// The use case says no.
    #[error(transparent)]
    Refused(#[from] AppError),
}

/// Makes the account with this e-mail an admin: for the command line of a host, which is the only way to
/// the first one. An account that is not there yet needs a password.
pub async fn appoint_admin(
    around: &Surroundings,
    email: &str,
    password: Option<&str>,
) -> Result<Appointed, NotAppointed> {
    let email: Email = email.parse()?;
    let password = password.map(|text| Password::try_from(text.to_owned())).transpose()?;
    Ok(App::open(around)?.appoint_admin(&email, password.as_ref()).await?)
}

impl App {
    async fn appoint_admin(&self, email: &Email, password: Option<&Password>) -> Result<Appointed, AppError> {
        let found = match self.store.account_behind(email).await? {
            Some(account) => Some(self.open_account(account).await?),
            None => None,
        };
        // An e-mail that is not confirmed may be registered by anyone, who must not run the market for it:
        // the account gets the host's password, and who has signed in is out.
        let fresh = match (&found, password) {
            (Some(known), _) if known.body.is_confirmed() => None,
            (_, None) => return Err(Refusal::PasswordNeeded.into()),
            (_, Some(password)) => {
                password.judge(email)?;
                Some(self.hasher.hash(password).await?)
            }
        };
        let entry = |event, now| Entry::new(event, &Origin::default(), now).by("the host");
        if let Some(known) = found {
            let account = known.body.id;
            self.amend(known, None, |known, transaction| {
                let mut step = known.body.confirm(transaction.now());
                if let Some(hash) = &fresh {
                    step.account = step.account.with_password(hash.clone(), None);
                }
                step.account.granted.insert(Role::Admin);
                let entry = entry(Event::RoleGranted, transaction.now()).about("admin");
                Ok((transaction.step(known.version, &step).audit(account, &entry), ()))
            })
            .await?;
            return Ok(if fresh.is_some() { Appointed::Made(account) } else { Appointed::Known(account) });
        }
        let hash = fresh.ok_or(Refusal::PasswordNeeded)?;
        let (id, letter) = (AccountId::mint(&self.mint), LetterId::mint(&self.mint));
        let (now, locale) = (self.clock.now(), "en".parse().expect("`en` is a language"));
        let account = Account::register(id, email.clone(), None, locale, hash, letter, now).account;
        let mut step = account.confirm(now);
        step.account.granted = BTreeSet::from([Role::Admin]);
        let transaction = self.store.transaction(now).claim(email, id).step(0, &step);
        let transaction = transaction.audit(id, &entry(Event::Registered, now));
        let transaction = transaction.audit(id, &entry(Event::RoleGranted, now).about("admin"));
        match self.store.commit_or_refuse(transaction).await? {
            true => Ok(Appointed::Made(id)),
            false => Err(Failure::overtaken().into()),
        }
    }

    pub async fn find_account(&self, email: &Email) -> Result<(Known, Tier), AppError> {
        let behind = self.store.account_behind(email).await?.ok_or(Refusal::NoSuchAccount)?;
        self.read_account(behind).await
    }

    /// An account, closed ones included, and the tier of its keys.
    pub async fn read_account(&self, account: AccountId) -> Result<(Known, Tier), AppError> {
        let known = self.store.account(account).await?.ok_or(Refusal::NoSuchAccount)?;
        let ring = self.store.keyring(KeyOwner::Account(account)).await?;
        Ok((known, ring.body.tier))
    }

    /// Grants a role or takes it away; done twice it is done. Tokens that were signed before still say a
    /// role for ten minutes, and are not believed in it.
    pub async fn change_role(
        &self,
        admin: &Who,
        (account, seen): (AccountId, Option<u64>),
        (event, role): (Event, Role),
        receipt: Receipt<Known>,
    ) -> Result<Known, AppError> {
        let grants = event == Event::RoleGranted;
        // Or there could be no admin left to give it back.
        if !grants && admin.account == account && role == Role::Admin {
            return Err(Refusal::OwnRole.into());
        }
        self.again(|| async {
            let (known, ruler) = self.ruled(admin, account).await?;
            known.is_seen(seen)?;
            let transaction = self.store.transaction(self.clock.now());
            let changed = if grants { known.body.with_role(role)? } else { known.body.without_role(role) };
            let about = match role {
                Role::Operator => "operator",
                Role::Admin => "admin",
            };
            let entry = Entry::new(event, &Origin::default(), transaction.now());
            let entry = entry.about(about).by(admin.account);
            let new = Versioned { version: known.version + 1, body: changed };
            let transaction = transaction.account(known.version, &new.body).audit(account, &entry);
            Ok((transaction.receipt(receipt.write(&new)).by(&ruler), new))
        })
        .await
    }

    /// Gives the keys of an account another tier, those that there are and those to come. The tier is
    /// read as something of the account, so it makes the account's next version.
    pub async fn set_tier(
        &self,
        admin: &Who,
        (account, seen): (AccountId, Option<u64>),
        tier: Tier,
        receipt: Receipt<Versioned<Tier>>,
    ) -> Result<Versioned<Tier>, AppError> {
        self.again(|| async {
            let (known, ruler) = self.ruled(admin, account).await?;
            known.is_seen(seen)?;
            let transaction = self.ring_at_tier(KeyOwner::Account(account), tier).await?;
            let entry = Entry::new(Event::TierChanged, &Origin::default(), transaction.now());
            let entry = entry.about(word(tier)).by(admin.account);
            let new = Versioned { version: known.version + 1, body: tier };
            let transaction = transaction.account(known.version, &known.body).audit(account, &entry);
            Ok((transaction.by(&ruler).receipt(receipt.write(&new)), new))
        })
        .await
    }

    /// Gives the keys of a shop another tier. A shop has no trail of its own; the wide event names who
    /// did it.
    pub async fn set_shop_tier(
        &self,
        admin: &Who,
        merchant: MerchantId,
        tier: Tier,
        receipt: Receipt<Tier>,
    ) -> Result<Tier, AppError> {
        self.again(|| async {
            let ruler = self.in_charge(admin).await?;
            let transaction = self.ring_at_tier(KeyOwner::Shop(merchant), tier).await?.by(&ruler);
            Ok((transaction.receipt(receipt.write(&tier)), tier))
        })
        .await
    }

    /// What another tier changes of a ring and of every key on it.
    async fn ring_at_tier(&self, owner: KeyOwner, tier: Tier) -> Result<Transaction, AppError> {
        let now = self.clock.now();
        let found = self.store.keyring(owner).await?;
        let ring = Keyring { tier, ..found.body.at(now) };
        let transaction = self.store.transaction(now).keyring(owner, found.version, &ring);
        Ok(ring.keys.iter().fold(transaction, |transaction, key| transaction.tier(&key.digest, word(tier))))
    }

    /// Ends every session of an account, by one write.
    pub async fn sign_out_account(&self, admin: &Who, account: AccountId) -> Result<(), AppError> {
        self.again(|| async {
            let (known, ruler) = self.ruled(admin, account).await?;
            let mut step = known.body.in_a_new_epoch(None).silently();
            step.facts = self.revocations(&known.body, None, RevocationReason::ByAdmin).await?;
            let transaction = self.store.transaction(self.clock.now());
            let entry = Entry::new(Event::SessionsEnded, &Origin::default(), transaction.now());
            let transaction = transaction.step(known.version, &step);
            Ok((transaction.audit(account, &entry.by(admin.account)).by(&ruler), ()))
        })
        .await
    }
}

fn word(tier: Tier) -> &'static str {
    match tier {
        Tier::Free => "free",
        Tier::Standard => "standard",
        Tier::Business => "business",
    }
}
