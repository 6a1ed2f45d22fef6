//! What the rooms ask identity before they believe a caller.

use asks::Ask;
use ids::AccountId;
use serde::{Deserialize, Serialize};

use crate::{KeyGrant, Standing};

/// What the holder of an API key may do now.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindKey {
    /// The SHA-256 of the whole key in small hexadecimal letters.
    pub digest: String,
}

/// What a key opens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundKey {
    /// `None` if there is no such key any more.
    pub grant: Option<KeyGrant>,
}

/// What an account is to the market at this moment, for the rooms whose power depends on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskStanding {
    /// Whose.
    pub account: AccountId,
    /// By which sign-in: from 1 to 512 visible characters of ASCII.
    pub session: String,
}

/// What an account is to the market.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StandingNow {
    /// `None` if the session is over or the account closed.
    pub roles: Standing,
}

impl Ask for FindKey {
    const ROOM: &'static str = "identity";
    const NAME: &'static str = "find_key";
    type Answer = FoundKey;
}

impl Ask for AskStanding {
    const ROOM: &'static str = "identity";
    const NAME: &'static str = "standing";
    type Answer = StandingNow;
}
