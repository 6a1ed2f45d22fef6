//! The rights that a request needs at DynamoDB: a transaction needs those of its parts, and has none of
//! its own.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::CONTENT_TYPE;
use crate::guard::{Act, Signer, apology};
use crate::handler::reply;

/// The names in a request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Asked {
    table_name: Option<String>,
    index_name: Option<String>,
    request_items: Option<BTreeMap<String, IgnoredAny>>,
    transact_items: Option<Vec<BTreeMap<String, Part>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    table_name: String,
}

/// DynamoDB's refusal, if the signer lacks the right.
pub(super) fn refusal(signer: &Signer<'_>, operation: &str, body: &Bytes) -> Option<http::Response<Bytes>> {
    let checked = match serde_json::from_slice(body) {
        Ok(asked) => allowed(signer, operation, asked),
        // A request that cannot be parsed names nothing, which no policy allows.
        Err(_) => signer.may(&format!("dynamodb:{operation}"), "nothing that can be read"),
    };
    let refused = checked.err()?;
    let kind = "com.amazon.coral.service#AccessDeniedException";
    let body = json!({ "__type": kind, "Message": apology(&refused) });
    Some(reply(400, CONTENT_TYPE, body.to_string()))
}

fn allowed(signer: &Signer<'_>, operation: &str, asked: Asked) -> Result<(), Act> {
    let may = |operation: &str, resource: String| signer.may(&format!("dynamodb:{operation}"), &resource);
    let table = |name: &str| format!("table/{name}");
    for (kind, part) in asked.transact_items.iter().flatten().flatten() {
        let needed = match kind.as_str() {
            "ConditionCheck" => "ConditionCheckItem".to_owned(),
            kind => format!("{kind}Item"),
        };
        may(&needed, table(&part.table_name))?;
    }
    for name in asked.request_items.iter().flat_map(BTreeMap::keys) {
        may(operation, table(name))?;
    }
    match (asked.table_name, asked.index_name) {
        (Some(name), None) => may(operation, table(&name)),
        (Some(name), Some(index)) => may(operation, format!("{}/index/{index}", table(&name))),
        (None, _) if asked.transact_items.is_some() || asked.request_items.is_some() => Ok(()),
        (None, _) => may(operation, "*".to_owned()),
    }
}
