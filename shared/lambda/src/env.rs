//! The environment of a function, whose errors are reported together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// The environment variables of one function.
#[derive(Clone, Debug, Default)]
pub struct Env(Arc<BTreeMap<String, String>>);

/// The variables that are missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unready(pub BTreeSet<String>);

impl Unready {
    /// One error.
    pub fn because(complaint: impl Into<String>) -> Unready {
        Unready(BTreeSet::from([complaint.into()]))
    }
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let complaints: Vec<_> = self.0.iter().map(String::as_str).collect();
        write!(f, "this function cannot start: {}", complaints.join("; "))
    }
}

impl std::error::Error for Unready {}

impl Env {
    /// The environment of the process.
    pub fn of_process() -> Env {
        Env(Arc::new(std::env::vars().collect()))
    }

    /// The variable, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Every variable with its value.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The variable, which must be set.
    pub fn need(&self, name: &str) -> Result<&str, Unready> {
        self.get(name).ok_or_else(|| Unready::because(format!("{name} is not set")))
    }

    /// The variable parsed, or a default when it is not set.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T, Unready> {
        let Some(text) = self.get(name) else { return Ok(default) };
        text.parse().map_err(|_| Unready::because(format!("{name} is not a valid value: {text:?}")))
    }

    /// Whether a switch is on.
    pub fn on(&self, name: &str) -> bool {
        self.get(name) == Some("on")
    }

    /// Reports every missing variable of these, not only the first.
    pub fn require<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), Unready> {
        let missing = names.into_iter().filter(|name| self.get(name).is_none());
        let missing: BTreeSet<_> = missing.map(|name| format!("{name} is not set")).collect();
        if missing.is_empty() { Ok(()) } else { Err(Unready(missing)) }
    }

    /// The same environment with these variables over it.
    pub fn with<K: Into<String>, V: Into<String>>(&self, more: impl IntoIterator<Item = (K, V)>) -> Env {
        let mut variables = (*self.0).clone();
        variables.extend(more.into_iter().map(|(name, value)| (name.into(), value.into())));
        Env(Arc::new(variables))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Env {
        Env::default().with(variables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let env = Env::from_iter([("TABLE", "t"), ("EMPTY", "")]);
        let unready = env.require(["TABLE", "QUEUE", "EMPTY"]).unwrap_err();
        let said = unready.to_string();
        assert_eq!(said, "this function cannot start: EMPTY is not set; QUEUE is not set");
    }

    #[test]
    fn a_value_that_does_not_parse_is_a_complaint_and_not_a_default() {
        let env = Env::from_iter([("LIMIT", "many")]);
        assert!(env.parsed("LIMIT", 3_u32).is_err());
        assert_eq!(env.parsed("OTHER", 3_u32), Ok(3));
    }
}
