//! An account from its registration to its end, and who may do what because of it.
//!
//! Invariants: who has not confirmed an e-mail has no role; a closed account says nothing about a
//! person any more; every session belongs to an epoch of its account, and a new password or the
//! confirmation of the e-mail begins a new epoch, so that one write ends them all.

use std::collections::{BTreeMap, BTreeSet};

use facts::identity::{
    AccountClosed, AccountConfirmed, AccountRegistered, ConfirmationRequested, EmailChangeRequested,
    PasswordResetRequested,
};
use facts::merchants::MerchantRole;
use facts::{Fact, Unsent};
use ids::{AccountId, LetterId, MerchantId, SessionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Email, LETTERS, Letter, Locale, Name, PasswordHash, Purpose, Refusal, Session, Strikes};

/// A token is shown with every request, and API Gateway takes 10 KB of headers.
pub const MOST_SHOPS_IN_A_TOKEN: usize = 100;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    /// Where its owner is reached; nowhere once it is closed.
    pub email: Option<Email>,
    pub name: Option<Name>,
    pub locale: Locale,
    pub password: Option<PasswordHash>,
    pub confirmed_at: Option<Timestamp>,
    #[serde(default)]
    pub granted: BTreeSet<Role>,
    /// What the owner is in which shop, as `merchants` said last.
    #[serde(default)]
    pub shops: BTreeMap<MerchantId, MerchantRole>,
    pub epoch: u32,
    /// The one session that outlived the change of epoch.
    pub spared: Option<SessionId>,
    /// A change of e-mail that waits for its confirmations.
    pub moving: Option<Moving>,
    /// The letters that its owner has asked for. What strangers ask for is counted where they ask.
    #[serde(default)]
    pub mails: Strikes,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// A role that an admin grants. That of a customer comes with a confirmed e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the workshop.
    Operator,
    /// Runs the market.
    Admin,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moving {
    pub to: Email,
    /// The letters that ask: the old address, then the new one. Those of an earlier wish do not count.
    pub letters: [LetterId; 2],
    /// Whether the old address has agreed, or need not.
    pub old_agrees: bool,
    pub new_agrees: bool,
    pub until: Timestamp,
}

/// What a decision brings: the account's next version, the letters it writes and what is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub account: Account,
    pub letters: Vec<Letter>,
    pub facts: Vec<Unsent>,
}

impl Account {
    pub fn register(
        id: AccountId,
        email: Email,
        name: Option<Name>,
        locale: Locale,
        password: PasswordHash,
        letter: LetterId,
        now: Timestamp,
    ) -> Step {
        let told = AccountRegistered { account: id, letter, locale: locale.to_string() };
        let mails = Strikes::default().struck(LETTERS, now);
        let letter = Letter::new(letter, Purpose::ConfirmEmail, id, &email, 0, now);
        let account = Account {
            id,
            email: Some(email),
            name,
            locale,
            password: Some(password),
            confirmed_at: None,
            granted: BTreeSet::new(),
            shops: BTreeMap::new(),
            epoch: 0,
            spared: None,
            moving: None,
            mails,
            created_at: now,
            closed_at: None,
        };
        Step { account, letters: vec![letter], facts: vec![Fact::of(&told)] }
    }

    pub fn is_confirmed(&self) -> bool {
        self.confirmed_at.is_some()
    }

    pub fn is_admin(&self) -> bool {
        self.roles().contains(&auth::Role::Admin)
    }

    pub fn open(&self) -> Result<&Email, Refusal> {
        self.email.as_ref().filter(|_| self.closed_at.is_none()).ok_or(Refusal::Closed)
    }

    pub fn roles(&self) -> BTreeSet<auth::Role> {
        if !self.is_confirmed() || self.closed_at.is_some() {
            return BTreeSet::new();
        }
        let granted = self.granted.iter().map(|role| match role {
            Role::Operator => auth::Role::Operator,
            Role::Admin => auth::Role::Admin,
        });
        granted.chain([auth::Role::Customer]).collect()
    }

