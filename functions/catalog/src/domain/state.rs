//! The life of a product.
//!
//! Invariant: what is not in the table below is refused. What is proposed is frozen, so that what
//! a manager has read is what is published; what is archived is a memory until it is restored.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a product is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being written.
    Draft,
    /// It waits for a manager.
    Proposed,
    /// It is on the shelves.
    Published,
    /// It is not sold any more.
    Archived,
}

/// What can be done to a product, as far as its state cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    Edit,
    /// Take something away that may have been ordered.
    Remove,
    Propose,
    Withdraw,
    Publish,
    Archive,
    Restore,
}

impl State {
    pub fn after(self, action: Action) -> Option<State> {
        use Action::*;
        use State::*;
        match (self, action) {
            (Draft, Edit | Remove) => Some(Draft),
            (Draft, Propose) => Some(Proposed),
            (Proposed, Withdraw) => Some(Draft),
            (Proposed, Publish) => Some(Published),
            (Published, Edit) => Some(Published),
            (Published | Draft, Archive) => Some(Archived),
            (Archived, Restore) => Some(Draft),
            _ => None,
        }
    }

    /// The state as it is written everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Proposed => "proposed",
            State::Published => "published",
            State::Archived => "archived",
        }
    }
}

impl Action {
    pub const fn as_str(self) -> &'static str {
        match self {
            Action::Edit => "edit",
            Action::Remove => "remove from",
            Action::Propose => "propose",
            Action::Withdraw => "withdraw",
            Action::Publish => "publish",
            Action::Archive => "archive",
            Action::Restore => "restore",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [State; 4] = [State::Draft, State::Proposed, State::Published, State::Archived];
    const ACTIONS: [Action; 7] = [
        Action::Edit,
        Action::Remove,
        Action::Propose,
        Action::Withdraw,
        Action::Publish,
        Action::Archive,
        Action::Restore,
    ];

    #[test]
    fn every_pair_of_state_and_action_is_listed_or_refused() {
        let mut table = Vec::new();
        for state in STATES {
            for action in ACTIONS {
                if let Some(after) = state.after(action) {
                    table.push(format!("{state}: {} -> {after}", action.as_str()));
                }
            }
        }
        assert_eq!(
            table,
            [
                "draft: edit -> draft",
                "draft: remove from -> draft",
                "draft: propose -> proposed",
                "draft: archive -> archived",
                "proposed: withdraw -> draft",
                "proposed: publish -> published",
                "published: edit -> published",
                "published: archive -> archived",
                "archived: restore -> draft",
            ]
        );
    }
}
