//! From a JSON request to `dynoxide`'s typed one and back.

use std::sync::MutexGuard;

use dynoxide::DynoxideError;
use dynoxide::actions;
use dynoxide::actions::vector_lifecycle::VectorIndexLifecycle;
use dynoxide::storage::Storage;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::at_once;

/// The operations that the engine knows.
pub(super) const KNOWN: &[&str] = &[
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeStream",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "GetRecords",
    "GetShardIterator",
    "ListStreams",
    "ListTables",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
    "UpdateTimeToLive",
];

/// Runs an operation. The storage is locked while it is used, and not while JSON is read and written.
pub(super) fn run<'a>(
    lock: impl FnOnce() -> Result<MutexGuard<'a, Storage>, DynoxideError>,
    vectors: &VectorIndexLifecycle,
    operation: &str,
    body: &[u8],
) -> Result<String, DynoxideError> {
    macro_rules! with {
        ($action:ident $(, $more:expr)?) => {{
            let request = read(body)?;
            let answer = {
                let storage = lock()?;
                at_once(actions::$action::execute(&*storage, request $(, $more)?))?
            };
            write(&answer)
        }};
    }
    match operation {
        "BatchGetItem" => with!(batch_get_item),
        "BatchWriteItem" => with!(batch_write_item),
        "CreateTable" => with!(create_table),
        "DeleteItem" => with!(delete_item),
        "DeleteTable" => with!(delete_table, vectors),
        "DescribeStream" => with!(describe_stream),
        "DescribeTable" => with!(describe_table, vectors),
        "DescribeTimeToLive" => with!(describe_time_to_live),
        "GetItem" => with!(get_item),
        "GetRecords" => with!(get_records),
        "GetShardIterator" => with!(get_shard_iterator),
        "ListStreams" => with!(list_streams),
        "ListTables" => with!(list_tables),
        "PutItem" => with!(put_item),
        "Query" => with!(query),
        "Scan" => with!(scan),
        "TransactGetItems" => with!(transact_get_items),
        "TransactWriteItems" => with!(transact_write_items),
        "UpdateItem" => with!(update_item),
        "UpdateTimeToLive" => with!(update_time_to_live),
        other => Err(DynoxideError::ValidationException(format!("{other} is not known here"))),
    }
}

/// Parses a request. `dynoxide` marks a refused value in the message, to tell it from a wrong shape.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, DynoxideError> {
    serde_json::from_slice(body).map_err(|problem| {
        let message = problem.to_string();
        let position = message.rfind(" at line ").unwrap_or(message.len());
        let bare = message[..position].to_owned();
        for mark in ["VALIDATION_REQUEST:", "VALIDATION_AS_READ:", "VALIDATION:"] {
            if let Some(refusal) = bare.strip_prefix(mark) {
                return DynoxideError::ValidationException(refusal.to_owned());
            }
        }
        for mark in ["SERIALIZATION_AS_READ:", "SERIALIZATION:"] {
            if let Some(refusal) = bare.strip_prefix(mark) {
                return DynoxideError::SerializationException(refusal.to_owned());
            }
        }
        let refused = ["missing field", "unknown variant", "invalid type: null", "AttributeValue"];
        match refused.iter().any(|sign| bare.contains(sign)) {
            true => DynoxideError::ValidationException(bare),
            false => DynoxideError::SerializationException(bare),
        }
    })
}

fn write<T: Serialize>(answer: &T) -> Result<String, DynoxideError> {
    serde_json::to_string(answer).map_err(|problem| DynoxideError::InternalServerError(problem.to_string()))
}
