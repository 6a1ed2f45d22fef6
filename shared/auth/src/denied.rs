//! Why a credential is refused.
//!
//! Invariant: the reason names a rule and quotes nothing from the credential, so that it can be
//! logged. Clients are told no more than "unauthorized": the difference between an unknown key and a
//! bad signature helps nobody but an attacker.

/// Why a token or an API key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Denied {
    /// More than 8 KiB.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url, not JSON, or without a claim that it must have.
    #[error("the token is malformed")]
    Malformed,
    /// Signed by any algorithm but EdDSA, or by none.
    #[error("the token is not signed with EdDSA")]
    WrongAlgorithm,
    /// A token for another purpose, or with extensions that must be understood and are not.
    #[error("the token is not an access token")]
    WrongType,
    /// No key of ours has the id that the token or the API key names.
    #[error("the key is unknown")]
    UnknownKey,
    /// The key is ours, and it has not signed this.
    #[error("the signature is wrong")]
    BadSignature,
    /// Signed by another issuer.
    #[error("the token is from another issuer")]
    WrongIssuer,
    /// Signed for another audience.
    #[error("the token is for another audience")]
    WrongAudience,
    /// Expired.
    #[error("the credential has expired")]
    Expired,
    /// Not valid yet.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The session that it came from is over, or the account is closed.
    #[error("the session is over")]
    SignedOut,
    /// The authority does not answer, so the credential cannot be checked.
    #[error("nobody can say now whether the credential is good")]
    Unreachable,
}

impl Denied {
    /// The reason in one word for logs and counters.
    pub const fn code(self) -> &'static str {
        match self {
            Denied::TooLong => "too_long",
            Denied::Malformed => "malformed",
            Denied::WrongAlgorithm => "wrong_algorithm",
            Denied::WrongType => "wrong_type",
            Denied::UnknownKey => "unknown_key",
            Denied::BadSignature => "bad_signature",
            Denied::WrongIssuer => "wrong_issuer",
            Denied::WrongAudience => "wrong_audience",
            Denied::Expired => "expired",
            Denied::NotYetValid => "not_yet_valid",
            Denied::SignedOut => "signed_out",
            Denied::Unreachable => "unreachable",
        }
    }
}
