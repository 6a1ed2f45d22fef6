//! The keys that rooms sign their asks with, by the name of a secret: so they stand in no template and
//! in no log, and a function that is only looked at never fetches them.
//!
//! Invariant: a key that was rotated is used within [`vault::FRESH`], without a deployment.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ask::{AskKeys, KeyRing, OutOfReach};
use futures::FutureExt;
use futures::future::BoxFuture;
use vault::{Secret, Vault};

/// The keys in a vault.
pub(crate) struct InVault {
    vault: Vault,
    name: String,
    /// The secret as it was read last, and the keys in it.
    read: Mutex<Option<(Arc<Secret>, AskKeys)>>,
}

impl InVault {
    pub(crate) fn named(vault: Vault, name: impl Into<String>) -> InVault {
        InVault { vault, name: name.into(), read: Mutex::default() }
    }

    fn keys_of(&self, secret: Arc<Secret>) -> Result<AskKeys, OutOfReach> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, keys)) = read.as_ref().filter(|(known, _)| Arc::ptr_eq(known, &secret)) {
            return Ok(keys.clone());
        }
        let keys = AskKeys::from_secret(secret.reveal());
        let keys = keys.map_err(|why| OutOfReach(format!("the secret {:?}: {why}", self.name)))?;
        *read = Some((secret, keys.clone()));
        Ok(keys)
    }
}

impl KeyRing for InVault {
    fn keys(&self) -> BoxFuture<'_, Result<AskKeys, OutOfReach>> {
        let read = self.vault.read(&self.name);
        async move { self.keys_of(read.await.map_err(|why| OutOfReach(why.to_string()))?) }.boxed()
    }
}

impl fmt::Debug for InVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the keys in {}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::Clock;
    use jiff::SignedDuration;

    const ONE: &str = "c25haWwtdGVzdC1rZXktdGhhdC1pcy1sb25nLWVub3VnaA==";
    const TWO: &str = "YW5vdGhlci1zbmFpbC1rZXktdGhhdC1pcy1sb25nLWVub3VnaA==";

    #[tokio::test]
    async fn keys_are_read_when_they_are_needed_and_a_rotation_is_seen() {
        let (clock, hands) = Clock::manual("2026-11-21T12:00:00Z".parse().unwrap());
        let vault = Vault::memory(clock.clone());
        let ring = InVault::named(vault.clone(), "ask");
        assert!(ring.keys().await.unwrap_err().to_string().contains("ask"), "it is not there yet");
        vault.put("ask", ONE);
        assert_eq!(format!("{:?}", ring.keys().await.unwrap()), "AskKeys(1)");
        vault.put("ask", &format!("{TWO},{ONE}"));
        hands.advance(vault::FRESH + SignedDuration::from_secs(1));
        assert_eq!(format!("{:?}", ring.keys().await.unwrap()), "AskKeys(2)");
    }

    #[tokio::test]
    async fn a_secret_that_is_no_key_is_named_and_not_shown() {
        let vault = Vault::memory(Clock::system());
        vault.put("ask", "short");
        let said = InVault::named(vault, "ask").keys().await.unwrap_err().to_string();
        assert!(said.contains("\"ask\"") && !said.contains("short"), "{said}");
    }
}
