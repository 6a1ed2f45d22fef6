//! What answers in a test where `identity` would: the asks by which a room knows whom to believe.

use std::sync::Arc;

use ask::{Asked, Asks};
use asks::identity::Keys;
use auth::{AskStanding, Authority, FindKey, FoundKey, StandingNow};
use problem::Problem;
use serde_json::Value;

type Desk = Arc<dyn Authority>;

/// A room `identity` that says what this authority knows, and nothing else.
pub fn stand_in(authority: Arc<dyn Authority>) -> Asks<Desk> {
    Asks::of(authority).on(show_keys).on(find_key).on(standing)
}

async fn show_keys(desk: Desk, _: Asked<Keys>) -> Result<Value, Problem> {
    let keys = desk.keys().await.map_err(Problem::internal)?;
    serde_json::from_str(&keys).map_err(Problem::internal)
}

async fn find_key(desk: Desk, ask: Asked<FindKey>) -> Result<FoundKey, Problem> {
    Ok(FoundKey { grant: desk.grant(&ask.body.digest).await.map_err(Problem::internal)? })
}

async fn standing(desk: Desk, ask: Asked<AskStanding>) -> Result<StandingNow, Problem> {
    let AskStanding { account, session } = ask.body;
    Ok(StandingNow { roles: desk.standing(account, &session).await.map_err(Problem::internal)? })
}
