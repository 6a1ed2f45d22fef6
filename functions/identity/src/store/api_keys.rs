//! API keys: under their digests, with a list of them for each owner.

use dynamo::{Condition, Error, Update, Versioned, Write};
use jiff::Timestamp;

use super::{Store, keys};
use crate::domain::{ApiKey, KeyOwner, Keyring};

impl Store {
    /// An owner's list of keys; an empty one at version 0 when there is none.
    pub async fn keyring(&self, owner: KeyOwner) -> Result<Versioned<Keyring>, Error> {
        Ok(self.table.get(&keys::keyring(owner)).await?.map(Versioned::from).unwrap_or_default())
    }

    pub async fn api_key(&self, digest: &str) -> Result<Option<ApiKey>, Error> {
        Ok(self.table.get::<ApiKey>(&keys::api_key(digest)).await?.map(|found| found.body))
    }

    pub async fn api_keys(&self, ring: &Keyring) -> Result<Vec<ApiKey>, Error> {
        let wanted: Vec<_> = ring.keys.iter().map(|key| keys::api_key(&key.digest)).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.table.get_many_now(&wanted).await?.into_iter().map(|found| found.body).collect())
    }

    /// Notes the hour in which a key was used, if the key is still there.
    pub async fn note_use(&self, digest: &str, hour: Timestamp) -> Result<(), Error> {
        let used = Update::new().say("used_at", hour.to_string());
        let note = Write::update(keys::api_key(digest), used).when(Condition::Present);
        match self.table.update(note).await {
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
