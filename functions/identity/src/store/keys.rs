//! Where everything lies.
//!
//! | What | pk | sk | Asked for as |
//! | --- | --- | --- | --- |
//! | account | `acc#<account>` | `account` | the account's; with a session and its keys (batch) |
//! | session | `acc#<account>` | `ses#<session>` | one by its token, or all of an account |
//! | API keys of an account | `acc#<account>` | `keys` | the account's |
//! | audit entry | `acc#<account>` | `audit#<request>` | the trail of an account, newest first |
//! | claim of an e-mail | `mail#<digest>` | `claim` | the account behind an e-mail |
//! | strikes against an e-mail | `mail#<digest>` | `strikes` | with the claim (batch) |
//! | letters to an e-mail | `mail#<digest>` | `letters#<cause>` | with the claim (batch), or by itself |
//! | attempt in vain | `mail#<digest>` | `vain#<request>` | never: it weighs what an audit entry weighs |
//! | strikes against an address | `from#<address>` | `strikes` | with the claim (batch) |
//! | letters from an address | `from#<address>` | `letters` | with the claim (batch) |
//! | strikes of a place | `seen#<session or account>` | `strikes` | with the claim (batch), or by itself |
//! | letter | `ltr#<letter>` | `letter` | by the token or the fact that names it |
//! | API key | `key#<digest>` | `grant` | by the key; all of an owner's (batch, by its list of keys) |
//! | API keys of a shop | `shop#<merchant>` | `keys` | the shop's |
//! | member | `shop#<merchant>` | `member#<account>` | all of a shop's |
//! | turn of the signing key | `signing` | `after#<kid>` | written once for every key that gets a successor |
//!
//! A digest is the SHA-256 of the normalised e-mail, or of the whole API key: names of items travel
//! further than what is in them. Beside these lie what the plumbing keeps: `heard#…`, `once#…` and the
//! buckets of the door.

use dynamo::Key;
use ids::{AccountId, LetterId, MerchantId, RequestId, SessionId};

use crate::domain::{Counted, KeyOwner, Place};

pub(super) const ACCOUNT: &str = "account";
pub(super) const SESSIONS: &str = "ses#";
pub(super) const TRAIL: &str = "audit#";
pub(super) const MEMBERS: &str = "member#";
pub(super) const GRANT: &str = "grant";
pub(super) const KEYS: &str = "keys";
pub(super) const CLAIM: &str = "claim";
const STRIKES: &str = "strikes";
const LETTERS: &str = "letters";

pub(super) fn person(account: AccountId) -> String {
    format!("acc#{account}")
}

pub(super) fn shop(merchant: MerchantId) -> String {
    format!("shop#{merchant}")
}

pub(super) fn account(account: AccountId) -> Key {
    Key::new(person(account), ACCOUNT)
}

/// A place where no account is: reading it costs what reading one costs.
pub(super) fn nobody() -> Key {
    Key::new("acc#nobody", ACCOUNT)
}

pub(super) fn session(account: AccountId, session: SessionId) -> Key {
    Key::new(person(account), format!("{SESSIONS}{session}"))
}

pub(super) fn audit(account: AccountId, entry: RequestId) -> Key {
    Key::new(person(account), format!("{TRAIL}{entry}"))
}

pub(super) fn claim(mail: &str) -> Key {
    Key::new(format!("mail#{mail}"), CLAIM)
}

pub(super) fn mail_strikes(mail: &str, counted: Counted) -> Key {
    let sk = match counted {
        Counted::Guesses => STRIKES.to_owned(),
        Counted::Letters(cause) => format!("{LETTERS}#{}", cause.word()),
    };
    Key::new(format!("mail#{mail}"), sk)
}

pub(super) fn vain(mail: &str, attempt: RequestId) -> Key {
    Key::new(format!("mail#{mail}"), format!("vain#{attempt}"))
}

pub(super) fn address_strikes(address: &str, counted: Counted) -> Key {
    let sk = if counted == Counted::Guesses { STRIKES } else { LETTERS };
    Key::new(format!("from#{address}"), sk)
}

pub(super) fn place_strikes(place: Place) -> Key {
    let whose = match place {
        Place::Session(session) => session.to_string(),
        Place::Former(account) => account.to_string(),
    };
    Key::new(format!("seen#{whose}"), STRIKES)
}

pub(super) fn letter(letter: LetterId) -> Key {
    Key::new(format!("ltr#{letter}"), "letter")
}

pub(super) fn api_key(digest: &str) -> Key {
    Key::new(format!("key#{digest}"), GRANT)
}

/// The list of an owner's API keys.
pub(super) fn keyring(owner: KeyOwner) -> Key {
    match owner {
        KeyOwner::Account(account) => Key::new(person(account), KEYS),
        KeyOwner::Shop(merchant) => Key::new(shop(merchant), KEYS),
    }
}

pub(super) fn member(merchant: MerchantId, account: AccountId) -> Key {
    Key::new(shop(merchant), format!("{MEMBERS}{account}"))
}

pub(super) fn turn(kid: &str) -> Key {
    Key::new("signing", format!("after#{kid}"))
}

/// The account that a member's key names.
pub(super) fn member_of(key: &Key) -> Option<AccountId> {
    key.sk.strip_prefix(MEMBERS)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use ids::Uuid;

    use super::*;

    #[test]
    fn the_key_of_a_member_names_the_account() {
        let (merchant, who) =
            (MerchantId::from_uuid(Uuid::from_u128(1)), AccountId::from_uuid(Uuid::from_u128(2)));
        assert_eq!(member_of(&member(merchant, who)), Some(who));
        assert_eq!(member_of(&keyring(KeyOwner::Shop(merchant))), None);
    }

    #[test]
    fn nobody_lies_where_no_account_can() {
        let first = account(AccountId::from_uuid(Uuid::from_u128(0)));
        assert!(nobody().pk.parse::<AccountId>().is_err() && nobody() != first);
    }
}
