//! Keys of the engines: the owner's, and one for each function that is derived from it.
//!
//! A function signs with a key of its own name, so that its policies apply. Its secret is derived from
//! the owner's and not stored: the name of a function, which every presigned URL shows, is not enough
//! to sign for it.

use std::fmt;

use aws_sigv4::sign::v4::calculate_signature;
use zeroize::Zeroizing;

/// An access key and its secret, which `Debug` does not show.
#[derive(Clone)]
pub struct Key {
    id: String,
    secret: Zeroizing<String>,
}

impl Key {
    /// A key with this id and secret.
    pub fn new(id: &str, secret: &str) -> Key {
        Key { id: id.to_owned(), secret: Zeroizing::new(secret.to_owned()) }
    }

    /// The key in the source code, for engines without a port.
    pub fn well_known() -> Key {
        Key::new("test", "test")
    }

    /// Its id, which is no secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The key of the function of this logical id, derived from this key, the owner's.
    #[must_use]
    pub fn of(&self, function: &str) -> Key {
        match function == self.id {
            true => self.clone(),
            false => {
                let derived =
                    calculate_signature(self.secret.as_bytes(), format!("function/{function}").as_bytes());
                Key::new(function, &derived)
            }
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_has_a_secret_of_its_own_that_only_the_owner_can_derive() {
        let owner = Key::new("OWNER", "a drawn secret");
        let (cart, relay) = (owner.of("CartApi"), owner.of("Relay"));
        assert_eq!((cart.id(), relay.id()), ("CartApi", "Relay"));
        assert!(cart.secret() != relay.secret() && cart.secret() != owner.secret());
        assert_eq!(owner.of("CartApi").secret(), cart.secret());
        assert_ne!(Key::new("OWNER", "another").of("CartApi").secret(), cart.secret());
        assert_eq!(owner.of("OWNER").secret(), owner.secret());
        assert_eq!(format!("{owner:?}"), "Key(OWNER)");
    }
}
