//! The two secrets of the room, by their names in the vault.

use std::sync::Arc;

use auth::issue::Issuer;
use lambda::Surroundings;
use vault::{Seal, Vault};

use super::{App, AppError};
use crate::domain::SigningKeys;

/// Where the secrets lie. A role that needs one of them has its name.
#[derive(Clone, Debug)]
pub struct Secrets {
    vault: Vault,
    letter: Arc<str>,
    signing: Arc<str>,
}

impl Secrets {
    pub fn open(around: &Surroundings) -> Secrets {
        let name = |variable| Arc::from(around.env.get(variable).unwrap_or_default());
        Secrets {
            vault: around.vault.clone(),
            letter: name("LETTER_SECRET"),
            signing: name("SIGNING_SECRET"),
        }
    }

    /// What refresh tokens, letters and API keys follow from.
    pub(crate) async fn seal(&self) -> Result<Seal, AppError> {
        Ok(self.vault.seal(&self.letter).await?)
    }

    /// What a reader finds in a text that we have signed.
    pub(super) async fn unseal<T>(&self, known: impl Fn(&Seal) -> Option<T>) -> Result<Option<T>, AppError> {
        Ok(self.vault.unseal(&self.letter, known).await?)
    }

    pub(super) async fn signing(&self) -> Result<SigningKeys, AppError> {
        Ok(SigningKeys::read(self.vault.read(&self.signing).await?.reveal())?)
    }

    /// The same as it is now, for whoever is about to change it.
    pub(super) async fn signing_again(&self) -> Result<SigningKeys, AppError> {
        Ok(SigningKeys::read(self.vault.read_again(&self.signing).await?.reveal())?)
    }

    /// Puts other keys in the place of those.
    pub(super) async fn replace_signing(&self, keys: &SigningKeys) -> Result<(), AppError> {
        Ok(self.vault.replace(&self.signing, &keys.write()).await?)
    }
}

impl App {
    pub(super) fn issuer(&self, secret: &str) -> Issuer {
        Issuer::from_secret(secret, &*self.market.issuer, &*self.market.audience)
    }
}
