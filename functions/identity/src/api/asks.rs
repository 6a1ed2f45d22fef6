//! What other rooms ask: whom to believe, what an account is now, and what stands in a letter. The first of it everybody may
//! know.

use ask::FromPeer;
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

use super::views::Shown;
use crate::app::App;
use crate::domain::{Email, Locale, Purpose};

/// Public keys (RFC 7517).
#[derive(ToSchema)]
#[allow(dead_code, reason = "it says how the answer looks")]
pub(super) struct KeySet {
    /// Ed25519 keys (RFC 8037): `kty`, `crv`, `use`, `alg`, `kid`, `x`.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// The public keys that access tokens are signed with.
#[utoipa::path(
    get, path = "/identity/.well-known/jwks.json", tag = "public",
    responses((status = OK, body = KeySet), (status = "default", body = Problem)),
)]
pub(super) async fn read_jwks(State(app): State<App>) -> Result<Response, Problem> {
    let keys = app.read_jwks().await?;
    // Five minutes are what the other rooms remember a key set; a new key is known an hour before it
    // signs.
    Ok(([(CACHE_CONTROL, "public, max-age=300")], Json(keys)).into_response())
}

/// Nothing in particular.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// The public keys that access tokens are signed with, for the rooms that believe them.
#[utoipa::path(
    post, path = "/identity/asks/keys", tag = "rooms", request_body = Nothing,
    responses((status = OK, body = KeySet), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn show_keys(State(app): State<App>, _: FromPeer<Nothing>) -> Result<Json<Value>, Problem> {
    Ok(Json(app.show_keys().await?))
}

/// Which API key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichKey {
    /// The SHA-256 of the whole key in small hexadecimal letters.
    #[schema(inline)]
    digest: Digest,
}

/// 64 small hexadecimal letters: what is something else is nobody's, and names no item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 64, max_length = 64)]
pub(super) struct Digest(String);

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Digest, &'static str> {
        let is_digest = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if is_digest { Ok(Digest(text)) } else { Err("a digest is 64 small hexadecimal letters") }
    }
}

/// What a key may do.
#[derive(Serialize, ToSchema)]
pub(super) struct Grant {
    /// Nothing, if there is no such key any more.
    #[schema(value_type = Option<Object>)]
    grant: Option<KeyGrant>,
}

/// What the holder of an API key may do now.
#[utoipa::path(
    post, path = "/identity/asks/find_key", tag = "rooms", request_body = WhichKey,
    responses((status = OK, body = Grant), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn find_key(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<WhichKey>,
) -> Result<Json<Grant>, Problem> {
    Ok(Json(Grant { grant: app.find_key(&body.digest.0).await? }))
}

/// Whose standing, and by which sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    account: AccountId,
    /// The session that a token names.
    #[schema(inline)]
    session: Shown,
}

/// What an account is to the market now.
#[derive(Serialize, ToSchema)]
pub(super) struct Now {
    /// Nothing, if the session is over or the account closed.
    #[schema(value_type = Option<Vec<String>>)]
    roles: auth::Standing,
}

/// What an account is to the market at this moment, for the rooms whose power depends on it.
#[utoipa::path(
    post, path = "/identity/asks/standing", tag = "rooms", request_body = Whose,
    responses((status = OK, body = Now), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn standing(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<Whose>,
) -> Result<Json<Now>, Problem> {
    Ok(Json(Now { roles: app.standing(body.account, body.session.as_str()).await? }))
}

/// Which letter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichLetter {
    letter: LetterId,
}

/// What stands in a letter.
#[derive(Serialize, ToSchema)]
pub(super) struct Letter {
    to: Email,
    locale: Locale,
    purpose: Purpose,
    /// What its reader shows us.
    token: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// What stands in a letter, for whoever writes the mail. A letter that is not good any more is not
/// worth sending.
#[utoipa::path(
    post, path = "/identity/asks/letter", tag = "rooms", request_body = WhichLetter,
    responses((status = OK, body = Letter), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn read_letter(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<WhichLetter>,
) -> Result<Json<Letter>, Problem> {
    let contents = app.read_letter(body.letter).await?;
    let (to, locale, purpose) = (contents.to, contents.locale, contents.purpose);
    let token = contents.token.reveal().to_owned();
    Ok(Json(Letter { to, locale, purpose, token, expires_at: contents.expires_at }))
}
