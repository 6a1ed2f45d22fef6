//! The LOMS contract at the door: who may use it, how its numbers are written, how it says no.
//!
//! The contract is foreign. It knows users and goods as numbers and nothing of tokens, so a host
//! serves it only when its stage says so, and everywhere but on a laptop each call takes an API key
//! with the scope `loms`.

use std::fmt;
use std::num::IntErrorKind;

use axum::extract::{FromRef, FromRequest, FromRequestParts, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use failure::Failure;
use http::StatusCode;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use ids::Sku;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::{Caller, Describes, Door, Draft, LARGEST_BODY};

/// What a key must carry.
const SCOPE: &str = "loms";

/// Whether the contract is served here, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loms {
    on: bool,
    key_required: bool,
}

impl Loms {
    /// Reads `LOMS` and `LOMS_KEY`. Off and closed is what nobody has to say.
    pub fn of<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Loms {
        Loms { on: variable("LOMS") == Some("on"), key_required: variable("LOMS_KEY") != Some("open") }
    }

    /// Whether the contract is served.
    pub fn is_on(self) -> bool {
        self.on
    }

    /// Lets a caller in.
    pub fn admit(self, caller: &Caller) -> Result<(), LomsError> {
        if self.key_required && !caller.has_scope(SCOPE) {
            return Err(LomsError::forbidden("an API key with the scope loms is required"));
        }
        Ok(())
    }
}

/// An error of the contract: a gRPC code and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LomsError {
    code: u8,
    message: &'static str,
    #[schema(value_type = Vec<Object>)]
    details: [(); 0],
    #[serde(skip)]
    #[schema(ignore)]
    status: u16,
}

impl LomsError {
    const fn of(code: u8, status: u16, message: &'static str) -> LomsError {
        LomsError { code, message, details: [], status }
    }

    /// INVALID_ARGUMENT: a number is missing, malformed or out of range.
    pub const fn invalid(message: &'static str) -> LomsError {
        LomsError::of(3, 400, message)
    }

    /// NOT_FOUND.
    pub const fn not_found(message: &'static str) -> LomsError {
        LomsError::of(5, 404, message)
    }

    /// PERMISSION_DENIED.
    pub const fn forbidden(message: &'static str) -> LomsError {
        LomsError::of(7, 403, message)
    }

    /// FAILED_PRECONDITION as the services behind a gRPC gateway say it.
    pub const fn failed(message: &'static str) -> LomsError {
        LomsError::of(9, 400, message)
    }

    /// FAILED_PRECONDITION as the Cart service says it.
    pub const fn unmet(message: &'static str) -> LomsError {
        LomsError::of(9, 412, message)
    }

    /// INTERNAL.
    pub const fn internal() -> LomsError {
        LomsError::of(13, 500, "internal")
    }

    /// UNAVAILABLE.
    pub const fn unavailable() -> LomsError {
        LomsError::of(14, 503, "try again")
    }

    /// UNAUTHENTICATED.
    pub const fn unauthenticated(message: &'static str) -> LomsError {
        LomsError::of(16, 401, message)
    }

    /// What a failure looks like from outside, with a line in the log.
    pub fn of_failure(failure: &Failure) -> LomsError {
        match failure {
            Failure::Stale { .. } | Failure::Unreadable(_) | Failure::Defect(_) => {
                tracing::error!(error = %failure, "a call of the LOMS contract failed");
                LomsError::internal()
            }
            Failure::Busy(_) | Failure::Unavailable(_) | Failure::Unanswered(_) => {
                tracing::warn!(error = %failure, "a call of the LOMS contract could not be served now");
                LomsError::unavailable()
            }
        }
    }

    /// The gRPC code.
    pub const fn code(&self) -> u8 {
        self.code
    }
}

impl IntoResponse for LomsError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, axum::Json(self)).into_response()
    }
}

impl Describes for LomsError {
    fn describe(draft: &mut Draft) {
        draft.refuse::<LomsError>();
    }
}

/// A caller whom the contract lets in.
#[derive(Clone, Copy, Debug)]
pub struct Admitted;

impl<S> FromRequestParts<S> for Admitted
where
    S: Send + Sync,
    Door: FromRef<S>,
    Loms: FromRef<S>,
{
    type Rejection = LomsError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, LomsError> {
        let caller = Caller::from_request_parts(parts, state).await;
        let caller = caller.map_err(|_| LomsError::unavailable())?;
        Loms::from_ref(state).admit(&caller).map(|()| Admitted)
    }
}

impl Describes for Admitted {
    fn describe(draft: &mut Draft) {
        draft.guest();
        draft.program(SCOPE);
    }
}

/// The sku in the path.
#[derive(Clone, Copy, Debug)]
pub struct Number(pub Sku);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = LomsError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, LomsError> {
        let parameters = RawPathParams::from_request_parts(parts, state).await.ok();
        let found = parameters.iter().flatten().find(|(name, _)| *name == "sku");
        sku(found.map(|(_, text)| text)).map(Number)
    }
}

impl Describes for Number {
    fn describe(draft: &mut Draft) {
        let schema = draft.schema::<Sku>();
        draft.path("sku", schema);
    }
}

