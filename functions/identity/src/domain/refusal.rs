//! What the room says no to.

use jiff::SignedDuration;

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such e-mail, or not this password: the answer does not say which.
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
    #[error("a password has at least 10 characters")]
    PasswordTooShort,
    #[error("this password is one of the most common ones")]
    PasswordTooCommon,
    /// It is the e-mail, or the part before the @.
    #[error("a password is not the e-mail")]
    PasswordIsEmail,
    #[error("the letter has expired")]
    LetterExpired,
    #[error("the letter has been used")]
    LetterUsed,
    /// It is for something else, or what it was for is no more.
    #[error("the letter is void")]
    LetterVoid,
    #[error("no such letter")]
    NoSuchLetter,
    #[error("the e-mail is taken")]
    EmailTaken,
    #[error("too many keys")]
    TooManyKeys,
    #[error("no such key")]
    NoSuchKey,
    #[error("the key has been replaced already")]
    AlreadyRotated,
    #[error("no scopes")]
    NoScopes,
    #[error("a scope that only an admin gives")]
    ForAdmins,
    /// The shop is not theirs to decide about, whatever an older token says.
    #[error("not a manager of the shop")]
    NotAManager,
    /// They run the market no more, whatever an older token says.
    #[error("not an admin")]
    NotAnAdmin,
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
