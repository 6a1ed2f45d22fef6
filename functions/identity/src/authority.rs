//! The room believes its own word: its door asks no other room.

use auth::{Authority, KeyGrant, Standing, Unreachable};
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};
use ids::AccountId;

use crate::app::{App, AppError};

pub(crate) struct OwnWord(pub App);

impl Authority for OwnWord {
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>> {
        self.0.show_keys().map_ok(|keys| keys.to_string()).map_err(unreachable).boxed()
    }

    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>> {
        self.0.find_key(digest).map_err(unreachable).boxed()
    }

    fn standing<'a>(
        &'a self,
        account: AccountId,
        session: &'a str,
    ) -> BoxFuture<'a, Result<Standing, Unreachable>> {
        self.0.standing(account, session).map_err(unreachable).boxed()
    }
}

fn unreachable(trouble: AppError) -> Unreachable {
    Unreachable(trouble.to_string())
}
