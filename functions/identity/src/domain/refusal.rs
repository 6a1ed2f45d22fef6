//! What the room says no to.

use jiff::SignedDuration;

use super::{KeyRefusal, Void, WeakPassword};

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such e-mail, or not this password: nobody learns which.
    #[error("wrong credentials")]
    WrongCredentials,
    /// The owner of the session was asked for the password and said another.
    #[error("wrong password")]
    WrongPassword,
    /// Too many attempts in vain.
    #[error("too many attempts")]
    TooManyAttempts(SignedDuration),
    /// The session is over, or there never was one.
    #[error("the session is over: {0}")]
    SignedOut(&'static str),
    /// There is no such account.
    #[error("no such account")]
    NoSuchAccount,
    /// The owner has no such session.
    #[error("no such session")]
    NoSuchSession,
    /// The password will not do.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// The letter is not good.
    #[error(transparent)]
    Letter(#[from] Void),
    /// There is no such letter.
    #[error("no such letter")]
    NoSuchLetter,
    /// The e-mail belongs to another account.
    #[error("the e-mail is taken")]
    EmailTaken,
    /// The ring of keys does not do that.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The shop is not theirs to decide about, whatever an older token says.
    #[error("not a manager of the shop")]
    NotAManager,
    /// They run the market no more, whatever an older token says.
    #[error("not an admin")]
    NotAnAdmin,
    /// Nobody takes the role of an admin from themselves.
    #[error("one's own role")]
    OwnRole,
    /// A new account needs a password.
    #[error("a new account needs a password")]
    PasswordNeeded,
    /// It is closed.
    #[error("the account is closed")]
    Closed,
    /// Its e-mail is not confirmed.
    #[error("the e-mail is not confirmed")]
    Unconfirmed,
    /// Its e-mail is confirmed already.
    #[error("the e-mail is confirmed already")]
    AlreadyConfirmed,
    /// It has that e-mail already.
    #[error("the account has this e-mail already")]
    SameEmail,
    /// No change of e-mail waits for this.
    #[error("there is no such change of e-mail")]
    NotMoving,
    /// Somebody who asks for mails too often.
    #[error("too many letters")]
    TooManyLetters,
}

impl failure::Refusal for Refusal {}
