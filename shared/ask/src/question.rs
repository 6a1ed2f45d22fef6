//! What travels between two rooms, the same on every host: the payload of an invocation and its answer.

use http::StatusCode;
use problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One question on its way. An event of API Gateway never reads as one: it has none of these members,
/// and a question has no others.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What the room is asked to do.
    #[serde(rename = "ask")]
    pub operation: String,
    /// The id of the question; a retry has the same.
    pub id: String,
    /// The W3C trace that the asking invocation belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// A JSON object with the arguments.
    pub body: Box<RawValue>,
}

/// The answer of a room: a status of HTTP, and JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// 200, or the status of the problem in the body.
    pub status: u16,
    /// After how many seconds the room wants the retry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The answer, or `application/problem+json`.
    pub body: Box<RawValue>,
}

impl Answer {
    /// A 200 with this body.
    pub fn of(body: Box<RawValue>) -> Answer {
        Answer { status: StatusCode::OK.as_u16(), retry_after: None, body }
    }

    /// A status without a body, which a gateway or the runtime gives when no room answers.
    pub fn bare(status: StatusCode) -> Answer {
        Answer { status: status.as_u16(), retry_after: None, body: RawValue::NULL.to_owned() }
    }
}

impl From<&Problem> for Answer {
    fn from(problem: &Problem) -> Answer {
        match serde_json::value::to_raw_value(&problem.body()) {
            Ok(body) => Answer { status: problem.status().as_u16(), retry_after: problem.seconds(), body },
            Err(_) => Answer::bare(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}
