//! E-mail addresses, in the one spelling that is compared.
//!
//! Only a delivered mail proves an address; this type refuses what cannot be one. Its rule is narrower
//! than RFC 6531: the part before the `@` is ASCII, because the mail services that we would use take
//! nothing else, and because two spellings of one letter would be two accounts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{OutOfBounds, only};

/// RFC 5321: a path is at most 256 characters, two of which are its brackets.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;
const LONGEST_LABEL: usize = 63;
/// The same as a pattern for documents.
const PATTERN: &str = concat!(
    r"[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]+(\.[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]+)*@",
    r"([0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?\.)+",
    r"([0-9][0-9A-Za-z-]*)?[A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?",
);

/// An address for mail, in lower case. The part after a plus is kept: two such addresses may be two
/// people.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The address itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Names the address where it must not be stored itself.
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(&self.0))
    }

    /// Names the mailbox for counting letters. Dots and the part after a plus lead to the same reader
    /// at most providers; elsewhere two readers share a count.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let local = local.split('+').next().unwrap_or_default();
        format!("{}@{domain}", local.replace('.', ""))
    }
}

/// The common part of RFC 5322: dots between atoms, no quotes, no comments.
fn is_local(text: &str) -> bool {
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    let mut atoms = text.split('.');
    text.len() <= LONGEST_LOCAL && atoms.all(|part| !part.is_empty() && part.bytes().all(atom))
}

/// A name with a dot. Names in other scripts come as Punycode.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.') && text.split('.').all(label) && last.bytes().any(|byte| byte.is_ascii_alphabetic())
}

impl TryFrom<String> for Email {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Email, OutOfBounds> {
        let address = text.trim().to_ascii_lowercase();
        let parts = address.rsplit_once('@');
        let sound = parts.is_some_and(|(local, domain)| is_local(local) && is_domain(domain));
        match sound && address.len() <= LONGEST {
            true => Ok(Email(address)),
            false => Err(OutOfBounds("an e-mail is written like `ada@example.org`")),
        }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

impl FromStr for Email {
    type Err = OutOfBounds;

    fn from_str(text: &str) -> Result<Email, OutOfBounds> {
        text.to_owned().try_into()
    }
}

/// An address is personal data and stays out of logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let text = text.description(Some("an e-mail address of at most 254 characters"));
        let text = text.min_length(Some(5)).max_length(Some(LONGEST)).pattern(Some(only(PATTERN)));
        text.examples(["ada@example.org"]).into()
    }
}

impl ToSchema for Email {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_has_one_spelling() {
        let check = |text: &str, expect: &str| assert_eq!(text.parse::<Email>().unwrap().as_str(), expect);
        check("ada@example.org", "ada@example.org");
        check("  Ada@Example.ORG\n", "ada@example.org");
        check("Ada.Lovelace+shop@mail.Example.co.uk", "ada.lovelace+shop@mail.example.co.uk");
        check("a'b/c=d@xn--e1afmkfd.xn--p1ai", "a'b/c=d@xn--e1afmkfd.xn--p1ai");
    }

    #[test]
    fn what_no_mail_reaches_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        let longer = format!("a@{}.org", vec!["b".repeat(60); 5].join("."));
        for bad in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.org",
            "ada@example",
            "ada@@example.org",
            "a da@example.org",
            ".ada@example.org",
            "ada.@example.org",
            "a..b@example.org",
            "ada@-example.org",
            "ada@example.org.",
            "ada@exa_mple.org",
            // The crate `email_address` accepts these, since they are addresses of RFC 5322.
            "ada@127.0.0.1",
            "\"ada\"@example.org",
            "ada@b\u{2028}c.org",
            "ada@example.org\0",
            "ада@example.org",
            "ada@пример.рф",
            "ada@example.org, eve@example.org",
            &long,
            &longer,
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn one_reader_has_one_mailbox() {
        for same in ["annlee@kiln.example", "Ann.Lee@KILN.example", "ann.lee+shop@kiln.example"] {
            assert_eq!(same.parse::<Email>().unwrap().mailbox(), "annlee@kiln.example");
        }
        assert_ne!("+a@kiln.example".parse::<Email>().unwrap().mailbox(), "annlee@kiln.example");
        assert_ne!("annlee@loom.example".parse::<Email>().unwrap().mailbox(), "annlee@kiln.example");
    }

    #[test]
    fn an_address_is_not_printed() {
        assert!(!format!("{:?}", "ada@example.org".parse::<Email>().unwrap()).contains("ada"));
    }

    proptest! {
        #[test]
        fn whatever_is_taken_reads_back_as_itself(text in "\\PC{0,40}|[a-zA-Z.+]{1,9}@[a-zA-Z.-]{1,12}") {
            if let Ok(email) = text.parse::<Email>() {
                prop_assert_eq!(email.as_str().parse::<Email>().unwrap(), email);
            }
        }
    }
}
