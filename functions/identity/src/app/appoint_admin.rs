//! The first admin. Only the command line of a host calls this, and never by itself.

use failure::Failure;
use std::collections::BTreeSet;

use ids::{AccountId, LetterId};

use super::{App, AppError};
use crate::domain::{Account, Email, Entry, Event, Origin, Password, Refusal, Role};

/// Who runs the market from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appointed {
    /// An account that was there, and keeps its password.
    Known(AccountId),
    /// An account that was made for it, or that nobody had confirmed: it has the password that was
    /// given, and is confirmed, since whoever sits at the host vouches for the e-mail.
    Made(AccountId),
}

impl App {
    /// Makes whoever has this e-mail an admin; an account that is not there yet is made, with this
    /// password.
    pub async fn appoint_admin(
        &self,
        email: &Email,
        password: Option<&Password>,
    ) -> Result<Appointed, AppError> {
        let origin = Origin::default();
        if let Some(account) = self.store.account_behind(email).await? {
            let known = self.open_account(account).await?;
            // Anybody may have registered an e-mail that nobody has confirmed, and must not run the
            // market for it: it gets the host's password, and whoever has signed in is out.
            let fresh = match (known.body.is_confirmed(), password) {
                (true, _) => None,
                (false, None) => return Err(Refusal::PasswordNeeded.into()),
                (false, Some(password)) => {
                    password.judge(email)?;
                    Some(self.hasher.hash(password).await?)
                }
            };
            self.amend(account, known, |known, transaction| {
                let account = &known.body;
                let mut step = account.confirm(transaction.now());
                if let Some(hash) = &fresh {
                    step.account = step.account.with_password(hash.clone(), None);
                }
                step.account.granted.insert(Role::Admin);
                let entry =
                    Entry::new(Event::RoleGranted, &origin, transaction.now()).about("admin").by("the host");
                Ok((transaction.step(known.version, &step)?.audit(account.id, &entry)?, ()))
            })
            .await?;
            return Ok(match fresh {
                Some(_) => Appointed::Made(account),
                None => Appointed::Known(account),
            });
        }
        let password = password.ok_or(Refusal::PasswordNeeded)?;
        password.judge(email)?;
        let hash = self.hasher.hash(password).await?;
        let (id, letter) = (AccountId::mint(&self.mint), LetterId::mint(&self.mint));
        let (now, locale) = (self.clock.now(), "en".parse().expect("`en` is a language"));
        let account = Account::register(id, email.clone(), None, locale, hash, letter, now).account;
        let mut step = account.confirm(now);
        step.account.granted = BTreeSet::from([Role::Admin]);
        let entry = |event| Entry::new(event, &origin, now).by("the host");
        let transaction = self.store.transaction(now).claim(email, id)?.step(0, &step)?;
        let transaction = transaction.audit(id, &entry(Event::Registered))?;
        let transaction = transaction.audit(id, &entry(Event::RoleGranted).about("admin"))?;
        match self.store.commit_or_refuse(transaction).await? {
            true => Ok(Appointed::Made(id)),
            false => Err(Failure::overtaken().into()),
        }
    }
}