    /// What the owner is in each shop, as far as a token has room: where the most is decided first.
    pub fn shops_in_a_token(&self) -> BTreeMap<MerchantId, MerchantRole> {
        if self.roles().is_empty() {
            return BTreeMap::new();
        }
        let mut shops: Vec<_> = self.shops.iter().map(|(shop, role)| (*shop, *role)).collect();
        shops.sort_by_key(|(shop, role)| (std::cmp::Reverse(*role), *shop));
        shops.into_iter().take(MOST_SHOPS_IN_A_TOKEN).collect()
    }

    /// Whether a session of this epoch is one of the account's living ones.
    pub fn keeps(&self, session: SessionId, epoch: u32) -> bool {
        self.closed_at.is_none() && (epoch == self.epoch || self.spared == Some(session))
    }

    /// Whether this session of it could be renewed.
    pub fn lets_in(&self, session: &Session, now: Timestamp) -> bool {
        session.is_alive(now) && self.keeps(session.id, session.epoch)
    }

    /// Another role from an admin, for an e-mail that is the owner's.
    pub fn with_role(&self, role: Role) -> Result<Account, Refusal> {
        let mut granted = self.granted.clone();
        granted.insert(role);
        if self.is_confirmed() { Ok(Account { granted, ..self.clone() }) } else { Err(Refusal::Unconfirmed) }
    }

    pub fn without_role(&self, role: Role) -> Account {
        let granted = self.granted.iter().copied().filter(|granted| *granted != role).collect();
        Account { granted, ..self.clone() }
    }

    /// The e-mail is the owner's. Said twice it is told once. A sign-in of before may be a stranger's, who
    /// only registered the e-mail: those sessions are over.
    pub fn confirm(&self, now: Timestamp) -> Step {
        let mut step = self.silently();
        if !self.is_confirmed() {
            step.account = Account { confirmed_at: Some(now), ..self.in_a_new_epoch(None) };
            step.facts.push(Fact::of(&AccountConfirmed { account: self.id }));
        }
        step
    }

    pub fn ask_again(&self, letter: LetterId, now: Timestamp) -> Result<Step, Refusal> {
        let step = self.written_again(letter, now)?;
        Ok(Step { account: self.with_a_mail(now)?.account, ..step })
    }

    /// The letter of the registration once more, counted where the e-mail is and not at the account.
    pub fn written_again(&self, letter: LetterId, now: Timestamp) -> Result<Step, Refusal> {
        let email = self.open()?;
        if self.is_confirmed() {
            return Err(Refusal::AlreadyConfirmed);
        }
        let mut step = self.silently();
        step.facts.push(Fact::of(&ConfirmationRequested { account: self.id, letter }));
        step.letters.push(Letter::new(letter, Purpose::ConfirmEmail, self.id, email, self.epoch, now));
        Ok(step)
    }

