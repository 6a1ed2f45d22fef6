//! A reservation: what is held for an owner, until when, and what can become of it.
//!
//! Invariants: a reservation moves only along [`next`]; every move says by how much each cell
//! changes and reports exactly one fact, so that its versions and its facts are numbered alike.

use facts::inventory::{ReservationCommitted, ReservationExpired, ReservationMade, ReservationReleased};
use facts::{Fact, Unsent};
use ids::ReservationId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Changes, Counts, Hold, Lines, Owner, Refusal, Seconds};

/// Stock that is, or was, held for an owner. An owner has one reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    pub id: ReservationId,
    pub owner: Owner,
    pub state: State,
    pub holds: Vec<Hold>,
    /// When it dies. Whether it has died is judged against this at the moment of each write.
    // In milliseconds, because DynamoDB compares it with the present in a condition.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub expires_at: Timestamp,
}

/// What has become of a reservation, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its units are held.
    Active,
    /// Its time has passed, and they are free again.
    Expired,
    /// They were given back.
    Released,
    /// They are sold.
    Committed,
}

/// Where a reservation stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Active, with time left.
    Held,
    /// Active by the books, with no time left.
    Lapsed,
    Expired,
    Released,
    Committed,
}

/// What can be asked of a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Hold these units, or other ones than before.
    Reserve,
    /// Hold them for so long from now.
    Extend(Seconds),
    Commit,
    Release,
    Expire,
}

/// Why a reservation does not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Denied {
    #[error("the reservation has expired")]
    Expired,
    #[error("the reservation was released")]
    Released,
    #[error("the reservation is committed")]
    Committed,
    #[error("the reservation has not expired yet")]
    TooEarly,
}

/// A reservation's next version, with everything that is saved together with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    pub reservation: Reservation,
    pub changes: Changes,
    pub fact: Unsent,
    /// It counts only if the reservation as stored has not expired by this instant.
    pub only_while_alive_at: Option<Timestamp>,
}

/// The whole table of what may become of what. `None` is "it has happened before".
fn next(phase: Phase, action: Action) -> Result<Option<State>, Denied> {
    use Action::{Commit, Expire, Extend, Release, Reserve};
    match (phase, action) {
        (Phase::Held | Phase::Lapsed | Phase::Expired | Phase::Released, Reserve) => Ok(Some(State::Active)),
        (Phase::Held, Extend(_)) => Ok(Some(State::Active)),
        (Phase::Held, Commit) => Ok(Some(State::Committed)),
        (Phase::Held | Phase::Lapsed, Release) => Ok(Some(State::Released)),
        (Phase::Lapsed, Expire) => Ok(Some(State::Expired)),
        (Phase::Committed, Commit) => Ok(None),
        (Phase::Expired | Phase::Released, Release) => Ok(None),
        (Phase::Expired | Phase::Released | Phase::Committed, Expire) => Ok(None),
        (Phase::Held, Expire) => Err(Denied::TooEarly),
        (Phase::Lapsed | Phase::Expired, Extend(_) | Commit) => Err(Denied::Expired),
        (Phase::Released, Extend(_) | Commit) => Err(Denied::Released),
        (Phase::Committed, Reserve | Extend(_) | Release) => Err(Denied::Committed),
    }
}

impl Reservation {
    /// Where it stands at this instant. The last instant of a hold is the one before its end.
    pub fn phase(&self, now: Timestamp) -> Phase {
        match self.state {
            State::Active if self.expires_at > now => Phase::Held,
            State::Active => Phase::Lapsed,
            State::Expired => Phase::Expired,
            State::Released => Phase::Released,
            State::Committed => Phase::Committed,
        }
    }

    /// What is or was held, by variant.
    pub fn lines(&self) -> Lines {
        Lines::of(self.holds.iter().map(|hold| (hold.variant, hold.quantity)))
    }

    /// The units that lie in the cells as held for it.
    pub fn held(&self) -> &[Hold] {
        if self.state == State::Active { &self.holds } else { &[] }
    }

