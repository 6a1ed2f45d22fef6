//! A JSON body as a type, or a problem that names the field.

use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use problem::Problem;
use serde::de::DeserializeOwned;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use crate::{Describes, Draft};

/// The most that a body may hold, unless an operation states otherwise.
pub const LARGEST_BODY: usize = 256 * 1024;

/// A JSON body. Types of commands refuse unknown fields.
#[derive(Clone, Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let body = read(request).await?;
        parse(&body).map(Json)
    }
}

impl<T: DeserializeOwned + ToSchema> Describes for Json<T> {
    fn describe(draft: &mut Draft) {
        draft.body::<T>();
    }
}

/// A query string as a type, or a problem that names the parameter.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Query(query)),
            Err(error) => Err(Problem::bad_request("invalid_query").detail(error.body_text())),
        }
    }
}

impl<T: IntoParams> Describes for Query<T> {
    fn describe(draft: &mut Draft) {
        for mut parameter in T::into_params(|| Some(ParameterIn::Query)) {
            parameter.schema = parameter.schema.map(never_null);
            draft.parameter(parameter);
        }
    }
}

/// The schema of an `Option` in a query: what is not said is left out, and there is no null.
fn never_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    let null = SchemaType::Type(Type::Null);
    match schema {
        RefOr::T(Schema::OneOf(mut of)) => {
            of.items
                .retain(|item| !matches!(item, RefOr::T(Schema::Object(item)) if item.schema_type == null));
            match of.items.len() {
                1 => of.items.remove(0),
                _ => RefOr::T(Schema::OneOf(of)),
            }
        }
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Array(kinds) = &mut object.schema_type {
                kinds.retain(|kind| *kind != Type::Null);
                if let [kind] = &kinds[..] {
                    object.schema_type = SchemaType::Type(kind.clone());
                }
            }
            RefOr::T(Schema::Object(object))
        }
        schema => schema,
    }
}

/// Reads the body of a request that says it is JSON.
pub(crate) async fn read(request: Request) -> Result<Bytes, Problem> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/json") && !kind.ends_with("+json") {
        let detail = "send the body as application/json";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json").detail(detail));
    }
    match Limited::new(request.into_body(), LARGEST_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let detail = format!("a body holds at most {LARGEST_BODY} bytes");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").detail(detail))
        }
        Err(error) => Err(Problem::bad_request("broken_body").detail(error.to_string())),
    }
}

/// Reads a type out of JSON. Broken JSON and a wrong shape are two different problems.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        // serde_json calls a number where an enum stands a syntax error, so we ask whether it is JSON.
        match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
            Ok(_) => Problem::bad_request("invalid_body").field(pointer, "invalid", without_place(&inner)),
            Err(broken) => Problem::bad_request("broken_json").detail(broken.to_string()),
        }
    })?;
    json.end().map_err(|error| Problem::bad_request("broken_json").detail(error.to_string()))?;
    Ok(value)
}

/// Where in the body, as RFC 6901 writes it.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segments = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    segments.map(|segment| format!("/{segment}")).collect()
}

/// The line and column of a body that a program has written help nobody.
fn without_place(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or(&said).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its shape matters here")]
    struct Line {
        quantity: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Speed {
        Fast,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its shape matters here")]
    struct Order {
        lines: Vec<Line>,
        speed: Option<Speed>,
    }

    #[derive(IntoParams)]
    #[allow(dead_code, reason = "only its shape matters here")]
    struct Wish {
        merchant: Option<ids::MerchantId>,
        least: Option<u8>,
        name: String,
    }

    #[test]
    fn a_query_says_nothing_by_leaving_out_and_never_null() {
        let mut draft = Draft::of("counter", true);
        Query::<Wish>::describe(&mut draft);
        let (operation, _) = draft.done();
        let said = serde_json::to_value(operation.parameters).unwrap();
        let check = |at: usize, required: bool, key: &str, value: &str| {
            assert_eq!(said[at]["in"], "query");
            assert_eq!(said[at]["required"], required);
            assert_eq!(said[at]["schema"][key], value, "{said}");
        };
        check(0, false, "$ref", "#/components/schemas/MerchantId");
        check(1, false, "type", "integer");
        check(2, true, "type", "string");
    }

    #[test]
    fn a_wrong_field_is_named_where_it_stands() {
        let check = |body: &str, code: &str, pointer: &str| {
            let problem = parse::<Order>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.code(), code, "{body}");
            let pointers: Vec<_> = problem.body().errors.into_iter().map(|error| error.pointer).collect();
            assert_eq!(pointers.first().map_or("-", String::as_str), pointer, "{body}");
        };
        check(r#"{"lines":[{"quantity":1},{"quantity":-1}]}"#, "invalid_body", "/lines/1/quantity");
        check(r#"{"lines":[{"quantity":1,"colour":"red"}]}"#, "invalid_body", "/lines/0/colour");
        check(r#"{"lines":7}"#, "invalid_body", "/lines");
        check(r#"{"lines":[],"speed":1}"#, "invalid_body", "/speed");
        check(r#"{"lines":[],"speed":"slow"}"#, "invalid_body", "/speed");
        check(r#"{"lines":["#, "broken_json", "-");
        check(r#"{"lines":[]} {"#, "broken_json", "-");
        check("", "broken_json", "-");
    }
}
