//! What other rooms ask: whom to believe, what an account is now, and what stands in a letter. The first
//! of it is public.

use ask::{Asked, Asks, malformed};
use asks::identity::{Keys, Letter, ReadLetter};
use auth::{AskStanding, FindKey, FoundKey, StandingNow};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use problem::Problem;
use serde_json::Value;
use utoipa::ToSchema;
use web::{Describes, Draft};

use super::views::Shown;
use crate::app::App;

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app).on(show_keys).on(find_key).on(standing).on(read_letter)
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
pub(super) async fn read_jwks(State(app): State<App>) -> Result<Published, Problem> {
    Ok(Published(app.show_keys().await?))
}

pub(super) struct Published(Value);

impl IntoResponse for Published {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}

impl Describes for Published {
    fn describe(draft: &mut Draft) {
        Json::<KeySet>::describe(draft);
    }
}

async fn show_keys(app: App, _: Asked<Keys>) -> Result<Value, Problem> {
    Ok(app.show_keys().await?)
}

/// A digest that is none belongs to no key, and names no item.
async fn find_key(app: App, Asked { body, .. }: Asked<FindKey>) -> Result<FoundKey, Problem> {
    let digest = body.digest;
    let is_digest = digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !is_digest {
        return Err(malformed("a digest is 64 small hexadecimal letters"));
    }
    Ok(FoundKey { grant: app.find_key(&digest).await? })
}

async fn standing(app: App, Asked { body, .. }: Asked<AskStanding>) -> Result<StandingNow, Problem> {
    let session = Shown::try_from(body.session).map_err(malformed)?;
    Ok(StandingNow { roles: app.standing(body.account, session.as_str()).await? })
}

async fn read_letter(app: App, Asked { body, .. }: Asked<ReadLetter>) -> Result<Letter, Problem> {
    Ok(app.read_letter(body.letter).await?)
}
