//! The token of a device that has signed in before: `snd_<account>_<session>_<epoch>_<tag>`.
//!
//! It says that a session of the account began with the right password, and opens nothing: a password
//! that comes with it is counted apart from the guesses of strangers. It follows from what it says, so
//! it lies nowhere.

use std::fmt;

use ids::{AccountId, SessionId};
use vault::Seal;

use super::{NotOurs, bare, tagged, untagged, whole};

const PREFIX: &str = "snd";

#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken {
    pub account: AccountId,
    pub session: SessionId,
    /// The epoch of the account at that time.
    pub epoch: u32,
    text: String,
}

impl DeviceToken {
    pub fn of(account: AccountId, session: SessionId, epoch: u32, seal: &Seal) -> DeviceToken {
        let body = format!("{PREFIX}_{}_{}_{epoch}", bare(account), bare(session));
        DeviceToken { account, session, epoch, text: tagged("device", &body, seal) }
    }

    /// Takes a text for a token if we have issued it.
    pub fn parse(text: &str, seal: &Seal) -> Result<DeviceToken, NotOurs> {
        let parts: Vec<_> = untagged("device", text, seal)?.split('_').collect();
        let [PREFIX, account, session, epoch] = parts[..] else { return Err(NotOurs) };
        let (account, session) = (whole(AccountId::PREFIX, account)?, whole(SessionId::PREFIX, session)?);
        Ok(DeviceToken {
            account,
            session,
            epoch: epoch.parse().map_err(|_| NotOurs)?,
            text: text.to_owned(),
        })
    }

    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceToken({})", self.session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::RefreshToken;
    use ids::Uuid;
    use proptest::prelude::*;

    const SECRET: &str = "a secret that surely only tests know of";

    fn seal() -> Seal {
        Seal::read(SECRET).unwrap()
    }

    fn token() -> DeviceToken {
        let (account, session) =
            (AccountId::from_uuid(Uuid::from_u128(1)), SessionId::from_uuid(Uuid::from_u128(2)));
        DeviceToken::of(account, session, 7, &seal())
    }

    #[test]
    fn a_token_reads_back_as_itself_and_fits_where_tokens_are_shown() {
        let read = DeviceToken::parse(token().reveal(), &seal()).unwrap();
        assert_eq!((&read, read.epoch), (&token(), 7));
        assert!(read.reveal().starts_with("snd_") && read.reveal().len() < 200, "{}", read.reveal());
        assert_eq!(format!("{read:?}"), format!("DeviceToken({})", read.session));
    }

    #[test]
    fn a_token_by_the_old_key_is_good_while_the_secret_names_it() {
        let new = "another secret that only tests know of";
        let both = Seal::read(&format!("{new},{SECRET}")).unwrap();
        assert!(DeviceToken::parse(token().reveal(), &both).is_ok());
        assert!(DeviceToken::parse(token().reveal(), &Seal::read(new).unwrap()).is_err());
    }

    #[test]
    fn no_other_token_of_ours_is_taken_for_one() {
        let DeviceToken { account, session, .. } = token();
        let refresh = RefreshToken::first(account, session, [9; 32], &seal());
        assert!(DeviceToken::parse(refresh.reveal(), &seal()).is_err());
        assert!(RefreshToken::parse(token().reveal(), &seal()).is_err());
    }

    proptest! {
        #[test]
        fn a_token_that_was_changed_anywhere_is_not_ours(
            at in any::<proptest::sample::Index>(),
            by in "[0-9a-z_]",
        ) {
            let mut text = token().reveal().to_owned();
            let at = at.index(text.len());
            text.replace_range(at..=at, &by);
            prop_assert!(text == token().reveal() || DeviceToken::parse(&text, &seal()).is_err());
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}|snd(_[0-9a-z]{0,40}){4}") {
            prop_assert!(DeviceToken::parse(&text, &seal()).is_err());
        }
    }
}