    /// Whether a wish for these lines is already fulfilled, or may be fulfilled, or never will.
    pub fn grants(&self, lines: &Lines, now: Timestamp) -> Result<bool, Refusal> {
        let same = matches!(self.phase(now), Phase::Held | Phase::Committed) && self.lines() == *lines;
        if same {
            return Ok(true);
        }
        next(self.phase(now), Action::Reserve)?;
        Ok(false)
    }

    /// Holds these units for the owner instead of whatever was held for it before.
    pub fn hold(before: Option<&Reservation>, now_held: Reservation) -> Transition {
        let had = before.map_or(&[][..], Reservation::held);
        let mut changes = freed(had);
        let taken = now_held.holds.iter();
        changes.extend(taken.map(|hold| (hold.cell(), Counts::held_for_somebody(hold.quantity.into()))));
        let fact = now_held.made();
        Transition { reservation: now_held, changes, fact, only_while_alive_at: None }
    }

    /// Extends, commits, releases or expires it. `None` is "it has happened before".
    pub fn act(&self, action: Action, now: Timestamp) -> Result<Option<Transition>, Refusal> {
        let Some(state) = next(self.phase(now), action)? else { return Ok(None) };
        let mut after = Reservation { state, ..self.clone() };
        let (reservation, owner, lines) = (self.id, self.owner.to_string(), self.lines().told());
        let (changes, fact) = match action {
            Action::Reserve => return Ok(None),
            Action::Extend(seconds) => {
                after.expires_at = end(now, seconds).max(self.expires_at);
                if after.expires_at == self.expires_at {
                    return Ok(None);
                }
                (Changes::default(), after.made())
            }
            Action::Commit => {
                let sold = self.holds.iter();
                let sold = sold.map(|hold| (hold.cell(), Counts::sold(hold.quantity.into())));
                (sold.collect(), Fact::of(&ReservationCommitted { reservation, owner, lines }))
            }
            Action::Release => {
                (freed(&self.holds), Fact::of(&ReservationReleased { reservation, owner, lines }))
            }
            Action::Expire => {
                (freed(&self.holds), Fact::of(&ReservationExpired { reservation, owner, lines }))
            }
        };
        let alive = matches!(action, Action::Extend(_) | Action::Commit).then_some(now);
        Ok(Some(Transition { reservation: after, changes, fact, only_while_alive_at: alive }))
    }

    fn made(&self) -> Unsent {
        Fact::of(&ReservationMade {
            reservation: self.id,
            owner: self.owner.to_string(),
            lines: self.lines().told(),
            expires_at: self.expires_at,
        })
    }
}

/// When something dies that is held for so long from now: in whole milliseconds, as it is stored.
pub fn end(now: Timestamp, seconds: Seconds) -> Timestamp {
    let end = now + SignedDuration::from_secs(seconds.get().into());
    Timestamp::from_millisecond(end.as_millisecond()).unwrap_or(end)
}

fn freed(holds: &[Hold]) -> Changes {
    holds.iter().map(|hold| (hold.cell(), Counts::held_for_somebody(-i64::from(hold.quantity)))).collect()
}

#[cfg(test)]
mod tests {
    use ids::Uuid;

    use super::*;
    use crate::domain::pick::tests::{cell, total, variant};

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn reservation(state: State, expires_at: Timestamp) -> Reservation {
        let id = ReservationId::from_uuid(Uuid::from_u128(9));
        let holds = vec![Hold::new(cell(1, 0), 2), Hold::new(cell(1, 3), 1)];
        Reservation { id, owner: "ord_1".parse().unwrap(), state, holds, expires_at }
    }

    fn in_phase(phase: Phase) -> Reservation {
        let later = noon() + SignedDuration::from_mins(1);
        match phase {
            Phase::Held => reservation(State::Active, later),
            Phase::Lapsed => reservation(State::Active, noon()),
            Phase::Expired => reservation(State::Expired, noon()),
            Phase::Released => reservation(State::Released, later),
            Phase::Committed => reservation(State::Committed, later),
        }
    }

    const PHASES: [Phase; 5] =
        [Phase::Held, Phase::Lapsed, Phase::Expired, Phase::Released, Phase::Committed];

