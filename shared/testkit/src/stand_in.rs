//! What answers in a test where `identity` would: the asks by which a room knows whom to believe.

use std::sync::Arc;

use ask::{AskDoor, FromPeer, KeyRing};
use auth::Authority;
use axum::extract::{FromRef, State};
use axum::routing::post;
use axum::{Json, Router};
use clock::Clock;
use ids::AccountId;
use problem::Problem;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Clone)]
struct Desk {
    authority: Arc<dyn Authority>,
    door: AskDoor,
}

impl FromRef<Desk> for AskDoor {
    fn from_ref(desk: &Desk) -> AskDoor {
        desk.door.clone()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    digest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    account: AccountId,
    session: String,
}

/// A room `identity` that says what this authority knows, and nothing else.
pub fn stand_in(authority: Arc<dyn Authority>, keys: Arc<dyn KeyRing>, clock: Clock) -> Router {
    Router::new()
        .route("/identity/asks/keys", post(show_keys))
        .route("/identity/asks/find_key", post(find_key))
        .route("/identity/asks/standing", post(standing))
        .with_state(Desk { authority, door: AskDoor { keys, clock } })
}

async fn show_keys(State(desk): State<Desk>, _: FromPeer<Nothing>) -> Result<Json<Value>, Problem> {
    let keys = desk.authority.keys().await.map_err(Problem::internal)?;
    Ok(Json(serde_json::from_str(&keys).map_err(Problem::internal)?))
}

async fn find_key(State(desk): State<Desk>, ask: FromPeer<Wanted>) -> Result<Json<Value>, Problem> {
    let grant = desk.authority.grant(&ask.body.digest).await.map_err(Problem::internal)?;
    Ok(Json(json!({ "grant": grant })))
}

async fn standing(State(desk): State<Desk>, ask: FromPeer<Whose>) -> Result<Json<Value>, Problem> {
    let roles = desk.authority.standing(ask.body.account, &ask.body.session).await;
    Ok(Json(json!({ "roles": roles.map_err(Problem::internal)? })))
}
