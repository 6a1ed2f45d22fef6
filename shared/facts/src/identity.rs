//! The facts of `identity`: accounts, sessions, API keys and mails.
//!
//! No fact carries a secret or an address. It names a mail by its letter, and the sender of the mail
//! asks `identity` for its text.

use ids::{AccountId, ApiKeyId, LetterId, MerchantId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An account was registered; its e-mail is not confirmed yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountRegistered {
    /// The account.
    pub account: AccountId,
    /// The mail that asks for the confirmation.
    pub letter: LetterId,
    /// The language they read, in BCP 47.
    pub locale: String,
}

/// The e-mail of an account is confirmed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountConfirmed {
    /// The account.
    pub account: AccountId,
}

/// The mail that asks for the confirmation is wanted once more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConfirmationRequested {
    /// The account.
    pub account: AccountId,
    /// The mail.
    pub letter: LetterId,
}

/// A new password was asked for, not always by the owner of the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PasswordResetRequested {
    /// The account.
    pub account: AccountId,
    /// The mail with the link.
    pub letter: LetterId,
}

/// The e-mail of an account is to change. Both addresses have to agree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmailChangeRequested {
    /// The account.
    pub account: AccountId,
    /// The mails, one to each address.
    pub letters: Vec<LetterId>,
}

/// A sign-in has ended, and no token of it is renewed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionRevoked {
    /// The account.
    pub account: AccountId,
    /// The sign-in.
    pub session: SessionId,
    /// Why.
    pub reason: RevocationReason,
}

/// An API key was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyCreated {
    /// The key.
    pub key: ApiKeyId,
    /// The account that made it.
    pub account: AccountId,
    /// The shop that it acts for, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantId>,
    /// Its rate limit.
    pub tier: Tier,
}

/// An account was closed, and its personal data deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountClosed {
    /// The account.
    pub account: AccountId,
}

/// Why a sign-in has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// Its owner signed out.
    SignedOut,
    /// A refresh token that had been renewed before was shown again: it was copied.
    Replayed,
    /// The password was changed.
    PasswordChanged,
    /// The e-mail was confirmed; the sessions from before may not be its owner's.
    EmailConfirmed,
    /// The account was closed.
    AccountClosed,
    /// An admin ended it.
    ByAdmin,
}

/// How much a program may ask at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// To try things out.
    Free,
    /// For a shop.
    Standard,
    /// For a system.
    Business,
}

crate::word::speaks! {
    "identity.account_closed.v1" AccountClosed "An account is no more, and neither is what it said about a person.",
    "identity.account_confirmed.v1" AccountConfirmed "The e-mail of an account is its owner's.",
    "identity.account_registered.v1" AccountRegistered "Somebody asked to be known here, and has to show that the e-mail is theirs.",
    "identity.api_key_created.v1" ApiKeyCreated "A program can sign in.",
    "identity.confirmation_requested.v1" ConfirmationRequested "The mail that asks for the confirmation is wanted once more.",
    "identity.email_change_requested.v1" EmailChangeRequested "An account wants to move to another e-mail. Both addresses have to agree.",
    "identity.password_reset_requested.v1" PasswordResetRequested "Somebody has forgotten a password, or says so.",
    "identity.session_revoked.v1" SessionRevoked "A sign-in has ended, and no token of it is renewed.",
}
