//! The rights of callers: each function has those of its policies, the owner of the machine all.
//!
//! The signature of a request names the key that it was made with. The key of a function is its logical
//! id, so an engine knows which policies apply, also for a presigned URL. The only other key is the
//! owner's, for tests, seeders and the command line.
//!
//! Invariants: the policies are those of `template.yaml`, and there is no second list; what they do not
//! allow is refused before anything is read or changed, as AWS refuses it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use http::HeaderMap;

use crate::keys::Key;
use crate::signature::Scope;
use crate::template::{Function, Right};

/// The policies of all functions. Clones share them.
#[derive(Clone, Debug)]
pub struct Guard(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    owner: Key,
    functions: RwLock<BTreeMap<String, Arc<Grants>>>,
    refusals: Mutex<BTreeSet<Act>>,
}

/// The rights of one function: resources by action.
type Grants = BTreeMap<String, Vec<Grant>>;

#[derive(Debug)]
struct Grant {
    resource: String,
    used: AtomicBool,
}

/// An action of a function, allowed, done or refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// The logical id of the function.
    pub function: String,
    /// The action, such as `dynamodb:Scan`.
    pub action: String,
    /// The resource: the last part of its ARN.
    pub resource: String,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Act { function, action, resource } = self;
        write!(f, "{function}: {action} on {resource}")
    }
}

/// The function that signed, with its policies.
pub(crate) struct Signer<'a> {
    guard: &'a Guard,
    function: String,
    grants: Arc<Grants>,
}

impl Guard {
    /// A guard whose owner has this key.
    pub(crate) fn of(owner: Key) -> Guard {
        Guard(Arc::new(Inner { owner, functions: RwLock::default(), refusals: Mutex::default() }))
    }

    /// Sets the policies of these functions.
    pub(crate) fn know(&self, functions: &[Function]) {
        let mut known = self.0.functions.write().unwrap_or_else(PoisonError::into_inner);
        for function in functions {
            let mut grants = Grants::new();
            for Right { action, resource } in &function.rights {
                let grant = Grant { resource: place(resource).to_owned(), used: AtomicBool::new(false) };
                grants.entry(action.clone()).or_default().push(grant);
            }
            known.insert(function.logical_id.clone(), Arc::new(grants));
        }
    }

    /// The owner's or a function's key of this id, with its secret.
    pub(crate) fn key(&self, id: &str) -> Option<Key> {
        let known = self.0.functions.read().unwrap_or_else(PoisonError::into_inner).contains_key(id);
        (known || id == self.0.owner.id()).then(|| self.0.owner.of(id))
    }

    /// The key of the owner.
    pub(crate) fn owner(&self) -> &Key {
        &self.0.owner
    }

    /// The function that signed a request; `None` for the owner, who has all rights.
    pub(crate) fn signer(&self, headers: &HeaderMap) -> Option<Signer<'_>> {
        self.signed_by(&Scope::of(headers, None)?.key)
    }

    /// The function of a key.
    pub(crate) fn signed_by(&self, key: &str) -> Option<Signer<'_>> {
        let known = self.0.functions.read().unwrap_or_else(PoisonError::into_inner);
        let grants = known.get(key)?.clone();
        Some(Signer { guard: self, function: key.to_owned(), grants })
    }

    /// Whether a function may do an action with the secret of a name. The vault asks this, since
    /// secrets have no engine here.
    pub fn secrets_of(&self, function: &str) -> impl Fn(&str, &str) -> bool + Send + Sync + 'static {
        let (guard, function) = (self.clone(), function.to_owned());
        move |action, name| {
            let signer = guard.signed_by(&function);
            signer.is_none_or(|signer| signer.may(action, &format!("secret:{name}")).is_ok())
        }
    }

    /// Whether a function may invoke the function of a name. The carrier of its asks asks this.
    pub fn invocations_of(&self, function: &str) -> impl Fn(&str) -> bool + Send + Sync + 'static {
        let (guard, function) = (self.clone(), function.to_owned());
        move |name| {
            let signer = guard.signed_by(&function);
            signer
                .is_none_or(|signer| signer.may("lambda:InvokeFunction", &format!("function:{name}")).is_ok())
        }
    }

    /// All refused actions, each once.
    pub fn refusals(&self) -> BTreeSet<Act> {
        self.list().clone()
    }

    /// The actions that the functions may do, and those that they have done.
    pub fn granted_and_used(&self) -> (BTreeSet<Act>, BTreeSet<Act>) {
        let known = self.0.functions.read().unwrap_or_else(PoisonError::into_inner);
        let (mut granted, mut used) = (BTreeSet::new(), BTreeSet::new());
        for (function, grants) in known.iter() {
            for (action, grant) in grants.iter().flat_map(|(a, grants)| grants.iter().map(move |g| (a, g))) {
                let (function, action) = (function.clone(), action.clone());
                let act = Act { function, action, resource: grant.resource.clone() };
                if grant.used.load(Ordering::Relaxed) {
                    used.insert(act.clone());
                }
                granted.insert(act);
            }
        }
        (granted, used)
    }

    fn list(&self) -> MutexGuard<'_, BTreeSet<Act>> {
        self.0.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signer<'_> {
    /// Whether the signer may do this with the resource, given as the last part of its ARN.
    pub(crate) fn may(&self, action: &str, resource: &str) -> Result<(), Act> {
        let grants = self.grants.get(action).into_iter().flatten();
        let mut allowed = false;
        for grant in grants.filter(|grant| is_like(&grant.resource, resource)) {
            allowed = true;
            grant.used.store(true, Ordering::Relaxed);
        }
        if allowed {
            return Ok(());
        }
        let (function, action, resource) = (self.function.clone(), action.to_owned(), resource.to_owned());
        tracing::warn!(function, action, resource, "no policy allows this");
        let refused = Act { function, action, resource };
        self.guard.list().insert(refused.clone());
        Err(refused)
    }
}

/// The message of a refusal, close to AWS's.
pub(crate) fn apology(refused: &Act) -> String {
    let Act { function, action, resource } = refused;
    format!("{function} is not authorized to perform {action} on {resource}: no policy of it allows that")
}

/// The part of an ARN that names the resource: account and region are always the same here.
fn place(arn: &str) -> &str {
    arn.splitn(6, ':').last().unwrap_or(arn)
}

/// Whether a resource matches a pattern. The only patterns are those with an open end, which the house
/// rules check.
fn is_like(pattern: &str, resource: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => resource.starts_with(beginning),
        None => pattern == resource,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_begins_like_it_or_is_it() {
        for (pattern, resource, like) in [
            ("table/things", "table/things", true),
            ("table/things", "table/things/index/gsi1", false),
            ("bucket/media/*", "bucket/media/a/b", true),
            ("bucket/media/*", "bucket/mediaeval", false),
            ("bucket/media/*", "bucket/imports/a", false),
        ] {
            assert_eq!(is_like(pattern, resource), like, "{pattern} {resource}");
        }
    }

    #[test]
    fn the_end_of_an_arn_names_the_thing() {
        assert_eq!(place("arn:aws:s3:::bucket/media/*"), "bucket/media/*");
        assert_eq!(place("arn:aws:secretsmanager:us-east-1:0:secret:ask"), "secret:ask");
    }
}
