//! The people of a shop.

use ids::AccountId;

use super::{Actor, App};
use crate::domain::Seat;

impl App {
    /// Everybody who works there, whoever has been there the longest first.
    pub fn list_members<'a>(&self, actor: &'a Actor) -> Vec<(AccountId, &'a Seat)> {
        let mut members: Vec<_> =
            actor.kept.shop.members.iter().map(|(account, seat)| (*account, seat)).collect();
        members.sort_by_key(|(account, seat)| (seat.since, *account));
        members
    }
}
