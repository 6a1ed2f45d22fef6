//! The answers of the frame: its refusals and the headers of every answer.
//!
//! Every refusal of the frame is described once, as a response of the document, and each operation
//! refers to those that its parameters make possible. The refusals of the operation itself are its
//! `default`.

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{Components, ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};

const PROBLEM_JSON: &str = "application/problem+json";
const PROBLEM: &str = "#/components/schemas/Problem";

/// The refusals of the frame: status, name and description.
const REFUSALS: [(&str, &str, &str); 13] = [
    ("400", "Malformed", "The request does not fit this document."),
    ("401", "NotSignedIn", "Nobody has signed in, or the credentials do not hold."),
    ("403", "NotAllowed", "Whoever has signed in may not do this."),
    ("404", "NotThere", "There is no such thing, or none that the caller may know of."),
    (
        "409",
        "Conflict",
        "The state of the thing does not allow it, or a request with this key is still running.",
    ),
    ("412", "Stale", "The thing is at another version than the one in `If-Match`."),
    ("413", "TooLarge", "The body is larger than 256 KiB."),
    ("415", "NotJson", "The body is not sent as `application/json`."),
    (
        "422",
        "Wrong",
        "The request is understood, and what it says is wrong; or its key was used for another.",
    ),
    ("429", "TooMany", "The caller's quota is used up."),
    ("500", "Fault", "A fault of ours."),
    ("503", "NotNow", "Something that is needed does not answer now."),
    ("default", "Refused", "Why not, in words and by a code."),
];

/// The headers of answers: name, schema and description.
const HEADERS: [(&str, &str, &str); 12] = [
    ("Content-Language", r"^[0-9A-Za-z-]+(, [0-9A-Za-z-]+)*$", "The languages of the answer."),
    (
        "ETag",
        r#"^"[0-9]+(-[0-9a-f]{16})?"$"#,
        "The version of what is shown, for `If-Match` and `If-None-Match`.",
    ),
    ("Idempotency-Replayed", "^true$", "The answer was given before, to a request with the same key."),
    ("Link", r#"^<[!-~]+>; rel="next"$"#, "The next page; missing on the last."),
    (
        "RateLimit",
        r#"^"quota";r=[0-9]+;t=[0-9]+$"#,
        "How many requests are left, and in how many seconds all are.",
    ),
    ("RateLimit-Policy", r#"^"quota";q=[0-9]+;w=[0-9]+$"#, "How many requests in how many seconds."),
    ("Retry-After", "^[0-9]+$", "In how many seconds it is worth coming back."),
    ("Set-Cookie", "^snail_cart=|^__Host-", "What a browser sends in the place of `X-Cart`."),
    ("Vary", "^[0-9A-Za-z-]+(, ?[0-9A-Za-z-]+)*$", "By which headers the answer differs."),
    ("WWW-Authenticate", "^Bearer$", "How one signs in."),
    ("X-Cart", r"^crt_[0-9a-z]{26}\.[0-9A-Za-z_-]{43}$", "The value by which a guest's cart is known."),
    ("X-Request-Id", "^[0-9a-f]{32}$", "The name of this request, worth quoting to support."),
];

/// The headers of every answer.
const ALWAYS: [&str; 3] = ["RateLimit", "RateLimit-Policy", "X-Request-Id"];

/// Adds the frame's answers to an operation.
pub(super) fn describe(path: &str, looks: bool, operation: &mut Operation) {
    let takes = Taken::by(path, looks, operation);
    let responses = &mut operation.responses.responses;
    let ours = responses.get("default").is_some_and(is_problem);
    for (status, response) in responses.iter_mut() {
        if let (true, RefOr::T(response)) = (status.starts_with('2'), response) {
            carry(response, ALWAYS.into_iter().chain(takes.headers().filter(|_| ours)));
        }
    }
    for (status, name, _) in REFUSALS {
        let meets = match status {
            "400" => takes.anything,
            "401" | "403" => takes.credentials,
            "404" => takes.a_name,
            "409" | "422" => takes.key,
            "412" => takes.version,
            "413" | "415" => takes.body,
            _ => true,
        };
        // A foreign contract has refusals of its own; only the frame's earlier ones apply.
        if meets && (ours || matches!(status, "429")) {
            responses.insert(status.to_owned(), RefOr::Ref(Ref::from_response_name(name)));
        }
    }
}

/// The descriptions that operations refer to.
pub(super) fn describe_once(components: &mut Components) {
    for (name, pattern, says) in HEADERS {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern));
        let header: Header = HeaderBuilder::new().schema(Some(text)).description(Some(says)).build();
        components.headers.insert(name.to_owned(), RefOr::T(header));
    }
    for (status, name, why) in REFUSALS {
        let content = ContentBuilder::new().schema(Some(Ref::new(PROBLEM))).build();
        let mut response = ResponseBuilder::new().description(why).content(PROBLEM_JSON, content).build();
        let own: &[&str] = match status {
            "401" => &["WWW-Authenticate"],
            "409" | "429" | "503" => &["Retry-After"],
            "default" => &["Retry-After", "WWW-Authenticate"],
            _ => &[],
        };
        carry(&mut response, ALWAYS.into_iter().chain(own.iter().copied()));
        components.responses.insert(name.to_owned(), RefOr::T(response));
    }
}

fn is_problem(response: &RefOr<Response>) -> bool {
    let RefOr::T(response) = response else { return false };
    let schemas = response.content.values().filter_map(|content| match content {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    });
    schemas.into_iter().any(|schema| matches!(schema, RefOr::Ref(to) if to.ref_location == PROBLEM))
}

fn carry<'a>(response: &mut Response, names: impl IntoIterator<Item = &'a str>) {
    for name in names {
        let header = RefOr::Ref(Ref::new(format!("#/components/headers/{name}")));
        response.headers.insert(name.to_owned(), header);
    }
}

/// The parameters of an operation that decide on the frame's answers.
struct Taken {
    anything: bool,
    credentials: bool,
    a_name: bool,
    body: bool,
    key: bool,
    version: bool,
    cart: bool,
    language: bool,
    page: bool,
    looks: bool,
}

impl Taken {
    fn by(path: &str, looks: bool, operation: &Operation) -> Taken {
        let said = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some((&parameter.parameter_in, parameter.name.as_str())),
            RefOr::Ref(_) => None,
        });
        let said: Vec<_> = said.collect();
        let has = |place: ParameterIn, name: &str| said.contains(&(&place, name));
        let body = operation.request_body.is_some();
        let ways = operation.security.iter().flatten();
        Taken {
            anything: body || !said.is_empty(),
            credentials: ways.into_iter().any(|way| *way != Default::default()),
            a_name: path.contains('{'),
            body,
            key: has(ParameterIn::Header, "Idempotency-Key"),
            version: has(ParameterIn::Header, "If-Match"),
            cart: has(ParameterIn::Header, "X-Cart"),
            language: has(ParameterIn::Header, "Accept-Language"),
            page: has(ParameterIn::Query, "cursor"),
            looks,
        }
    }

    /// The headers of a success.
    fn headers(&self) -> impl Iterator<Item = &'static str> {
        let own = [
            ("Content-Language", self.language),
            ("ETag", (self.looks && !self.page) || self.version || self.key),
            ("Idempotency-Replayed", self.key),
            ("Link", self.page),
            ("Set-Cookie", self.cart),
            ("Vary", self.language),
            ("X-Cart", self.cart),
        ];
        own.into_iter().filter(|(_, is)| *is).map(|(name, _)| name)
    }
}
