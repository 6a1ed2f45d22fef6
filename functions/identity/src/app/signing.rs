//! The secrets of the room, by their names in the vault, and the keys that tokens are signed with.

use std::sync::Arc;

use auth::issue::Issuer;
use failure::Failure;
use lambda::Surroundings;
use serde_json::{Value, json};
use vault::{Seal, Secret, Vault};

use super::{App, AppError};
use crate::domain::SigningKeys;
use crate::tokens::random;

/// Where the secrets lie, and in whose name tokens are signed. A role that needs one of these has it.
#[derive(Clone, Debug)]
pub struct Secrets {
    vault: Vault,
    letter: Arc<str>,
    signing: Arc<str>,
    issuer: Arc<str>,
    audience: Arc<str>,
}

impl Secrets {
    pub fn open(around: &Surroundings) -> Secrets {
        let text = |variable| Arc::from(around.env.get(variable).unwrap_or_default());
        Secrets {
            vault: around.vault.clone(),
            letter: text("LETTER_SECRET"),
            signing: text("SIGNING_SECRET"),
            issuer: text("AUTH_ISSUER"),
            audience: text("AUTH_AUDIENCE"),
        }
    }

    /// What refresh tokens, letters and API keys follow from.
    pub async fn seal(&self) -> Result<Seal, AppError> {
        Ok(self.vault.seal(&self.letter).await?)
    }

    /// What a reader finds in a text that we have signed.
    pub async fn unseal<T>(&self, known: impl Fn(&Seal) -> Option<T>) -> Result<Option<T>, AppError> {
        Ok(self.vault.unseal(&self.letter, known).await?)
    }

    pub async fn signing(&self) -> Result<SigningKeys, AppError> {
        read(&*self.vault.read(&self.signing).await?)
    }

    async fn replace_signing(&self, keys: &SigningKeys) -> Result<(), AppError> {
        Ok(self.vault.replace(&self.signing, &keys.write()).await?)
    }

    pub fn issuer(&self, secret: &str) -> Issuer {
        Issuer::from_secret(secret, &*self.issuer, &*self.audience)
    }

    fn public_half(&self, secret: &str) -> Value {
        let set: Value = serde_json::from_str(&self.issuer(secret).jwks()).expect("a key set is JSON");
        set["keys"][0].clone()
    }
}

fn read(secret: &Secret) -> Result<SigningKeys, AppError> {
    Ok(SigningKeys::read(secret.reveal()).map_err(|bad| Failure::Defect(bad.to_string()))?)
}

impl App {
    /// The key set (JWKS) by which tokens are verified now: those that sign, those that will, and
    /// those whose last token is not dead yet.
    pub async fn show_keys(&self) -> Result<Value, AppError> {
        let keys = self.secrets.signing().await?;
        let published = keys.published(self.clock.now()).map(|key| self.secrets.public_half(&key.secret));
        Ok(json!({ "keys": published.collect::<Vec<_>>() }))
    }

    /// Makes a new key when the newest is old, and lets go of those that are dead. Two who try at
    /// once make one key: the turn is taken in the table before anything is written to the vault. Answers
    /// what the wide event says of it.
    pub async fn rotate_signing_key(&self) -> Result<&'static str, AppError> {
        let (now, secrets) = (self.clock.now(), &self.secrets);
        let keys = read(&*secrets.vault.read_again(&secrets.signing).await?)?;
        if !keys.is_due(now) {
            return match keys.without_dead(now) {
                Ok(alive) => secrets.replace_signing(&alive).await.map(|()| "Tidied"),
                Err(_) => Ok("NotDue"),
            };
        }
        let newest = secrets.public_half(&keys.newest().secret);
        let kid = newest["kid"].as_str().unwrap_or_default();
        if !self.store.take_turn(kid, now).await? {
            return Ok("Elsewhere");
        }
        let secret = hex::encode(random()?);
        secrets.replace_signing(&keys.renewed(secret, now)).await?;
        self.store.finish_turn(kid, self.clock.now()).await?;
        Ok("Now")
    }
}
