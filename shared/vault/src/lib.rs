//! Secrets by name: Secrets Manager on AWS, a folder on a laptop, memory in tests.
//!
//! A secret is cached for [`FRESH`], so that a request costs no call and every function sees a rotation
//! without a deployment. A signature by an unknown key may be by a newer one, so it is checked again
//! with a fresh read: [`Vault::read_again`], and for a [`Seal`] [`Vault::unseal`].
//!
//! Invariants: one caller at a time fetches a secret, and the others wait for its answer; a cached
//! secret stays in use while the store does not answer; no secret is printed, and its memory is wiped
//! when its last holder drops it.

mod error;
mod folder;
mod seal;
mod secret;
mod secrets_manager;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clock::Clock;
use jiff::{SignedDuration, Timestamp};

pub use error::VaultError;
pub use seal::Seal;
pub use secret::Secret;

/// How long a secret is cached.
pub const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// The shortest time between two fetches of a secret, so that made-up key ids of strangers do not cost
/// a call each.
pub const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// A store of secrets. Clones share it and its cache.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
    law: Option<Law>,
}

/// Whether the policies allow an action of IAM on the secret of a name.
type Law = Arc<dyn Fn(&str, &str) -> bool + Send + Sync>;

struct Inner {
    keeper: Keeper,
    clock: Clock,
    shelf: Mutex<BTreeMap<String, Slot>>,
}

enum Keeper {
    SecretsManager(aws_sdk_secretsmanager::Client),
    Folder(PathBuf),
    Memory(Mutex<BTreeMap<String, Arc<Secret>>>),
}

/// The cache of one secret. The holder of the lock fetches it.
type Slot = Arc<tokio::sync::Mutex<Option<Held>>>;

struct Held {
    secret: Arc<Secret>,
    /// When it was read.
    read: Timestamp,
    /// When it was last fetched, successfully or not.
    tried: Timestamp,
}

impl Vault {
    /// The secrets of an AWS account, by their names there.
    pub fn secrets_manager(client: aws_sdk_secretsmanager::Client, clock: Clock) -> Vault {
        Vault::over(Keeper::SecretsManager(client), clock)
    }

    /// Files in a folder, one per secret, readable by their owner alone. The folder is made when the
    /// first secret is put there.
    pub fn folder(path: impl Into<PathBuf>, clock: Clock) -> Vault {
        Vault::over(Keeper::Folder(path.into()), clock)
    }

    /// Secrets in memory, which end with the process.
    pub fn memory(clock: Clock) -> Vault {
        Vault::over(Keeper::Memory(Mutex::default()), clock)
    }

    fn over(keeper: Keeper, clock: Clock) -> Vault {
        Vault { inner: Arc::new(Inner { keeper, clock, shelf: Mutex::default() }), law: None }
    }

