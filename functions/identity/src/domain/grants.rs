//! What API keys can be used for.

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

impl TryFrom<String> for Scope {
    type Error = UnknownScope;

    fn try_from(text: String) -> Result<Scope, UnknownScope> {
        SCOPES.binary_search(&&*text).map(Scope).map_err(|_| UnknownScope)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> String {
        scope.as_str().to_owned()
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

    fn scope(text: &str) -> Result<Scope, UnknownScope> {
        text.to_owned().try_into()
    }

    #[test]
    fn every_scope_is_one_that_the_other_rooms_understand() {
        assert!(SCOPES.is_sorted());
        for text in SCOPES {
            let scope = scope(text).unwrap();
            assert_eq!(scope.granted().as_str(), *text);
            assert!(!text.starts_with("identity:"));
        }
        assert!(scope("loms").unwrap().is_for_admins());
        assert!(scope("catalog").is_err() && scope("identity:write").is_err());
    }
}