/// A number in the path or in the query: a positive int64, in its one spelling.
pub fn number(text: Option<&str>, message: &'static str) -> Result<i64, LomsError> {
    let sku: Option<Sku> = text.and_then(|text| text.parse().ok());
    sku.map(Sku::get).ok_or(LomsError::invalid(message))
}

/// A numeric sku in the path or in the query.
pub fn sku(text: Option<&str>) -> Result<Sku, LomsError> {
    let number = number(text, "sku is a positive int64")?;
    Sku::new(number).ok_or(LomsError::invalid("sku is a positive int64"))
}

/// What a parameter of a query says. Numbers need no escaping, so none is undone.
pub fn said<'q>(query: Option<&'q str>, name: &str) -> Option<&'q str> {
    query.unwrap_or("").split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// A positive int64 in a body, as a number or, as gRPC gateways write it, as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Int64(pub i64);

/// A positive uint32 in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Count(pub u32);

struct Digits(&'static str);

impl serde::de::Visitor<'_> for Digits {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_u64<E: serde::de::Error>(self, n: u64) -> Result<i64, E> {
        i64::try_from(n).ok().filter(|n| *n > 0).ok_or_else(|| E::custom(self.0))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<i64, E> {
        let read = text.parse::<i64>().map_err(|e| match e.kind() {
            IntErrorKind::PosOverflow => E::custom("the number is too large"),
            _ => E::custom(self.0),
        })?;
        self.visit_u64(u64::try_from(read).unwrap_or(0))
    }
}

impl<'de> Deserialize<'de> for Int64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Int64, D::Error> {
        from.deserialize_any(Digits("a positive int64")).map(Int64)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Count, D::Error> {
        let n = i64::deserialize(from)?;
        let fits = u32::try_from(n).ok().filter(|n| *n > 0);
        fits.map(Count).ok_or_else(|| serde::de::Error::custom("a positive uint32"))
    }
}

macro_rules! schema {
    ($($name:ident $format:ident $most:expr, $says:literal;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
                let number = number.maximum(Some($most)).description(Some($says));
                number.format(Some(SchemaFormat::KnownFormat(KnownFormat::$format))).into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

schema! {
    Int64 Int64 i64::MAX, "A positive int64; a string of its digits is taken too.";
    Count Int64 i64::from(u32::MAX), "A positive uint32.";
}

/// A JSON body of the contract. What is wrong with it is said in the contract's own way, and nobody
/// has to name its content type.
#[derive(Clone, Debug)]
pub struct LomsJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for LomsJson<T> {
    type Rejection = LomsError;

    async fn from_request(request: Request, _: &S) -> Result<Self, LomsError> {
        let body = match Limited::new(request.into_body(), LARGEST_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(LomsError::of(8, 413, "a body holds at most 262144 bytes"));
            }
            Err(_) => return Err(LomsError::invalid("the body broke off")),
        };
        let read = serde_json::from_slice(&body);
        read.map(LomsJson).map_err(|_| LomsError::invalid("the body is not what the contract says"))
    }
}

impl<T: DeserializeOwned + ToSchema> Describes for LomsJson<T> {
    fn describe(draft: &mut Draft) {
        draft.body::<T>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_in_one_spelling() {
        for good in ["1", "9223372036854775807"] {
            assert_eq!(number(Some(good), "no").unwrap().to_string(), good);
        }
        for bad in ["", "0", "-1", "+1", "01", "1.0", "1-23", "x", "9223372036854775808"] {
            assert_eq!(number(Some(bad), "no").unwrap_err(), LomsError::invalid("no"), "{bad}");
        }
        assert!(number(None, "no").is_err());
        assert_eq!(said(Some("a=1&sku=2"), "sku"), Some("2"));
        assert_eq!(said(Some("skus=2"), "sku"), None);
    }

    #[test]
    fn a_number_in_a_body_may_be_a_string_and_a_count_may_not() {
        let int = |text: &str| serde_json::from_str::<Int64>(text).ok().map(|n| n.0);
        let count = |text: &str| serde_json::from_str::<Count>(text).ok().map(|n| n.0);
        assert_eq!((int("7"), int("\"7\"")), (Some(7), Some(7)));
        for bad in
            ["0", "-1", "1.5", "\"\"", "\"0\"", "\"-1\"", "\"x\"", "null", "[1]", "9223372036854775808"]
        {
            assert_eq!(int(bad), None, "{bad}");
        }
        assert_eq!(count("4294967295"), Some(u32::MAX));
        for bad in ["0", "-1", "4294967296", "\"1\"", "1.0", "null"] {
            assert_eq!(count(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_contract_is_closed_unless_the_host_opens_it() {
        let of = |on: Option<&'static str>, key: Option<&'static str>| {
            Loms::of(move |name| if name == "LOMS" { on } else { key })
        };
        assert!(!of(None, None).is_on() && !of(Some("off"), None).is_on());
        let closed = of(Some("on"), None);
        assert_eq!(closed.admit(&Caller::Guest).unwrap_err().code(), 7);
        assert!(of(Some("on"), Some("open")).admit(&Caller::Guest).is_ok());
    }

    #[tokio::test]
    async fn an_error_of_the_contract_says_its_code_and_nothing_of_ours() {
        let response = LomsError::unmet("too little").into_response();
        assert_eq!(response.status(), 412);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(&body[..], br#"{"code":9,"message":"too little","details":[]}"#);
    }
}
