//! The headers and parameters that several operations take, by name.

use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use words::Locale;

use crate::once::LONGEST_KEY;
use crate::paging::{MOST, USUAL};

/// The value that names a guest's cart: its id, a dot and a signature.
const CART: &str = r"^crt_[0-7][0-9a-hjkmnp-tv-z]{25}\.[0-9A-Za-z_-]{43}$";

const A_CART: &str = "crt_01kag9x3r6e8v9w2m4n5p7q8rs.fgH7bnD5LR-WOXyq_q6fFZO1R3G5SpLglOTJXgNbVZY";

/// Every character of a header: malformed parts of a wish are ignored.
const ANY_HEADER: &str = r"^[\t -~\u0080-\u00ff]*$";

/// The order of an operation's parameters: those of its path, then these, with its own between the
/// headers of a request and the page of a list.
const BEFORE: [&str; 3] = ["X-Cart", "Idempotency-Key", "If-Match"];
const AFTER: [&str; 5] = ["limit", "cursor", "locale", "Accept-Language", "X-API-KEY"];

fn place(path: &str, parameter: &Parameter) -> (u8, usize) {
    let name = parameter.name.as_str();
    let among = |names: &[&str]| names.iter().position(|known| *known == name);
    if parameter.parameter_in == ParameterIn::Path {
        return (0, path.find(&format!("{{{name}}}")).unwrap_or(path.len()));
    }
    among(&BEFORE).map(|at| (1, at)).or_else(|| among(&AFTER).map(|at| (3, at))).unwrap_or((2, 0))
}

pub(super) fn describe(path: &str, operation: &mut Operation) {
    if let Some(parameters) = &mut operation.parameters {
        parameters.sort_by_key(|parameter| match parameter {
            RefOr::T(parameter) => place(path, parameter),
            RefOr::Ref(_) => (2, 0),
        });
    }
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter {
            parameter.schema = known(parameter).or(parameter.schema.take());
            parameter.schema.iter_mut().for_each(super::shapes::bound);
        }
    }
}

fn known(parameter: &Parameter) -> Option<RefOr<Schema>> {
    let schema = match parameter.name.as_str() {
        "Idempotency-Key" => {
            text(r#"^[!-~]*[!#-~][!-~]*$"#).min_length(Some(1)).max_length(Some(LONGEST_KEY))
        }
        "If-Match" => text(r#"^(\*|"[0-9]{1,19}(-[0-9A-Fa-f]{16})?")$"#).examples(["\"7-5d41402abc4b2a76\""]),
        "Accept-Language" => text(ANY_HEADER),
        "X-API-KEY" => text(ANY_HEADER).min_length(Some(1)),
        "X-Cart" => text(CART).examples([A_CART]),
        "cursor" => text("^[0-9A-Za-z_-]+$").max_length(Some(dynamo::LONGEST_CURSOR)),
        "limit" => {
            let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).maximum(Some(MOST));
            number.default(Some(USUAL.into()))
        }
        "locale" if parameter.parameter_in == ParameterIn::Query => return Some(Locale::schema()),
        _ => return None,
    };
    Some(schema.into())
}

fn text(pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern))
}
