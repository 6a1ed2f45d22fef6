//! The envelope of every fact, from the item that emits it to the room that hears it.
//!
//! Invariant: the id of a fact is made of its aggregate, the version that the aggregate reached and its
//! place among the facts of that transition. A retry therefore has the same id, and a missing version
//! shows as a gap.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The data of one kind of fact.
pub trait Spoken: Serialize + DeserializeOwned {
    /// The full name with its version, such as `inventory.stock_received.v1`.
    const NAME: &'static str;
}

/// A fact in its envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// `<aggregate>.<version>.<n>`.
    pub id: String,
    /// The full name with its version, such as `inventory.stock_received.v1`.
    pub name: String,
    /// The id of its aggregate; facts of one aggregate are heard in order.
    pub aggregate: String,
    /// The version that the aggregate reached by it.
    pub version: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The W3C `traceparent` of the request that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// Its data, in the shape that its name stands for.
    pub data: Value,
}

/// A fact that a decision returned and that no item has been saved with yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsent {
    /// The full name with its version.
    pub name: &'static str,
    /// Its data.
    pub data: Value,
}

/// Why a fact could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Misheard {
    /// It is another fact than the expected one.
    #[error("{found} was heard as {expected}")]
    OtherName {
        /// The expected name.
        expected: &'static str,
        /// The name it has.
        found: String,
    },
    /// The name is right, and the data have another shape.
    #[error("{name} says something unknown: {reason}")]
    OtherShape {
        /// The name it has.
        name: &'static str,
        /// What is wrong with the data.
        reason: serde_json::Error,
    },
}

impl Fact {
    /// A fact with these data.
    pub fn of<F: Spoken>(fact: &F) -> Unsent {
        let data = serde_json::to_value(fact).expect("facts are plain data with text for keys");
        Unsent { name: F::NAME, data }
    }

    /// The room that published it: the first part of the name.
    pub fn speaker(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// Reads the data as one kind of fact, ignoring fields that were added later.
    pub fn hear<F: Spoken>(&self) -> Result<F, Misheard> {
        if self.name != F::NAME {
            return Err(Misheard::OtherName { expected: F::NAME, found: self.name.clone() });
        }
        F::deserialize(&self.data).map_err(|reason| Misheard::OtherShape { name: F::NAME, reason })
    }
}

impl Unsent {
    /// The fact as it is saved: the `n`th of those that brought `aggregate` to `version`.
    pub fn seal(self, aggregate: &str, version: u64, n: usize, at: Timestamp, trace: Option<String>) -> Fact {
        Fact {
            id: format!("{aggregate}.{version}.{n}"),
            name: self.name.to_owned(),
            aggregate: aggregate.to_owned(),
            version,
            at,
            trace,
            data: self.data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{SoldOut, StockReceived};
    use ids::{Uuid, VariantId};
    use serde_json::json;

    fn sold_out() -> Fact {
        let variant = VariantId::from_uuid(Uuid::from_u128(7));
        let at = "2026-11-21T12:00:00Z".parse().unwrap();
        Fact::of(&SoldOut { variant }).seal(&variant.to_string(), 3, 1, at, None)
    }

    #[test]
    fn a_fact_is_named_after_its_aggregate_version_and_place() {
        let fact = sold_out();
        assert_eq!(fact.id, "var_00000000000000000000000007.3.1");
        assert_eq!(fact.name, "inventory.sold_out.v1");
        assert_eq!(fact.speaker(), "inventory");
    }

    #[test]
    fn what_is_said_is_heard() {
        let heard: SoldOut = sold_out().hear().unwrap();
        assert_eq!(heard.variant, VariantId::from_uuid(Uuid::from_u128(7)));
    }

    #[test]
    fn a_fact_is_not_heard_as_another() {
        let misheard = sold_out().hear::<StockReceived>().unwrap_err();
        assert_eq!(misheard.to_string(), "inventory.sold_out.v1 was heard as inventory.stock_received.v1");
    }

    #[test]
    fn a_fact_of_a_wrong_shape_is_misheard_with_the_reason() {
        let mut fact = sold_out();
        fact.data = json!({"variant": "prd_00000000000000000000000007"});
        let misheard = fact.hear::<SoldOut>().unwrap_err();
        assert!(matches!(misheard, Misheard::OtherShape { .. }));
        assert!(misheard.to_string().contains("begins with `var_`"), "{misheard}");
        fact.data = Value::Null;
        assert!(fact.hear::<SoldOut>().is_err());
    }

    #[test]
    fn fields_that_were_added_later_are_ignored() {
        let mut json = serde_json::to_value(sold_out()).unwrap();
        json["priority"] = json!("high");
        json["data"]["since"] = json!("2026-11-21T12:00:00Z");
        let fact: Fact = serde_json::from_value(json).unwrap();
        assert!(fact.hear::<SoldOut>().is_ok());
    }

    #[test]
    fn a_fact_without_a_trace_has_no_such_field() {
        let json = serde_json::to_value(sold_out()).unwrap();
        assert!(json.get("trace").is_none());
    }
}
