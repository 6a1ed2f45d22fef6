//! How every room but `identity` verifies credentials: it asks `identity`.

use std::collections::BTreeSet;

use ask::{Ask, AskError, Peers};
use auth::{Authority, KeyGrant, Role, Standing, Unreachable};
use futures::FutureExt;
use futures::future::BoxFuture;
use ids::AccountId;
use serde::Deserialize;
use serde_json::{Value, json};

/// The authority, reached by asks.
pub(crate) struct Identity(pub(crate) Peers);

#[derive(Deserialize)]
struct Found {
    grant: Option<KeyGrant>,
}

#[derive(Deserialize)]
struct Now {
    roles: Option<BTreeSet<Role>>,
}

impl Authority for Identity {
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>> {
        async {
            let ask = Ask { room: "identity", operation: "keys", id: "keys", body: &json!({}) };
            let keys: Value = self.0.ask(ask).await.map_err(unreachable)?;
            Ok(keys.to_string())
        }
        .boxed()
    }

    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>> {
        async move {
            let body = json!({ "digest": digest });
            let ask = Ask { room: "identity", operation: "find_key", id: digest, body: &body };
            let found: Found = self.0.ask(ask).await.map_err(unreachable)?;
            Ok(found.grant)
        }
        .boxed()
    }

    fn standing<'a>(
        &'a self,
        account: AccountId,
        session: &'a str,
    ) -> BoxFuture<'a, Result<Standing, Unreachable>> {
        async move {
            let body = json!({ "account": account, "session": session });
            let ask = Ask { room: "identity", operation: "standing", id: session, body: &body };
            let now: Now = self.0.ask(ask).await.map_err(unreachable)?;
            Ok(now.roles)
        }
        .boxed()
    }
}

fn unreachable(error: AskError) -> Unreachable {
    Unreachable(error.to_string())
}
