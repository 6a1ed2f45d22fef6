//! What `identity` says: who is there, and whose word is not believed any more.
//!
//! No fact carries a secret or an address. A mail that somebody is to get is named by its letter, and
//! whoever writes it asks `identity` what stands in it.

use ids::{AccountId, ApiKeyId, LetterId, MerchantId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody asked to be known here, and has to show that the e-mail is theirs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountRegistered {
    /// The account.
    pub account: AccountId,
    /// The mail that asks for the confirmation.
    pub letter: LetterId,
    /// The language they read, in BCP 47.
    pub locale: String,
}

/// The e-mail of an account is its owner's.
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

/// Somebody has forgotten a password, or says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PasswordResetRequested {
    /// The account.
    pub account: AccountId,
    /// The mail with the way to a new one.
    pub letter: LetterId,
}

/// An account wants to move to another e-mail. Both addresses have to agree.
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

/// A program can sign in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyCreated {
    /// The key.
    pub key: ApiKeyId,
    /// Who made it.
    pub account: AccountId,
    /// The shop that it acts for, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantId>,
    /// How much it may ask at once.
    pub tier: Tier,
}

/// An account is no more, and neither is what it said about a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountClosed {
    /// The account.
    pub account: AccountId,
}

/// Why a sign-in has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// Its owner said so.
    SignedOut,
    /// A token that had been renewed long ago was shown again, so somebody has a copy.
    Replayed,
    /// The password is another one now.
    PasswordChanged,
    /// The e-mail was confirmed, and who had signed in before may be somebody else.
    EmailConfirmed,
    /// The account is no more.
    AccountClosed,
    /// Whoever runs the market said so.
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
