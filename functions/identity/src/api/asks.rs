//! What other rooms ask: whom to believe, what an account is now, and what stands in a letter. The first of it everybody may
//! know.

use ask::{Asked, Asks};
use auth::KeyGrant;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use ids::{AccountId, LetterId};
use jiff::Timestamp;
use problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web::{Describes, Draft};

use super::views::Shown;
use crate::app::App;
use crate::domain::{Email, Locale, Purpose};

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app)
        .on("keys", show_keys)
        .on("find_key", find_key)
        .on("standing", standing)
        .on("letter", read_letter)
}

/// Public keys (RFC 7517).
#[derive(ToSchema)]
#[allow(dead_code, reason = "it says how the answer looks")]
pub(super) struct KeySet {
    /// Ed25519 keys (RFC 8037): `kty`, `crv`, `use`, `alg`, `kid`, `x`.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// The public keys that access tokens are signed with.
pub(super) async fn read_jwks(State(app): State<App>) -> Result<Cached, Problem> {
    Ok(Cached(app.show_keys().await?))
}

/// A key set that may be cached.
pub(super) struct Cached(Value);

impl IntoResponse for Cached {
    fn into_response(self) -> Response {
        // Five minutes are what the other rooms remember a key set; a new key is known an hour before it
        // signs.
        ([(CACHE_CONTROL, "public, max-age=300")], Json(self.0)).into_response()
    }
}

impl Describes for Cached {
    fn describe(draft: &mut Draft) {
        Json::<KeySet>::describe(draft);
    }
}

/// Nothing in particular.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// The public keys that access tokens are signed with, for the rooms that believe them.
async fn show_keys(app: App, _: Asked<Nothing>) -> Result<Value, Problem> {
    Ok(app.show_keys().await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichKey {
    /// The SHA-256 of the whole key in small hexadecimal letters.
    digest: Digest,
}

/// 64 small hexadecimal letters: what is something else is nobody's, and names no item.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Digest(String);

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Digest, &'static str> {
        let is_digest = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if is_digest { Ok(Digest(text)) } else { Err("a digest is 64 small hexadecimal letters") }
    }
}

#[derive(Serialize)]
struct Grant {
    /// Nothing, if there is no such key any more.
    grant: Option<KeyGrant>,
}

/// What the holder of an API key may do now.
async fn find_key(app: App, Asked { body, .. }: Asked<WhichKey>) -> Result<Grant, Problem> {
    Ok(Grant { grant: app.find_key(&body.digest.0).await? })
}

/// Whose standing, and by which sign-in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    account: AccountId,
    session: Shown,
}

/// What an account is to the market now.
#[derive(Serialize)]
struct Now {
    /// Nothing, if the session is over or the account closed.
    roles: auth::Standing,
}

/// What an account is to the market at this moment, for the rooms whose power depends on it.
async fn standing(app: App, Asked { body, .. }: Asked<Whose>) -> Result<Now, Problem> {
    Ok(Now { roles: app.standing(body.account, body.session.as_str()).await? })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WhichLetter {
    letter: LetterId,
}

#[derive(Serialize)]
struct Letter {
    to: Email,
    locale: Locale,
    purpose: Purpose,
    token: String,
    expires_at: Timestamp,
}

/// What stands in a letter, for whoever writes the mail. A letter that is not good any more is not
/// worth sending.
async fn read_letter(app: App, Asked { body, .. }: Asked<WhichLetter>) -> Result<Letter, Problem> {
    let contents = app.read_letter(body.letter).await?;
    let (to, locale, purpose) = (contents.to, contents.locale, contents.purpose);
    let token = contents.token.reveal().to_owned();
    Ok(Letter { to, locale, purpose, token, expires_at: contents.expires_at })
}
