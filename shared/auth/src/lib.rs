//! Who is asking: access tokens of people, API keys of programs.
//!
//! Invariants: nothing is believed before its signature or digest has been checked; the only
//! algorithm is EdDSA, whatever a token says of itself; time is the [`clock::Clock`]'s; no secret
//! appears in a `Debug` text. What a caller may do is decided elsewhere.

mod claims;
mod denied;
pub mod issue;
mod key;
mod keyset;
mod ring;
mod token;

pub use claims::{Claims, MerchantRole, Role};
pub use denied::Denied;
pub use key::{ApiKey, BadApiKey};
pub use keyset::{BadKeySet, KeySet};
pub use ring::{BadKeyRing, KeyGrant, KeyRing, Quota, Tier};
pub use token::Verifier;
