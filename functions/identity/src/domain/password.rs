//! Passwords: which ones are accepted, and how one is kept.
//!
//! Invariant: neither kind of password prints itself.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use words::OutOfBounds;

use super::{Email, Refusal};

const SHORTEST: usize = 10;
const LONGEST: usize = 128;

/// What many people choose, and every guesser tries first: one to a line, in small letters.
const COMMON: &str = include_str!("common_passwords.txt");

// A sign-in takes what was a password once: that a new one is long enough is judged with its e-mail.
/// 10 to 128 characters, and none of the most common passwords
#[derive(Clone, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 128, pattern = r"^[^\u0000]+$")]
#[schema(examples("a snail on the way home"))]
pub struct Password(String);

/// What is kept of a password: argon2id with its parameters and its salt, as a PHC string.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl Password {
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it may become the password of the account with this e-mail.
    pub fn judge(&self, email: &Email) -> Result<(), Refusal> {
        if self.0.chars().count() < SHORTEST {
            return Err(Refusal::PasswordTooShort);
        }
        let typed = self.0.to_lowercase();
        let local = email.as_str().split('@').next().unwrap_or_default();
        if typed == email.as_str() || typed == local {
            return Err(Refusal::PasswordIsEmail);
        }
        if is_common(&typed) { Err(Refusal::PasswordTooCommon) } else { Ok(()) }
    }
}

/// On the list, or one character again and again.
fn is_common(typed: &str) -> bool {
    static LIST: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut list: Vec<_> = COMMON.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        list.sort_unstable();
        list
    });
    let mut characters = typed.chars();
    let first = characters.next();
    LIST.binary_search(&typed).is_ok() || characters.all(|next| Some(next) == first)
}

impl PasswordHash {
    pub fn new(phc: String) -> PasswordHash {
        PasswordHash(phc)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Password {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Password, OutOfBounds> {
        let length = text.chars().count();
        // No more than this: hashing is work, and a book would have to be read.
        if (1..=LONGEST).contains(&length) && !text.contains('\0') {
            return Ok(Password(text));
        }
        Err(OutOfBounds("a password is 1 to 128 characters, and a new one has at least 10"))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(password: &str) -> Result<(), Refusal> {
        let email: Email = "ada.lovelace@example.org".parse().unwrap();
        Password::try_from(password.to_owned()).unwrap().judge(&email)
    }

    #[test]
    fn a_new_password_is_long_and_not_what_everybody_tries() {
        assert_eq!(judge("a snail on the way home"), Ok(()));
        assert_eq!(judge("улитка идёт домой"), Ok(()));
        assert_eq!(judge("short one"), Err(Refusal::PasswordTooShort));
        assert_eq!(judge("ada.lovelace@example.org"), Err(Refusal::PasswordIsEmail));
        assert_eq!(judge("Ada.Lovelace"), Err(Refusal::PasswordIsEmail));
        for common in ["1234567890", "Password123", "qwertyuiop", "aaaaaaaaaaaa", "iloveyou123"] {
            assert_eq!(judge(common), Err(Refusal::PasswordTooCommon), "{common}");
        }
    }

    #[test]
    fn the_list_holds_some_hundreds_that_the_length_would_let_pass() {
        let long = COMMON.lines().filter(|line| line.chars().count() >= SHORTEST).count();
        assert!(long >= 200, "{long}");
        assert!(COMMON.lines().all(|line| line == line.to_lowercase()));
    }

    #[test]
    fn what_no_password_can_be_is_refused_where_it_is_read() {
        for bad in [String::new(), "x".repeat(129), "with a \0 in it".into()] {
            assert!(Password::try_from(bad).is_err());
        }
    }

    #[test]
    fn neither_a_password_nor_its_hash_is_printed() {
        let shown =
            format!("{:?} {:?}", Password("hunter2 hunter2".into()), PasswordHash::new("$argon2id$".into()));
        assert_eq!(shown, "Password(…) PasswordHash(…)");
    }
}
