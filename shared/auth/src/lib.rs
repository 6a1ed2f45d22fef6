//! Who is asking: access tokens of people, API keys of programs.
//!
//! Invariants: nothing is believed before its signature or digest has been checked; the only
//! algorithm is EdDSA, whatever a token says of itself; time is the [`clock::Clock`]'s; no secret
//! appears in a `Debug` text. What a caller may do is decided elsewhere.

mod ask;
mod authority;
mod claims;
mod denied;
mod grant;
pub mod issue;
mod key;
mod keychain;
mod keyset;
mod token;

pub use ask::{AskStanding, FindKey, FoundKey, StandingNow};
pub use authority::{Authority, Standing, Unreachable};
pub use claims::{Claims, Role};
pub use denied::Denied;
#[doc(no_inline)]
pub use facts::identity::Tier;
#[doc(no_inline)]
pub use facts::merchants::MerchantRole;
pub use grant::{BadScope, KeyGrant, Quota, Scope};
pub use key::{ApiKey, BadApiKey};
pub use keychain::{FRESH, Keychain, MEMORY, PAUSE};
pub use keyset::{BadKeySet, KeySet};
pub use token::Verifier;
