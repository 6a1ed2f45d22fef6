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
#[derive(Clone, Serialize, Deserialize)]
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn questions_and_answers_look_as_they_always_did() {
        let key = json!({ "digest": "ab".repeat(32) });
        assert_eq!(serde_json::to_value(FindKey { digest: "ab".repeat(32) }).ok(), Some(key));
        assert_eq!(serde_json::to_value(FoundKey { grant: None }).ok(), Some(json!({ "grant": null })));
        let account: AccountId = "acc_01kag9x3r6e8v9w2m4n5p7q8rs".parse().expect("an id");
        let asked = AskStanding { account, session: "s".to_owned() };
        let asked = serde_json::to_value(asked).ok();
        assert_eq!(asked, Some(json!({ "account": "acc_01kag9x3r6e8v9w2m4n5p7q8rs", "session": "s" })));
        let now: StandingNow = serde_json::from_value(json!({ "roles": ["admin"] })).expect("an answer");
        assert!(now.roles.is_some_and(|roles| roles.contains(&crate::Role::Admin)));
    }
}
