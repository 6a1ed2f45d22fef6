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
    #[error("too many attempts")]
    TooManyAttempts(SignedDuration),
    /// The session is over, or there never was one.
    #[error("the session is over: {0}")]
    SignedOut(&'static str),
    #[error("no such account")]
    NoSuchAccount,
    #[error("no such session")]
    NoSuchSession,
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    #[error(transparent)]
    Letter(#[from] Void),
    #[error("no such letter")]
    NoSuchLetter,
    #[error("the e-mail is taken")]
    EmailTaken,
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
    #[error("a new account needs a password")]
    PasswordNeeded,
    #[error("the account is closed")]
    Closed,
    #[error("the e-mail is not confirmed")]
    Unconfirmed,
    #[error("the e-mail is confirmed already")]
    AlreadyConfirmed,
    #[error("the account has this e-mail already")]
    SameEmail,
    #[error("there is no such change of e-mail")]
    NotMoving,
    #[error("too many letters")]
    TooManyLetters,
}

impl failure::Refusal for Refusal {}
