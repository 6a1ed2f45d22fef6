//! The token that renews a session: `snr_<account>_<session>_<secret>_<tag>`.
//!
//! The tag seals everything before it, so that a made-up token ends no session and asks no table. The
//! successor follows from the whole text of its predecessor: all who race with one token get the same
//! next one, and nothing is stored from which it could be made.

use std::fmt;

use ids::{AccountId, SessionId};
use sha2::{Digest, Sha256};
use vault::Seal;

use super::{NotOurs, bare, message, tagged, untagged, whole};

const PREFIX: &str = "snr";

#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    pub account: AccountId,
    pub session: SessionId,
    text: String,
}

impl RefreshToken {
    pub fn first(account: AccountId, session: SessionId, random: [u8; 32], seal: &Seal) -> RefreshToken {
        let body = format!("{PREFIX}_{}_{}_{}", bare(account), bare(session), hex::encode(random));
        RefreshToken { account, session, text: tagged("refresh", &body, seal) }
    }

    /// Takes a text for a token if we have issued it.
    pub fn parse(text: &str, seal: &Seal) -> Result<RefreshToken, NotOurs> {
        let parts: Vec<_> = untagged("refresh", text, seal)?.split('_').collect();
        let [PREFIX, account, session, _secret] = parts[..] else { return Err(NotOurs) };
        let (account, session) = (whole(AccountId::PREFIX, account)?, whole(SessionId::PREFIX, session)?);
        Ok(RefreshToken { account, session, text: text.to_owned() })
    }

    /// What may follow this token: by the present key first, then by the one before it.
    pub fn successors(&self, seal: &Seal) -> Vec<RefreshToken> {
        let next = |secret| RefreshToken::first(self.account, self.session, secret, seal);
        seal.sign_by_each(&message("successor", &[&self.text])).map(next).collect()
    }

    /// What is stored instead of the token.
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(&self.text))
    }

    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RefreshToken({})", self.session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;
    use proptest::prelude::*;

    const SECRET: &str = "a secret that surely only tests know of";

    fn seal() -> Seal {
        Seal::read(SECRET).unwrap()
    }

    fn token() -> RefreshToken {
        let account = AccountId::from_uuid(Uuid::from_u128(1));
        RefreshToken::first(account, SessionId::from_uuid(Uuid::from_u128(2)), [9; 32], &seal())
    }

    #[test]
    fn a_token_reads_back_as_itself() {
        let read = RefreshToken::parse(token().reveal(), &seal()).unwrap();
        assert_eq!(read, token());
        assert!(read.reveal().starts_with("snr_") && read.reveal().len() < 200, "{}", read.reveal());
    }

    #[test]
    fn a_token_has_one_successor_for_everybody_and_each_another() {
        let next = token().successors(&seal()).remove(0);
        assert_eq!(token().successors(&seal()), std::slice::from_ref(&next));
        assert!(next != token() && next.digest() != token().digest());
        let after = next.successors(&seal()).remove(0);
        assert!(after != next);
        assert_eq!((after.account, after.session), (token().account, token().session));
    }

    #[test]
    fn the_successor_by_the_old_key_is_found_after_a_rotation() {
        let old = token().successors(&seal()).remove(0);
        let both = Seal::read(&format!("another secret that only tests know of,{SECRET}")).unwrap();
        let secret = |token: &RefreshToken| token.reveal().split('_').nth(3).unwrap().to_owned();
        assert!(token().successors(&both).iter().any(|next| secret(next) == secret(&old)));
    }

    #[test]
    fn a_token_shows_only_its_session() {
        assert_eq!(format!("{:?}", token()), format!("RefreshToken({})", token().session));
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
            prop_assert!(text == token().reveal() || RefreshToken::parse(&text, &seal()).is_err());
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}|snr(_[0-9a-z]{0,70}){4}") {
            prop_assert!(RefreshToken::parse(&text, &seal()).is_err());
        }
    }
}