    fn actions() -> [Action; 5] {
        let long = Seconds::new(900).unwrap();
        [Action::Reserve, Action::Extend(long), Action::Commit, Action::Release, Action::Expire]
    }

    #[test]
    fn every_pair_of_phase_and_action_is_in_the_table() {
        let mut table = String::new();
        for phase in PHASES {
            for action in actions() {
                let outcome = match next(phase, action) {
                    Ok(Some(state)) => format!("{state:?}"),
                    Ok(None) => "the same again".into(),
                    Err(refusal) => format!("refused: {refusal}"),
                };
                let action = format!("{action:?}");
                let action = action.split('(').next().unwrap_or_default();
                table += &format!("{:<10} {action:<8} {outcome}\n", format!("{phase:?}"));
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn a_reservation_is_in_the_phase_that_the_clock_says() {
        for phase in PHASES {
            assert_eq!(in_phase(phase).phase(noon()), phase);
        }
        let just_before = noon() - SignedDuration::from_millis(1);
        assert_eq!(in_phase(Phase::Lapsed).phase(just_before), Phase::Held);
    }

    #[test]
    fn a_commit_sells_what_was_held_and_a_release_frees_it() {
        let held = in_phase(Phase::Held);
        let Ok(Some(sold)) = held.act(Action::Commit, noon()) else { panic!("it commits") };
        assert_eq!(total(&sold.changes), Counts::sold(3));
        assert_eq!(
            (sold.reservation.state, sold.fact.name),
            (State::Committed, "inventory.reservation_committed.v1")
        );
        let Ok(Some(freed)) = held.act(Action::Release, noon()) else { panic!("it releases") };
        assert_eq!(total(&freed.changes), Counts::held_for_somebody(-3));
        let lapsed = in_phase(Phase::Lapsed);
        let Ok(Some(gone)) = lapsed.act(Action::Expire, noon()) else { panic!("it expires") };
        assert_eq!(
            (total(&gone.changes), gone.fact.name),
            (Counts::held_for_somebody(-3), "inventory.reservation_expired.v1")
        );
    }

    #[test]
    fn an_extension_never_shortens() {
        let held = in_phase(Phase::Held);
        let short = Action::Extend(Seconds::new(30).unwrap());
        assert_eq!(held.act(short, noon()), Ok(None));
        let long = Action::Extend(Seconds::new(90).unwrap());
        let Ok(Some(longer)) = held.act(long, noon()) else { panic!("it extends") };
        assert_eq!(longer.reservation.expires_at, noon() + SignedDuration::from_secs(90));
        assert!(longer.changes.is_empty());
        assert_eq!(longer.fact.name, "inventory.reservation_made.v1");
    }

    #[test]
    fn the_owners_own_hold_is_moved_and_not_taken_twice() {
        let before = in_phase(Phase::Held);
        let mut after = before.clone();
        after.holds = vec![Hold::new(cell(1, 0), 5)];
        let moved = Reservation::hold(Some(&before), after.clone());
        assert_eq!(
            moved.changes.iter().collect::<Vec<_>>(),
            [(cell(1, 0), Counts::held_for_somebody(3)), (cell(1, 3), Counts::held_for_somebody(-1))]
        );
        // Units of an expired reservation are free already.
        let anew = Reservation::hold(Some(&in_phase(Phase::Expired)), after);
        assert_eq!(total(&anew.changes), Counts::held_for_somebody(5));
    }

    #[test]
    fn the_same_wish_is_granted_once() {
        let lines = Lines::of([(variant(), 3)]);
        assert_eq!(in_phase(Phase::Held).grants(&lines, noon()), Ok(true));
        assert_eq!(in_phase(Phase::Committed).grants(&lines, noon()), Ok(true));
        assert_eq!(in_phase(Phase::Lapsed).grants(&lines, noon()), Ok(false));
        let others = Lines::of([(variant(), 4)]);
        assert_eq!(in_phase(Phase::Held).grants(&others, noon()), Ok(false));
        assert_eq!(in_phase(Phase::Committed).grants(&others, noon()), Err(Denied::Committed.into()));
    }
}
