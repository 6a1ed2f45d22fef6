//! What the room says no to.

use jiff::SignedDuration;

use super::MOST_KEYS;

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such e-mail, or not this password: the answer does not say which.
    #[error("there is no account with this e-mail and this password")]
    WrongCredentials,
    /// The owner of the session was asked for the password and said another.
    #[error("this takes the password of the account")]
    WrongPassword,
    #[error("too many attempts in vain; wait, or have a letter sent to choose another password")]
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
    #[error("this was not copied whole, or not from a letter of ours")]
    NoSuchLetter,
    #[error("the e-mail is taken")]
    EmailTaken,
    #[error("an owner has at most {MOST_KEYS} keys; revoke one")]
    TooManyKeys,
    #[error("no such key")]
    NoSuchKey,
    #[error("the key has been replaced already")]
    AlreadyRotated,
    #[error("a key is good for something")]
    NoScopes,
    #[error("only an admin gives this scope")]
    ForAdmins,
    /// The shop is not theirs to decide about, whatever an older token says.
    #[error("this takes a role in the shop that you do not have")]
    NotAManager,
    /// They run the market no more, whatever an older token says.
    #[error("this takes the role admin")]
    NotAnAdmin,
    #[error("another admin has to take this role from you")]
    OwnRole,
    #[error("a new account needs a password")]
    PasswordNeeded,
    #[error("the account is closed")]
    Closed,
    #[error("this takes an account whose e-mail is confirmed")]
    Unconfirmed,
    #[error("the e-mail is confirmed already")]
    AlreadyConfirmed,
    #[error("the account has this e-mail already")]
    SameEmail,
    #[error("no change of e-mail waits for this any more")]
    NotMoving,
    #[error("letters are on their way; look for them, and come back later")]
    TooManyLetters,
}

impl failure::Refusal for Refusal {}
