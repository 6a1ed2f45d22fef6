//! Verifying tokens and keys without a request for each.
//!
//! Invariants: a key set is requested at most every [`PAUSE`], however many unknown keys come, and a
//! set that cannot be renewed stays in use, since letting nobody in is the worse failure. An API key is
//! accepted for at most [`MEMORY`] after it was revoked. Concurrent lookups share one request. Roles
//! are never cached: they are asked for wherever power depends on them.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use clock::Clock;
use jiff::{SignedDuration, Timestamp};

use crate::{ApiKey, Authority, Claims, Denied, KeyGrant, KeySet, Role, Unreachable, Verifier};

/// How long a key set is used before it is requested again.
pub const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// The shortest time between two requests for the key set.
pub const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// How long an answer about an API key is cached.
pub const MEMORY: SignedDuration = SignedDuration::from_mins(1);
/// The size of the cache: ten thousand made-up keys push answers out, and take no more memory.
const MOST: usize = 10_000;

/// Verifies tokens and API keys. Clones share their caches.
#[derive(Clone)]
pub struct Keychain(Arc<Inner>);

struct Inner {
    authority: Arc<dyn Authority>,
    clock: Clock,
    tokens: RwLock<Tokens>,
    renewing: tokio::sync::Mutex<()>,
    grants: Mutex<HashMap<String, (Timestamp, Option<KeyGrant>)>>,
}

struct Tokens {
    verifier: Verifier,
    /// When the set was last received, and when it was last requested, successfully or not.
    got: Option<Timestamp>,
    asked: Option<Timestamp>,
}

impl Keychain {
    /// Accepts what `issuer` signs for `audience`, with the authority's keys.
    pub fn new(
        authority: impl Authority + 'static,
        issuer: impl Into<String>,
        audience: impl Into<String>,
        clock: Clock,
    ) -> Keychain {
        let verifier = Verifier::new(KeySet::empty(), issuer, audience, clock.clone());
        Keychain(Arc::new(Inner {
            authority: Arc::new(authority),
            clock,
            tokens: RwLock::new(Tokens { verifier, got: None, asked: None }),
            renewing: tokio::sync::Mutex::new(()),
            grants: Mutex::default(),
        }))
    }

    /// The claims of a token that is valid now.
    pub async fn token(&self, token: &str) -> Result<Claims, Denied> {
        if self.0.is_due(FRESH) {
            self.0.renew(FRESH).await;
        }
        let first = self.0.verifier().token(token);
        // An unknown key may be newer than the set.
        if first != Err(Denied::UnknownKey) {
            return first;
        }
        if self.0.is_due(PAUSE) {
            self.0.renew(PAUSE).await;
        }
        match self.0.verifier().token(token) {
            Err(Denied::UnknownKey) if self.0.has_no_set() => Err(Denied::Unreachable),
            told => told,
        }
    }

    /// Whether the answer about this key is in the cache, so that [`find`](Keychain::find) makes no
    /// request.
    pub fn remembers(&self, key: &ApiKey) -> bool {
        self.0.remembered(&key.digest()).is_some()
    }

    /// What the holder of this key may do now.
    pub async fn find(&self, key: &ApiKey) -> Result<KeyGrant, Denied> {
        let digest = key.digest();
        let grant = match self.0.remembered(&digest) {
            Some(grant) => grant,
            None => self.0.ask(digest).await.map_err(|unreachable| {
                tracing::warn!(error = unreachable.0, "an API key could not be looked up");
                Denied::Unreachable
            })?,
        };
        let grant = grant.ok_or(Denied::UnknownKey)?;
        if grant.expires_at <= self.0.clock.now() { Err(Denied::Expired) } else { Ok(grant) }
    }

    /// The person's roles now, whatever the token says. Never cached, since a cached answer would be
    /// one more claim; `SignedOut` when the session is over.
    pub async fn roles_now(&self, claims: &Claims) -> Result<BTreeSet<Role>, Denied> {
        let standing = self.0.authority.standing(claims.sub, &claims.session).await;
        let standing = standing.map_err(|unreachable| {
            tracing::warn!(error = unreachable.0, "what an account is now could not be asked");
            Denied::Unreachable
        })?;
        standing.ok_or(Denied::SignedOut)
    }
}

impl Inner {
    fn verifier(&self) -> Verifier {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).verifier.clone()
    }

    fn has_no_set(&self) -> bool {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner).got.is_none()
    }

    /// Whether the set is older than this and may be asked for.
    fn is_due(&self, age: SignedDuration) -> bool {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        // After a clock was turned back, every older stamp counts as expired.
        let since = |then: Timestamp| if then > now { SignedDuration::MAX } else { now.duration_since(then) };
        // Without a set no token can be verified, so every caller requests one.
        let Some(got) = tokens.got else { return true };
        since(got) >= age && tokens.asked.is_none_or(|asked| since(asked) >= PAUSE)
    }

    async fn renew(&self, age: SignedDuration) {
        let _alone = self.renewing.lock().await;
        // Another caller may have requested it meanwhile.
        if !self.is_due(age) {
            return;
        }
        let keys = self.authority.keys().await;
        let now = self.clock.now();
        let keys = keys.map_err(|error| error.to_string());
        let keys = keys.and_then(|json| KeySet::from_jwks(&json).map_err(|error| error.to_string()));
        let mut tokens = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        tokens.asked = Some(now);
        match keys {
            Ok(keys) => {
                tokens.verifier = tokens.verifier.with(keys);
                tokens.got = Some(now);
            }
            Err(error) => tracing::warn!(error, "the key set could not be renewed"),
        }
    }

    fn remembered(&self, digest: &str) -> Option<Option<KeyGrant>> {
        let grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, grant) = grants.get(digest)?;
        let now = self.clock.now();
        (*at <= now && now.duration_since(*at) < MEMORY).then(|| grant.clone())
    }

    async fn ask(&self, digest: String) -> Result<Option<KeyGrant>, Unreachable> {
        let grant = self.authority.grant(&digest).await?;
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        if grants.len() >= MOST {
            grants.clear();
        }
        grants.insert(digest, (self.clock.now(), grant.clone()));
        Ok(grant)
    }
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keychain").field("verifier", &self.0.verifier()).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "keychain_tests.rs"]
mod tests;
