//! How every room but one knows whom to believe: it asks `identity`.

use ask::{AskError, Peers};
use asks::identity::Keys;
use auth::{AskStanding, Authority, FindKey, KeyGrant, Standing, Unreachable};
use futures::FutureExt;
use futures::future::BoxFuture;
use ids::AccountId;

/// The room that lets people in, asked over the way that all asks go.
pub(crate) struct Identity(pub(crate) Peers);

impl Authority for Identity {
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>> {
        async { Ok(self.0.ask("keys", &Keys {}).await.map_err(unreachable)?.to_string()) }.boxed()
    }

    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>> {
        async move {
            let question = FindKey { digest: digest.to_owned() };
            Ok(self.0.ask(digest, &question).await.map_err(unreachable)?.grant)
        }
        .boxed()
    }

    fn standing<'a>(
        &'a self,
        account: AccountId,
        session: &'a str,
    ) -> BoxFuture<'a, Result<Standing, Unreachable>> {
        async move {
            let question = AskStanding { account, session: session.to_owned() };
            Ok(self.0.ask(session, &question).await.map_err(unreachable)?.roles)
        }
        .boxed()
    }
}

fn unreachable(error: AskError) -> Unreachable {
    Unreachable(error.to_string())
}
