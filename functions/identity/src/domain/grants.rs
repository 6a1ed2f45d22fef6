//! What API keys can be used for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Every scope that there is. None of them leads back here: a key cannot make a key.
const SCOPES: &[&str] = &[
    "booking:read",
    "booking:write",
    "cart:read",
    "cart:write",
    "catalog:read",
    "catalog:write",
    "inventory:read",
    "inventory:write",
    "loms",
    "merchants:read",
    "merchants:write",
    "orders:read",
    "orders:write",
    "payments:read",
    "production:read",
    "production:write",
    "quotes:read",
    "quotes:write",
    "telemetry:read",
    "telemetry:write",
];

/// The contract that is not ours knows its users by number alone, so its keys are an admin's to give.
const FOR_ADMINS: &[&str] = &["loms"];

/// One thing that a key may be used for, by its place among all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such scope")]
pub struct UnknownScope;

impl Scope {
    pub fn as_str(self) -> &'static str {
        SCOPES[self.0]
    }

    pub fn is_for_admins(self) -> bool {
        FOR_ADMINS.contains(&self.as_str())
    }

    pub fn granted(self) -> auth::Scope {
        self.as_str().parse().expect("a test reads every scope")
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Scope, UnknownScope> {
        SCOPES.binary_search(&text).map(Scope).map_err(|_| UnknownScope)
    }
}

impl TryFrom<String> for Scope {
    type Error = UnknownScope;

    fn try_from(text: String) -> Result<Scope, UnknownScope> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> String {
        scope.as_str().to_owned()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.enum_values(Some(SCOPES.iter().copied())).into()
    }
}

impl ToSchema for Scope {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_one_that_the_other_rooms_understand() {
        assert!(SCOPES.is_sorted());
        for text in SCOPES {
            let scope: Scope = text.parse().unwrap();
            assert_eq!(scope.granted().as_str(), *text);
            assert!(!text.starts_with("identity:"));
        }
        assert!("loms".parse::<Scope>().unwrap().is_for_admins());
        assert!("catalog".parse::<Scope>().is_err() && "identity:write".parse::<Scope>().is_err());
    }
}
