//! The keys that rooms sign their asks with, by the name of a secret: so they stand in no template and
//! in no log, and a function that is only looked at never fetches them.
//!
//! Invariants: a key that was rotated is used within [`vault::FRESH`], without a deployment; one that
//! was damaged on the way does not take the place of one that is good.

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
        match (AskKeys::from_secret(secret.reveal()), &*read) {
            (Ok(keys), _) => {
                *read = Some((secret, keys.clone()));
                Ok(keys)
            }
            // As the vault does when its keeper is away: what was good a moment ago goes on.
            (Err(why), Some((_, keys))) => {
                tracing::error!(secret = self.name, error = %why, "the new ask key is none");
                Ok(keys.clone())
            }
            (Err(why), None) => Err(OutOfReach(format!("the secret {:?}: {why}", self.name))),
        }
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
    use std::path::Path;

    const ONE: &str = "c25haWwtdGVzdC1rZXktdGhhdC1pcy1sb25nLWVub3VnaA==";
    const TWO: &str = "YW5vdGhlci1zbmFpbC1rZXktdGhhdC1pcy1sb25nLWVub3VnaA==";

    #[tokio::test]
    async fn keys_are_read_when_they_are_needed_and_a_rotation_is_seen() {
        let (clock, hands) = Clock::manual("2026-11-21T12:00:00Z".parse().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let ring = InVault::named(Vault::folder(folder.path(), clock.clone()), "ask");
        // Whoever rotates a key is another process, with another vault over the same folder.
        let writes = |text: String| {
            let (folder, clock) = (folder.path().to_owned(), clock.clone());
            async move { Vault::folder(Path::new(&folder), clock).replace("ask", &text).await.unwrap() }
        };
        let known = async || format!("{:?}", ring.keys().await.unwrap());
        assert!(ring.keys().await.unwrap_err().to_string().contains("\"ask\""), "it is not there yet");
        writes(ONE.to_owned()).await;
        hands.advance(vault::PAUSE);
        assert_eq!(known().await, "AskKeys(1)");
        writes(format!("{TWO},{ONE}")).await;
        assert_eq!(known().await, "AskKeys(1)", "it is fresh");
        hands.advance(vault::FRESH);
        assert_eq!(known().await, "AskKeys(2)");
        writes("damaged".to_owned()).await;
        hands.advance(vault::FRESH);
        assert_eq!(known().await, "AskKeys(2)", "what was good goes on");
    }

    #[tokio::test]
    async fn a_secret_that_is_no_key_is_named_and_not_shown() {
        let vault = Vault::memory(Clock::system());
        vault.put("ask", "short");
        let said = InVault::named(vault, "ask").keys().await.unwrap_err().to_string();
        assert!(said.contains("\"ask\"") && !said.contains("short"), "{said}");
    }
}
