//! A letter is what a mail carries: the proof that who shows it reads that e-mail.
//!
//! Invariants: a letter is good once and for a while; it is void as soon as the address that it went
//! to, or the password that it was to replace or to confirm, is another. It holds no token and no address.

use ids::{AccountId, LetterId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Account, Email, Refusal};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub id: LetterId,
    pub purpose: Purpose,
    pub account: AccountId,
    /// A digest: a letter holds no address.
    pub to: String,
    pub epoch: u32,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    ConfirmEmail,
    ResetPassword,
    /// Its reader registers again: the letter says that there is an account, and lets them in.
    AlreadyRegistered,
    ChangeEmailOld,
    ChangeEmailNew,
}

impl Purpose {
    pub const ALL: [Purpose; 5] = [
        Purpose::ConfirmEmail,
        Purpose::ResetPassword,
        Purpose::AlreadyRegistered,
        Purpose::ChangeEmailOld,
        Purpose::ChangeEmailNew,
    ];

    pub const fn lifetime(self) -> SignedDuration {
        match self {
            Purpose::ConfirmEmail => SignedDuration::from_hours(3 * 24),
            Purpose::ResetPassword | Purpose::AlreadyRegistered => SignedDuration::from_hours(1),
            Purpose::ChangeEmailOld | Purpose::ChangeEmailNew => SignedDuration::from_hours(24),
        }
    }

    /// The word that is part of what its token is made of.
    pub const fn word(self) -> &'static str {
        match self {
            Purpose::ConfirmEmail => "confirm_email",
            Purpose::ResetPassword => "reset_password",
            Purpose::AlreadyRegistered => "already_registered",
            Purpose::ChangeEmailOld => "change_email_old",
            Purpose::ChangeEmailNew => "change_email_new",
        }
    }

    pub const fn resets(self) -> bool {
        matches!(self, Purpose::ResetPassword | Purpose::AlreadyRegistered)
    }
}

impl Letter {
    pub fn new(
        id: LetterId,
        purpose: Purpose,
        account: AccountId,
        to: &Email,
        epoch: u32,
        now: Timestamp,
    ) -> Letter {
        let expires_at = now + purpose.lifetime();
        Letter { id, purpose, account, to: to.digest(), epoch, expires_at, used_at: None }
    }

    pub fn is_to(&self, email: &Email) -> bool {
        self.to == email.digest()
    }

    /// Where it goes, if it is still worth sending, or showing.
    pub fn address<'a>(&self, account: &'a Account, now: Timestamp) -> Result<&'a Email, Refusal> {
        if self.used_at.is_some() {
            return Err(Refusal::LetterUsed);
        }
        if self.expires_at <= now {
            return Err(Refusal::LetterExpired);
        }
        let moving = account.moving.as_ref().filter(|moving| moving.until > now);
        let moving = moving.filter(|moving| moving.letters.contains(&self.id));
        let to = match self.purpose {
            Purpose::ChangeEmailNew => moving.map(|moving| &moving.to),
            Purpose::ChangeEmailOld => moving.and(account.email.as_ref()),
            // It confirms the registration that it was written for, and no other of the same e-mail.
            Purpose::ConfirmEmail => {
                let is_asked = !account.is_confirmed() && self.epoch == account.epoch;
                account.email.as_ref().filter(|_| is_asked)
            }
            Purpose::ResetPassword | Purpose::AlreadyRegistered => {
                account.email.as_ref().filter(|_| self.epoch == account.epoch)
            }
        };
        let open = account.closed_at.is_none();
        to.filter(|to| open && self.is_to(to)).ok_or(Refusal::LetterVoid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PasswordHash;
    use ids::Uuid;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn account() -> Account {
        let id = AccountId::from_uuid(Uuid::from_u128(1));
        let hash = PasswordHash::new("$argon2id$".into());
        let letter = LetterId::from_uuid(Uuid::from_u128(1));
        let email = "ada@example.org".parse().unwrap();
        Account::register(id, email, None, "en".parse().unwrap(), hash, letter, noon()).account
    }

    fn letter(purpose: Purpose, account: &Account) -> Letter {
        let id = LetterId::from_uuid(Uuid::from_u128(2));
        Letter::new(id, purpose, account.id, account.email.as_ref().unwrap(), account.epoch, noon())
    }

    #[test]
    fn a_letter_is_good_once_and_for_its_time() {
        let account = account();
        for purpose in [Purpose::ConfirmEmail, Purpose::ResetPassword, Purpose::AlreadyRegistered] {
            let letter = letter(purpose, &account);
            assert_eq!(letter.address(&account, noon()), Ok(account.email.as_ref().unwrap()));
            let late = noon() + purpose.lifetime();
            assert_eq!(letter.address(&account, late), Err(Refusal::LetterExpired), "{purpose:?}");
            let used = Letter { used_at: Some(noon()), ..letter };
            assert_eq!(used.address(&account, noon()), Err(Refusal::LetterUsed));
        }
    }

    #[test]
    fn a_letter_is_void_when_what_it_was_for_is_no_more() {
        let account = account();
        let reset = letter(Purpose::ResetPassword, &account);
        let other = account.with_password(PasswordHash::new("other".into()), None);
        assert_eq!(reset.address(&other, noon()), Err(Refusal::LetterVoid), "the password is another");
        let confirm = letter(Purpose::ConfirmEmail, &account);
        let confirmed = account.confirm(noon()).account;
        assert_eq!(
            confirm.address(&confirmed, noon()),
            Err(Refusal::LetterVoid),
            "there is nothing to confirm"
        );
        let elsewhere = Account { email: "new@example.org".parse().ok(), ..account.clone() };
        assert_eq!(confirm.address(&elsewhere, noon()), Err(Refusal::LetterVoid), "the address is another");
        assert_eq!(reset.address(&account.close(noon()).account, noon()), Err(Refusal::LetterVoid));
        let moving = letter(Purpose::ChangeEmailOld, &account);
        assert_eq!(moving.address(&account, noon()), Err(Refusal::LetterVoid), "no account moves");
    }

    #[test]
    fn every_purpose_has_the_word_that_it_is_stored_under() {
        for purpose in Purpose::ALL {
            assert_eq!(serde_json::to_value(purpose).unwrap(), purpose.word());
        }
    }
}
