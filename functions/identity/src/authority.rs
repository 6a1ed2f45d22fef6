//! The room believes its own word: its door asks nobody.

use auth::{Authority, KeyGrant, Standing, Unreachable};
use futures::FutureExt;
use futures::future::BoxFuture;
use ids::AccountId;

use crate::app::App;

/// The use cases, as the door sees them.
pub(crate) struct OwnWord(pub App);

impl Authority for OwnWord {
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>> {
        async {
            let keys = self.0.show_keys().await;
            keys.map(|keys| keys.to_string()).map_err(|trouble| Unreachable(trouble.to_string()))
        }
        .boxed()
    }

    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>> {
        async { self.0.find_key(digest).await.map_err(|trouble| Unreachable(trouble.to_string())) }.boxed()
    }

    fn standing<'a>(
        &'a self,
        account: AccountId,
        session: &'a str,
    ) -> BoxFuture<'a, Result<Standing, Unreachable>> {
        async move {
            let standing = self.0.standing(account, session).await;
            standing.map_err(|trouble| Unreachable(trouble.to_string()))
        }
        .boxed()
    }
}