    /// The password is forgotten, or the e-mail registered once more: a letter that lets its reader in.
    /// A second registration of an e-mail that is not confirmed contests it.
    pub fn show_a_way_back(
        &self,
        letter: LetterId,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Step, Refusal> {
        let email = self.open()?;
        let mut step = self.silently();
        if purpose == Purpose::AlreadyRegistered && !self.is_confirmed() {
            step.account = step.account.contested();
        }
        step.facts.push(Fact::of(&PasswordResetRequested { account: self.id, letter }));
        step.letters.push(Letter::new(letter, purpose, self.id, email, step.account.epoch, now));
        Ok(step)
    }

    /// The same without a letter, as long as there is a password to forget.
    pub fn contest(&self) -> Option<Step> {
        let is_contestable = !self.is_confirmed() && self.password.is_some();
        is_contestable.then(|| Step { account: self.contested(), ..self.silently() })
    }

    /// Two have registered one e-mail with two passwords, and one of them at most reads its mail. What
    /// either has said is forgotten: no password opens the account, no session and no letter of before
    /// is good, and the reader of the mail chooses.
    fn contested(&self) -> Account {
        Account { password: None, name: None, moving: None, ..self.in_a_new_epoch(None) }
    }

    /// Another password. All sessions but the spared one are over, and no change of e-mail that was asked
    /// for with the old password goes on.
    #[must_use]
    pub fn with_password(&self, password: PasswordHash, spared: Option<SessionId>) -> Account {
        Account { password: Some(password), moving: None, ..self.in_a_new_epoch(spared) }
    }

    #[must_use]
    pub fn in_a_new_epoch(&self, spared: Option<SessionId>) -> Account {
        Account { epoch: self.epoch + 1, spared, ..self.clone() }
    }

    /// Both addresses have to agree; one that was never confirmed may be mistyped, and is not asked.
    pub fn ask_to_move(&self, to: Email, letters: [LetterId; 2], now: Timestamp) -> Result<Step, Refusal> {
        let from = self.open()?;
        if *from == to {
            return Err(Refusal::SameEmail);
        }
        let mut step = self.with_a_mail(now)?;
        let [to_old, to_new] = letters;
        if self.is_confirmed() {
            step.letters.push(Letter::new(to_old, Purpose::ChangeEmailOld, self.id, from, self.epoch, now));
        }
        let last = Letter::new(to_new, Purpose::ChangeEmailNew, self.id, &to, self.epoch, now);
        let until = last.expires_at;
        step.letters.push(last);
        let written = step.letters.iter().map(|letter| letter.id).collect();
        step.facts.push(Fact::of(&EmailChangeRequested { account: self.id, letters: written }));
        let old_agrees = !self.is_confirmed();
        step.account.moving = Some(Moving { to, letters, old_agrees, new_agrees: false, until });
        Ok(step)
    }

    /// One address agrees to the change; when both have, the account is at the new one.
    pub fn agree(&self, letter: &Letter, now: Timestamp) -> Result<Step, Refusal> {
        self.open()?;
        let mut moving = self.moving.clone().filter(|moving| moving.until > now).ok_or(Refusal::NotMoving)?;
        match letter.purpose {
            Purpose::ChangeEmailOld if letter.id == moving.letters[0] => moving.old_agrees = true,
            Purpose::ChangeEmailNew if letter.id == moving.letters[1] => moving.new_agrees = true,
            _ => return Err(Refusal::NotMoving),
        }
        if !(moving.old_agrees && moving.new_agrees) {
            return Ok(Account { moving: Some(moving), ..self.clone() }.silently());
        }
        let mut step = self.confirm(now);
        step.account.email = Some(moving.to);
        step.account.moving = None;
        Ok(step)
    }

    /// The end. What is left is what the ledger needs: the name of the account and its dates.
    pub fn close(&self, now: Timestamp) -> Step {
        let account = Account {
            email: None,
            name: None,
            password: None,
            granted: BTreeSet::new(),
            shops: BTreeMap::new(),
            moving: None,
            closed_at: Some(now),
            ..self.in_a_new_epoch(None)
        };
        Step { account, letters: Vec::new(), facts: vec![Fact::of(&AccountClosed { account: self.id })] }
    }

    pub fn silently(&self) -> Step {
        Step { account: self.clone(), letters: Vec::new(), facts: Vec::new() }
    }

    fn with_a_mail(&self, now: Timestamp) -> Result<Step, Refusal> {
        self.mails.one_more_letter(now)?;
        let mut step = self.silently();
        step.account.mails = self.mails.struck(LETTERS, now);
        Ok(step)
    }
}

impl Step {
    /// The same without sending its letters: they are void from the start.
    #[must_use]
    pub fn unsent(self, now: Timestamp) -> Step {
        let letters = self.letters.into_iter().map(|letter| Letter { used_at: Some(now), ..letter });
        Step { letters: letters.collect(), ..self }
    }
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
