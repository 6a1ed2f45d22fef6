//! What the client is told: the members of RFC 9457 and ours beside them.
//!
//! Invariant: a [`Body`] is made of the public parts of a problem alone, and an extension never hides
//! a standard member.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{Parts, Problem};

/// An answer that says why not (RFC 9457).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Body {
    /// Where the kind of problem is explained, relative to the API.
    #[serde(rename = "type")]
    #[schema(example = "/problems/stock_short")]
    pub kind: String,
    /// The kind of problem in words, the same every time.
    #[schema(example = "Stock short")]
    pub title: String,
    /// The status of the answer.
    #[schema(example = 409, minimum = 400, maximum = 599)]
    pub status: u16,
    /// The stable name of the kind of problem, for programs.
    #[schema(example = "stock_short")]
    pub code: &'static str,
    /// What is wrong this time, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Which fields are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// The name under which the log tells more; worth quoting to support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// Members that only this kind of problem has.
    #[serde(flatten)]
    pub extensions: BTreeMap<&'static str, Value>,
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where the field is in the body of the request, as a JSON pointer.
    #[schema(example = "/lines/0/quantity")]
    pub pointer: String,
    /// The stable name of what is wrong with it, for programs.
    #[schema(example = "too_large")]
    pub code: &'static str,
    /// What is wrong with it, for people.
    pub detail: String,
}

const STANDARD: [&str; 7] = ["type", "title", "status", "code", "detail", "errors", "trace_id"];

impl Body {
    pub(crate) fn of(parts: &Parts) -> Body {
        let ours = parts.extensions.iter().filter(|(name, _)| !STANDARD.contains(name));
        Body {
            kind: format!("/problems/{}", parts.code),
            title: title(parts.code),
            status: parts.status.as_u16(),
            code: parts.code,
            detail: parts.detail.clone(),
            errors: parts.errors.clone(),
            trace_id: parts.trace_id.clone(),
            extensions: ours.cloned().collect(),
        }
    }
}

/// `stock_short` becomes `Stock short`.
fn title(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

// In OpenAPI documents the component bears the name that handlers use.
impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Body::schema()
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Body::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use serde_json::json;

    fn json(problem: &Problem) -> Value {
        serde_json::to_value(problem.body()).unwrap()
    }

    #[test]
    fn a_problem_is_named_by_its_code() {
        assert_eq!(
            json(&Problem::conflict("stock_short")),
            json!({"type": "/problems/stock_short", "title": "Stock short", "status": 409, "code": "stock_short"})
        );
        assert_eq!(title(""), "");
        assert_eq!(title("x"), "X");
    }

    #[test]
    fn a_problem_says_which_fields_are_wrong_and_what_is_special_about_it() {
        let problem = Problem::unprocessable("bad_lines")
            .detail("Two lines cannot be sold.")
            .field("/lines/0/quantity", "too_large", "At most 100.")
            .field("/lines/1", "unknown_variant", "There is no such variant.")
            .trace_id("4bf92f3577b34da6a3ce929d0e0e4736")
            .extension("short", json!([{"free": 1}]));
        assert_eq!(
            json(&problem),
            json!({
                "type": "/problems/bad_lines",
                "title": "Bad lines",
                "status": 422,
                "code": "bad_lines",
                "detail": "Two lines cannot be sold.",
                "errors": [
                    {"pointer": "/lines/0/quantity", "code": "too_large", "detail": "At most 100."},
                    {"pointer": "/lines/1", "code": "unknown_variant", "detail": "There is no such variant."},
                ],
                "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
                "short": [{"free": 1}],
            })
        );
    }

    #[test]
    fn an_extension_cannot_take_the_place_of_a_standard_member() {
        let mut problem = Problem::not_found("no_such_product");
        let before = serde_json::to_string(&problem.body()).unwrap();
        for name in STANDARD {
            problem = problem.extension(name, "forged");
        }
        assert_eq!(serde_json::to_string(&problem.body()).unwrap(), before);
    }

    #[test]
    fn what_is_inside_is_no_part_of_the_body() {
        let secret = "ConditionalCheckFailed on table snail-orders, key ORD#17";
        for problem in [
            Problem::internal(secret),
            Problem::unavailable(1).inside(secret),
            Problem::conflict("busy").detail("Try again.").inside(secret),
        ] {
            let told = serde_json::to_string(&problem.body()).unwrap();
            assert!(!told.contains("ConditionalCheck") && !told.contains("ORD#"), "{told}");
        }
        assert_eq!(
            json(&Problem::internal(secret)),
            json!({"type": "/problems/internal_error", "title": "Internal error", "status": 500, "code": "internal_error"})
        );
    }

    #[test]
    fn every_constructor_has_its_status() {
        let check = |problem: Problem, status: u16| {
            assert_eq!(problem.status(), StatusCode::from_u16(status).unwrap(), "{}", problem.code());
        };
        check(Problem::bad_request("broken_json"), 400);
        check(Problem::unauthorized(), 401);
        check(Problem::forbidden(), 403);
        check(Problem::not_found("no_such_product"), 404);
        check(Problem::conflict("stock_short"), 409);
        check(Problem::unprocessable("bad_lines"), 422);
        check(Problem::too_many(), 429);
        check(Problem::internal("?"), 500);
        check(Problem::unavailable(1), 503);
    }

    #[test]
    fn in_openapi_a_problem_is_a_component_called_problem() {
        assert_eq!(Problem::name(), "Problem");
        let schema = serde_json::to_value(Problem::schema()).unwrap();
        let text = schema.to_string();
        assert!(!text.contains("inside"), "{text}");
        for name in STANDARD {
            assert!(text.contains(&format!("\"{name}\"")), "{name} is missing from {text}");
        }
        let mut schemas = Vec::new();
        Problem::schemas(&mut schemas);
        assert!(schemas.iter().any(|(name, _)| name == "FieldError"));
    }
}
