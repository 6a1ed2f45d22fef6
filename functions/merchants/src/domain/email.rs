//! An address that mail can be sent to.
//!
//! Only a mail that arrives shows that an address is one; this type keeps out what can be none.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An e-mail address. The part behind the `@` is in small letters; the part before it is its owner's
/// business.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address is written like hello@kiln.example")]
pub struct BadEmail;

/// What RFC 5321 lets through.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;
/// The same in the words of documents. A domain may be in any script, so this names what stands in none.
const PATTERN: &str = concat!(
    r#"[^\u0000- "(),:;<>@\[\\\]\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{1,64}@"#,
    r"[^\u0000-,/:-@\[-`{-\u00a0\u1680\u2000-\u206f\u3000]+\.[^\u0000-,/:-@\[-`{-\u00a0\u1680\u2000-\u206f\u3000]+",
);

impl Email {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What names the mailbox where letters to it are counted. Large letters, dots and what stands behind
    /// a plus lead to the same reader at most providers; where they do not, two readers share a count.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let local = local.split('+').next().unwrap_or_default();
        format!("{}@{domain}", local.replace('.', "").to_lowercase())
    }
}

impl FromStr for Email {
    type Err = BadEmail;

    fn from_str(text: &str) -> Result<Email, BadEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(BadEmail)?;
        let domain = domain.to_lowercase();
        let sound_local = (1..=LONGEST_LOCAL).contains(&local.len())
            && !local.contains('@')
            && local.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"".contains(c));
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let sound_domain = domain.contains('.') && domain.split('.').all(label);
        match sound_local && sound_domain && text.len() <= LONGEST {
            true => Ok(Email(format!("{local}@{domain}"))),
            false => Err(BadEmail),
        }
    }
}

impl PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).examples(["hello@kiln.example"]);
        let text = text.description(Some("An address that mail can be sent to."));
        text.min_length(Some(5)).max_length(Some(LONGEST)).pattern(Some(words::only(PATTERN))).into()
    }
}

impl ToSchema for Email {}

impl TryFrom<String> for Email {
    type Error = BadEmail;

    fn try_from(text: String) -> Result<Email, BadEmail> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

// An address says who somebody is, so it does not get into a log by way of a debug line.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_place() {
        let check = |text: &str, expect: &str| assert_eq!(text.parse::<Email>().unwrap().as_str(), expect);
        check(" Ann.Lee+shop@Kiln.EXAMPLE ", "Ann.Lee+shop@kiln.example");
        check("почта@пример.рф", "почта@пример.рф");
        let long = format!("{}@kiln.example", "a".repeat(65));
        for bad in [
            "",
            "ann",
            "@kiln.example",
            "ann@",
            "ann@kiln",
            "a b@kiln.example",
            "a@b@kiln.example",
            "a@-x.y",
            "a@x..y",
            "a,b@kiln.example",
            "<a@kiln.example>",
            &long,
        ] {
            assert_eq!(bad.parse::<Email>(), Err(BadEmail), "{bad}");
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
    fn an_address_does_not_get_into_a_log() {
        assert_eq!(format!("{:?}", "ann@kiln.example".parse::<Email>().unwrap()), "Email(…)");
    }
}
