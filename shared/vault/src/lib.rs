//! Where secrets come from, by name: Secrets Manager on AWS, a folder on a laptop, memory in tests.
//!
//! A secret that was read is kept for [`FRESH`], so that a request costs no call and a rotation is
//! seen by every function without a deployment. Something that is signed with an unknown key may be
//! signed with a newer one, so it is judged once more past what was kept: [`Vault::read_again`], and for
//! a [`Seal`] [`Vault::unseal`].
//!
//! Invariants: one secret is fetched by one caller at a time, and the others wait for its answer; a
//! secret that could be read once goes on being given out while its keeper does not answer; nothing
//! here prints a secret, and its memory is wiped when the last one who holds it lets it go.

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

/// How long a secret is given out without asking for it again.
pub const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How long one attempt to fetch a secret speaks for the next ones: strangers who send made-up key
/// ids must not turn every request into a call.
pub const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// A place for secrets. Clones share it, and what they have read.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
    law: Option<Law>,
}

/// Whether somebody may do an action, as IAM calls it, with the secret of a name.
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

/// What is known of one secret. Whoever holds the lock is the one who fetches.
type Slot = Arc<tokio::sync::Mutex<Option<Held>>>;

struct Held {
    secret: Arc<Secret>,
    /// When it was read.
    read: Timestamp,
    /// When somebody last tried to, in vain or not.
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

    /// Secrets that end with the process.
    pub fn memory(clock: Clock) -> Vault {
        Vault::over(Keeper::Memory(Mutex::default()), clock)
    }

    fn over(keeper: Keeper, clock: Clock) -> Vault {
        Vault { inner: Arc::new(Inner { keeper, clock, shelf: Mutex::default() }), law: None }
    }

    /// The same vault in the hands of somebody who may do what this says and no more: what IAM says to a
    /// function of an AWS account. It is given IAM's name of an action, and the name of a secret.
    #[must_use]
    pub fn held_to(&self, law: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Vault {
        Vault { inner: self.inner.clone(), law: Some(Arc::new(law)) }
    }

    /// The secret of this name, at most [`FRESH`] old, or older when its keeper does not answer.
    pub async fn read(&self, name: &str) -> Result<Arc<Secret>, VaultError> {
        self.newer_than(FRESH, name).await
    }

    /// The secret of this name as it is now. It is fetched at most once in [`PAUSE`], whoever asks.
    pub async fn read_again(&self, name: &str) -> Result<Arc<Secret>, VaultError> {
        self.newer_than(PAUSE, name).await
    }

    /// What signs with the secret of this name.
    pub async fn seal(&self, name: &str) -> Result<Seal, VaultError> {
        Seal::of(self.read(name).await?).ok_or_else(|| VaultError::Guessable(name.to_owned()))
    }

    /// What `known` finds under the secret of this name, or under the secret as it is now: another
    /// instance may sign with a key that has come since this one read it.
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

    /// Puts another text in the place of a secret, or makes one where the keeper lets us: Secrets
    /// Manager holds only what the template names. Whoever has read the old text may hold on to it
    /// for [`FRESH`], so what replaces a key has to contain it until then.
    pub async fn replace(&self, name: &str, text: &str) -> Result<(), VaultError> {
        self.may("secretsmanager:PutSecretValue", name)?;
        let secret = Arc::new(Secret::new(text.to_owned()));
        match &self.inner.keeper {
            Keeper::SecretsManager(client) => secrets_manager::replace(client, name, text).await?,
            Keeper::Folder(folder) => folder::replace(folder, name, text)?,
            Keeper::Memory(kept) => drop(lock(kept).insert(name.to_owned(), secret.clone())),
        }
        let now = self.inner.clock.now();
        // A new slot, not the old one: a fetch that began before this must not bring the old text back.
        let slot = Slot::new(Some(Held { secret, read: now, tried: now }).into());
        lock(&self.inner.shelf).insert(name.to_owned(), slot);
        Ok(())
    }

    /// Puts a secret into a vault in memory, without waiting: for those who furnish a test.
    ///
    /// # Panics
    ///
    /// Any other vault cannot be filled without waiting, so there this is a mistake in the program.
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
        // An instant in the future is one that the clock has stepped back from: nothing is known then.
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
