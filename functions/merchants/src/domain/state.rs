//! The life of a shop.
//!
//! Invariant: what is not in the table below is refused. What is submitted is frozen, so that what the
//! market has read is what it approves; who the shop legally is stays as it was approved, until it
//! is restricted and has to show itself again.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a shop is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being set up.
    Draft,
    /// It waits for the market's decision.
    Submitted,
    /// It sells.
    Active,
    /// It may not sell for now.
    Restricted,
    /// The market said no, and said why.
    Rejected,
    /// It is no more.
    Closed,
}

/// What can be done to a shop, as far as its state cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    Edit,
    Identify,
    ShowPaper,
    TakePaperBack,
    /// Change who works there, and where its money goes.
    Staff,
    Invite,
    Submit,
    Withdraw,
    Approve,
    Reject,
    Restrict,
    Reinstate,
    Close,
    ShutDown,
    Orphan,
}

impl State {
    pub fn after(self, action: Action) -> Option<State> {
        use Action::*;
        use State::*;
        match (self, action) {
            // A rejected shop that is mended begins anew.
            (Draft | Rejected, Edit | Identify | ShowPaper | TakePaperBack) => Some(Draft),
            (Active, Edit | ShowPaper) => Some(Active),
            (Restricted, Edit | Identify | ShowPaper) => Some(Restricted),
            (Draft | Submitted | Active | Restricted | Rejected, Staff) => Some(self),
            // A letter goes to a stranger in the shop's name, which the market has approved by then.
            (Active, Invite) => Some(Active),
            (Draft | Rejected, Submit) => Some(Submitted),
            (Submitted, Withdraw) => Some(Draft),
            (Submitted, Approve) => Some(Active),
            (Submitted, Reject) => Some(Rejected),
            (Active, Restrict) => Some(Restricted),
            (Restricted, Reinstate) => Some(Active),
            // A shop that is being looked into does not vanish by its owner's word.
            (Draft | Submitted | Active | Rejected, Close) => Some(Closed),
            (Draft | Submitted | Active | Restricted | Rejected, ShutDown) => Some(Closed),
            (Draft | Submitted | Rejected, Orphan) => Some(Closed),
            (Active | Restricted, Orphan) => Some(Restricted),
            _ => None,
        }
    }

    /// Whether the shop is seen by its customers.
    pub fn is_public(self) -> bool {
        matches!(self, State::Active | State::Restricted)
    }

    /// The state as it is written everywhere.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted => "submitted",
            State::Active => "active",
            State::Restricted => "restricted",
            State::Rejected => "rejected",
            State::Closed => "closed",
        }
    }
}

impl Action {
    pub const fn as_str(self) -> &'static str {
        match self {
            Action::Edit => "edit",
            Action::Identify => "identify",
            Action::ShowPaper => "show a paper of",
            Action::TakePaperBack => "take a paper back from",
            Action::Staff => "change the people or the account of",
            Action::Invite => "invite somebody to",
            Action::Submit => "submit",
            Action::Withdraw => "withdraw",
            Action::Approve => "approve",
            Action::Reject => "reject",
            Action::Restrict => "restrict",
            Action::Reinstate => "reinstate",
            Action::Close => "close",
            Action::ShutDown => "shut down",
            Action::Orphan => "orphan",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [State; 6] =
        [State::Draft, State::Submitted, State::Active, State::Restricted, State::Rejected, State::Closed];
    const ACTIONS: [Action; 15] = [
        Action::Edit,
        Action::Identify,
        Action::ShowPaper,
        Action::TakePaperBack,
        Action::Staff,
        Action::Invite,
        Action::Submit,
        Action::Withdraw,
        Action::Approve,
        Action::Reject,
        Action::Restrict,
        Action::Reinstate,
        Action::Close,
        Action::ShutDown,
        Action::Orphan,
    ];

    #[test]
    fn every_pair_of_state_and_action_is_listed_or_refused() {
        let lines = ACTIONS.iter().flat_map(|action| {
            STATES.iter().map(move |state| match state.after(*action) {
                Some(after) => format!("{action}: {state} -> {after}"),
                None => format!("{action}: {state} refused"),
            })
        });
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn nothing_happens_to_a_closed_shop() {
        assert!(ACTIONS.iter().all(|action| State::Closed.after(*action).is_none()));
    }

    #[test]
    fn only_the_market_opens_a_shop() {
        for state in STATES {
            for action in ACTIONS {
                let opens = state.after(action) == Some(State::Active) && state != State::Active;
                assert_eq!(
                    opens,
                    [(State::Submitted, Action::Approve), (State::Restricted, Action::Reinstate)]
                        .contains(&(state, action)),
                    "{state}: {action}"
                );
            }
        }
    }
}