    /// The same vault, limited to what `law` allows, as IAM limits a function. `law` gets IAM's name of
    /// an action, and the name of a secret.
    #[must_use]
    pub fn held_to(&self, law: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Vault {
        Vault { inner: self.inner.clone(), law: Some(Arc::new(law)) }
    }

    /// The secret of this name, at most [`FRESH`] old, or older when the store does not answer.
    pub async fn read(&self, name: &str) -> Result<Arc<Secret>, VaultError> {
        self.newer_than(FRESH, name).await
    }

    /// The secret of this name, fetched again, but at most once in [`PAUSE`].
    pub async fn read_again(&self, name: &str) -> Result<Arc<Secret>, VaultError> {
        self.newer_than(PAUSE, name).await
    }

    /// The seal with the secret of this name.
    pub async fn seal(&self, name: &str) -> Result<Seal, VaultError> {
        Seal::of(self.read(name).await?).ok_or_else(|| VaultError::Guessable(name.to_owned()))
    }

    /// The result of `known` for the secret of this name, or for a fresh read of it: another instance
    /// may sign with a key that came after this one read it.
    pub async fn unseal<T>(
        &self,
        name: &str,
        known: impl Fn(&Seal) -> Option<T>,
    ) -> Result<Option<T>, VaultError> {
        if let Some(found) = known(&self.seal(name).await?) {
            return Ok(Some(found));
        }
        let newest = Seal::of(self.read_again(name).await?);
        Ok(known(&newest.ok_or_else(|| VaultError::Guessable(name.to_owned()))?))
    }

    /// Replaces a secret, or makes one where the store allows it: Secrets Manager holds only what the
    /// template names. Other instances may use the old text for [`FRESH`], so a new key has to stand
    /// beside the old one until then.
    pub async fn replace(&self, name: &str, text: &str) -> Result<(), VaultError> {
        self.may("secretsmanager:PutSecretValue", name)?;
        let secret = Arc::new(Secret::new(text.to_owned()));
        match &self.inner.keeper {
            Keeper::SecretsManager(client) => secrets_manager::replace(client, name, text).await?,
            Keeper::Folder(folder) => folder::replace(folder, name, text)?,
            Keeper::Memory(kept) => drop(lock(kept).insert(name.to_owned(), secret.clone())),
        }
        let now = self.inner.clock.now();
        // A new slot, because a fetch that is under way must not bring the old text back.
        let slot = Slot::new(Some(Held { secret, read: now, tried: now }).into());
        lock(&self.inner.shelf).insert(name.to_owned(), slot);
        Ok(())
    }

    /// Puts a secret into a vault in memory, for the setup of a test.
    ///
    /// # Panics
    ///
    /// Other vaults need to wait for their store, so this is a defect of the caller.
    pub fn put(&self, name: &str, text: &str) {
        let Keeper::Memory(kept) = &self.inner.keeper else {
            panic!("only a vault in memory can be filled without waiting");
        };
        lock(kept).insert(name.to_owned(), Arc::new(Secret::new(text.to_owned())));
        lock(&self.inner.shelf).remove(name);
    }

    async fn newer_than(&self, age: SignedDuration, name: &str) -> Result<Arc<Secret>, VaultError> {
        self.may("secretsmanager:GetSecretValue", name)?;
        let slot = lock(&self.inner.shelf).entry(name.to_owned()).or_default().clone();
        let mut held = slot.lock().await;
        let now = self.inner.clock.now();
        // An instant in the future means that the clock was set back: the cache is ignored.
        let within = |age: SignedDuration, at: Timestamp| at <= now && now.duration_since(at) < age;
        if let Some(held) = held.as_ref()
            && (within(age, held.read) || within(PAUSE, held.tried))
        {
            return Ok(held.secret.clone());
        }
        match (self.fetch(name).await, held.as_mut()) {
            (Ok(secret), _) => {
                *held = Some(Held { secret: secret.clone(), read: now, tried: now });
                Ok(secret)
            }
            (Err(error), Some(old)) => {
                tracing::warn!(secret = name, %error, "a secret could not be read again; the one read before goes on");
                old.tried = now;
                Ok(old.secret.clone())
            }
            (Err(error), None) => Err(error),
        }
    }

    fn may(&self, action: &str, name: &str) -> Result<(), VaultError> {
        match self.law.as_ref().is_none_or(|law| law(action, name)) {
            true => Ok(()),
            false => {
                let why = format!("403 AccessDeniedException: no policy allows {action}");
                Err(VaultError::Refused { name: name.to_owned(), why })
            }
        }
    }

    async fn fetch(&self, name: &str) -> Result<Arc<Secret>, VaultError> {
        match &self.inner.keeper {
            Keeper::SecretsManager(client) => secrets_manager::read(client, name).await.map(Arc::new),
            Keeper::Folder(folder) => folder::read(folder, name).map(Arc::new),
            Keeper::Memory(kept) => {
                lock(kept).get(name).cloned().ok_or_else(|| VaultError::Missing(name.to_owned()))
            }
        }
    }
}

/// A panic elsewhere cannot leave half a map behind, so a poisoned lock is still right.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inner.keeper {
            Keeper::SecretsManager(_) => f.write_str("Vault(Secrets Manager)"),
            Keeper::Folder(folder) => write!(f, "Vault({})", folder.display()),
            Keeper::Memory(_) => f.write_str("Vault(memory)"),
        }
    }
}
