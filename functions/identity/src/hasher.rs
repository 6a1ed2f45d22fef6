//! Turning passwords into what is kept of them, off the thread that answers requests.
//!
//! Invariants: an unknown account is verified against a hash of the same parameters that no password
//! has; only so many are at it at once, since each takes its share of the memory.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::{PasswordHash as Phc, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use failure::Failure;
use lambda::{Env, Unready};
use tokio::sync::Semaphore;

use crate::domain::{Password, PasswordHash};

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Four at once take 76 MiB, and a function has one core at most to do it with.
const AT_ONCE: usize = 4;
/// A hash that is no password's: what stands behind its salt is not the end of any computation.
const NOBODY: &str = "c25haWwtbm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes passwords and verifies them. Clones share how many are at it.
#[derive(Clone)]
pub struct Hasher {
    params: Params,
    nobody: PasswordHash,
    at_once: Arc<Semaphore>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub right: bool,
    /// Whether what is kept of it was made with other parameters than those of today.
    pub outdated: bool,
}

impl Hasher {
    pub fn open(env: &Env) -> Result<Hasher, Unready> {
        let memory = env.parsed("PASSWORD_MEMORY_KIB", MEMORY_KIB)?;
        let passes = env.parsed("PASSWORD_PASSES", PASSES)?;
        let params = Params::new(memory, passes, LANES, None)
            .map_err(|e| Unready::because(format!("PASSWORD_MEMORY_KIB, PASSWORD_PASSES: {e}")))?;
        let nobody = PasswordHash::new(format!("$argon2id$v=19$m={memory},t={passes},p={LANES}${NOBODY}"));
        Ok(Hasher { params, nobody, at_once: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    pub async fn hash(&self, password: &Password) -> Result<PasswordHash, Failure> {
        observe::count("hashes_made", 1);
        let (argon, password) = (self.argon(), password.clone());
        self.work(move || {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(fault)?;
            let salt = SaltString::encode_b64(&salt).map_err(fault)?;
            let hash = argon.hash_password(password.reveal().as_bytes(), &salt).map_err(fault)?;
            Ok(PasswordHash::new(hash.to_string()))
        })
        .await
    }

    /// Whether this is the password, of an account or of none: it takes the same work.
    pub async fn verify(&self, password: &Password, kept: Option<&PasswordHash>) -> Result<Verdict, Failure> {
        observe::count("hashes_checked", 1);
        let (argon, params, password) = (self.argon(), self.params.clone(), password.clone());
        let known = kept.is_some();
        let kept = kept.unwrap_or(&self.nobody).clone();
        self.work(move || {
            let phc = Phc::new(kept.as_str()).map_err(fault)?;
            let right = match argon.verify_password(password.reveal().as_bytes(), &phc) {
                Ok(()) => true,
                Err(argon2::password_hash::Error::Password) => false,
                Err(error) => return Err(fault(error)),
            };
            let made_with = Params::try_from(&phc).map_err(fault)?;
            let same = |f: fn(&Params) -> u32| f(&made_with) == f(&params);
            let current = same(Params::m_cost) && same(Params::t_cost) && same(Params::p_cost);
            Ok(Verdict { right: right && known, outdated: !current })
        })
        .await
    }

    fn argon(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let _turn = self.at_once.acquire().await.map_err(fault)?;
        tokio::task::spawn_blocking(work).await.map_err(fault)?
    }
}

fn fault(error: impl fmt::Display) -> Failure {
    Failure::Defect(format!("a password could not be hashed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(memory: &str) -> Hasher {
        Hasher::open(&Env::from_iter([("PASSWORD_MEMORY_KIB", memory), ("PASSWORD_PASSES", "1")])).unwrap()
    }

    fn password(text: &str) -> Password {
        text.to_owned().try_into().unwrap()
    }

    #[tokio::test]
    async fn the_right_password_is_right_and_every_other_wrong() {
        let hasher = hasher("64");
        let kept = hasher.hash(&password("a snail on the way")).await.unwrap();
        assert!(kept.as_str().starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", kept.as_str());
        let verify = async |text: &str| hasher.verify(&password(text), Some(&kept)).await.unwrap();
        assert_eq!(verify("a snail on the way").await, Verdict { right: true, outdated: false });
        assert!(!verify("a snail on the Way").await.right);
        let again = hasher.hash(&password("a snail on the way")).await.unwrap();
        assert!(again != kept, "each has a salt of its own");
    }

    #[tokio::test]
    async fn what_was_made_with_other_parameters_is_right_and_outdated() {
        let kept = hasher("64").hash(&password("a snail on the way")).await.unwrap();
        let verdict = hasher("128").verify(&password("a snail on the way"), Some(&kept)).await.unwrap();
        assert_eq!(verdict, Verdict { right: true, outdated: true });
    }

    #[tokio::test]
    async fn nobody_has_a_password_and_it_is_looked_at_with_the_same_parameters() {
        let hasher = hasher("64");
        let verdict = hasher.verify(&password("a snail on the way"), None).await.unwrap();
        assert_eq!(verdict, Verdict { right: false, outdated: false });
    }

    #[tokio::test]
    async fn what_is_no_hash_is_a_fault_and_not_a_wrong_password() {
        let broken = PasswordHash::new("plain text".into());
        assert!(hasher("64").verify(&password("a snail on the way"), Some(&broken)).await.is_err());
    }

    #[test]
    fn parameters_that_hash_nothing_are_refused_at_the_start() {
        assert!(Hasher::open(&Env::from_iter([("PASSWORD_MEMORY_KIB", "1")])).is_err());
        assert!(Hasher::open(&Env::from_iter([("PASSWORD_PASSES", "0")])).is_err());
    }
}
