//! A stand-in for `identity`: the asks by which a room verifies credentials.

use std::sync::Arc;

use ask::{Asked, Asks};
use auth::Authority;
use ids::AccountId;
use problem::Problem;
use serde::Deserialize;
use serde_json::{Value, json};

type Desk = Arc<dyn Authority>;

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

/// A room `identity` with this authority and nothing else.
pub fn stand_in(authority: Arc<dyn Authority>) -> Asks<Desk> {
    Asks::of(authority).on("keys", show_keys).on("find_key", find_key).on("standing", standing)
}

async fn show_keys(desk: Desk, _: Asked<Nothing>) -> Result<Value, Problem> {
    let keys = desk.keys().await.map_err(Problem::internal)?;
    serde_json::from_str(&keys).map_err(Problem::internal)
}

async fn find_key(desk: Desk, ask: Asked<Wanted>) -> Result<Value, Problem> {
    let grant = desk.grant(&ask.body.digest).await.map_err(Problem::internal)?;
    Ok(json!({ "grant": grant }))
}

async fn standing(desk: Desk, ask: Asked<Whose>) -> Result<Value, Problem> {
    let roles = desk.standing(ask.body.account, &ask.body.session).await;
    Ok(json!({ "roles": roles.map_err(Problem::internal)? }))
}
