//! Where somebody is signed in.

use dynamo::Cursor;

use super::{App, AppError, Who};
use crate::domain::Session;

#[derive(Clone, Debug)]
pub struct Living {
    pub session: Session,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

impl App {
    /// A page of the living sessions of whoever asks, the latest first.
    pub async fn list_sessions(
        &self,
        who: &Who,
        limit: u16,
        after: Option<Cursor>,
    ) -> Result<(Vec<Living>, Option<Cursor>), AppError> {
        let account = self.present(who).await?.known.body;
        let now = self.clock.now();
        let (sessions, next) = self.store.sessions(who.account, limit, after).await?;
        let alive = sessions.into_iter().filter(|s| s.is_alive(now) && account.keeps(s.id, s.epoch));
        let alive = alive.map(|session| Living { is_this: Some(session.id) == who.session, session });
        Ok((alive.collect(), next))
    }
}
