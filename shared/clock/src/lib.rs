//! Where the time comes from: a [`Clock`], passed in wherever the time is needed.
//!
//! Invariant: only this crate reads the machine's time. Everything else can therefore run in a test or
//! in the simulation at any instant, backwards included.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Tells the time. Clones share it.
#[derive(Clone)]
pub struct Clock(Source);

/// Moves the [`Clock`] it was made with. Clones move the same clock.
#[derive(Clone)]
pub struct Hands(Arc<Mutex<Timestamp>>);

#[derive(Clone)]
enum Source {
    System,
    Fixed(Timestamp),
    Manual(Hands),
}

impl Clock {
    /// The machine's own time.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands still.
    pub fn fixed(at: Timestamp) -> Clock {
        Clock(Source::Fixed(at))
    }

    /// A clock that only its hands move.
    pub fn manual(at: Timestamp) -> (Clock, Hands) {
        let hands = Hands(Arc::new(Mutex::new(at)));
        (Clock(Source::Manual(hands.clone())), hands)
    }

    /// The present instant. It may be earlier than the answer before: machines correct their clocks, so
    /// no code may rely on time that only grows.
    #[allow(clippy::disallowed_methods, reason = "everybody else asks this function")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Fixed(at) => *at,
            Source::Manual(hands) => hands.read(),
        }
    }
}

impl Hands {
    /// Moves the clock by a span, forwards or backwards, and stops at the end of representable time.
    pub fn advance(&self, by: SignedDuration) {
        self.turn(|at| at.saturating_add(by).expect("a signed duration has no calendar units"));
    }

    /// Sets the clock to an instant, which may be an earlier one.
    pub fn set(&self, to: Timestamp) {
        self.turn(|_| to);
    }

    fn read(&self) -> Timestamp {
        // A panic elsewhere cannot leave half an instant behind, so a poisoned lock is still right.
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self, change: impl FnOnce(Timestamp) -> Timestamp) {
        let mut at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *at = change(*at);
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.0 {
            Source::System => "system",
            Source::Fixed(_) => "fixed",
            Source::Manual(_) => "manual",
        };
        write!(f, "Clock({kind}, {})", self.now())
    }
}

impl fmt::Debug for Hands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hands({})", self.read())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_fixed_clock_stands_still() {
        let clock = Clock::fixed(noon());
        assert_eq!((clock.now(), clock.now()), (noon(), noon()));
    }

    #[test]
    fn every_clone_of_a_manual_clock_shows_the_same_time() {
        let (clock, hands) = Clock::manual(noon());
        let elsewhere = clock.clone();
        hands.clone().advance(SignedDuration::from_mins(15));
        assert_eq!(clock.now().to_string(), "2026-11-21T12:15:00Z");
        assert_eq!(elsewhere.now(), clock.now());
    }

    #[test]
    fn a_manual_clock_may_step_backwards() {
        let (clock, hands) = Clock::manual(noon());
        hands.advance(SignedDuration::from_secs(-1));
        assert_eq!(clock.now().to_string(), "2026-11-21T11:59:59Z");
        hands.set("1999-12-31T23:59:59Z".parse().unwrap());
        assert_eq!(clock.now().to_string(), "1999-12-31T23:59:59Z");
    }

    #[test]
    fn turning_past_the_end_of_time_stops_there() {
        let (clock, hands) = Clock::manual(noon());
        hands.advance(SignedDuration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
        hands.advance(SignedDuration::MIN);
        assert_eq!(clock.now(), Timestamp::MIN);
    }

    #[test]
    fn the_system_clock_is_the_machine_s() {
        let built = std::env::current_exe().unwrap().metadata().unwrap().modified().unwrap();
        assert!(Clock::system().now() >= Timestamp::try_from(built).unwrap());
    }
}
