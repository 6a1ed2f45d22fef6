//! How often something was tried in vain, and how long the next try waits for it.
//!
//! Invariant: waiting grows with every strike up to a most, and strikes are forgiven one by one while
//! nothing happens. A strike is counted before the password is looked at, so that a thousand guesses
//! at once are not a thousand first guesses.
//!
//! Strangers share the strikes of the account that they guess at. A known device or session has strikes
//! of its own, those of its [`Place`], so that no stranger locks its owner out.

use ids::{AccountId, SessionId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Refusal;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strikes {
    #[serde(rename = "strikes", default, deserialize_with = "at_least_none")]
    pub count: u32,
    /// In milliseconds.
    #[serde(rename = "struck_at", default)]
    pub last: i64,
}

/// Two who subtract what is forgiven at the same moment may leave less than none.
fn at_least_none<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let count = i64::deserialize(from)?.clamp(0, u32::MAX.into());
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A place from which the right password has come before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The session that began with it, and its device after that.
    Session(SessionId),
    /// Any device of an earlier epoch of the account. They share what they may try: who knew an earlier
    /// password may have signed in a thousand times to have a thousand places to guess the next one from.
    Former(AccountId),
}

/// What is counted against an e-mail and against an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Guesses,
    /// Letters: each cause for itself, so that none uses up what another may send.
    Letters(Cause),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Registration,
    Forgotten,
    Confirmation,
    Move,
}

#[derive(Clone, Copy, Debug)]
pub struct Leniency {
    /// So many cost nothing.
    pub free: u32,
    /// What the first costs after that; each further one costs twice as much.
    pub first: SignedDuration,
    pub most: SignedDuration,
    /// After so long without one, one is forgiven.
    pub forgives: SignedDuration,
}

/// For the passwords of one account, by all strangers together or from one place that it knows: ten
/// guesses, and then hardly any.
pub const PER_ACCOUNT: Leniency = Leniency {
    free: 10,
    first: SignedDuration::from_secs(2),
    most: SignedDuration::from_mins(15),
    forgives: SignedDuration::from_mins(30),
};

/// For everything that one address tries, and for the letters that it causes: many people may sit
/// behind it.
pub const PER_ADDRESS: Leniency = Leniency {
    free: 30,
    first: SignedDuration::from_secs(1),
    most: SignedDuration::from_mins(15),
    forgives: SignedDuration::from_mins(1),
};

/// For the letters that one e-mail gets for one cause, and for those that an account causes. The most
/// is less than the life of any letter, so that who keeps asking in vain has a good one lying in the mail.
pub const LETTERS: Leniency = Leniency {
    free: 3,
    first: SignedDuration::from_mins(1),
    most: SignedDuration::from_mins(30),
    forgives: SignedDuration::from_hours(1),
};

impl Cause {
    pub const fn word(self) -> &'static str {
        match self {
            Cause::Registration => "registration",
            Cause::Forgotten => "forgotten",
            Cause::Confirmation => "confirmation",
            Cause::Move => "move",
        }
    }
}

impl Counted {
    /// How much of it is let pass for one e-mail.
    pub const fn for_an_email(self) -> Leniency {
        match self {
            Counted::Guesses => PER_ACCOUNT,
            Counted::Letters(_) => LETTERS,
        }
    }
}

impl Strikes {
    pub fn standing(self, rule: Leniency, now: Timestamp) -> u32 {
        // A clock that was turned back forgives nothing.
        let quiet = (now.as_millisecond() - self.last).max(0);
        let forgiven = quiet / i64::try_from(rule.forgives.as_millis()).unwrap_or(i64::MAX).max(1);
        self.count.saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX))
    }

    /// How long to wait before the next attempt, if at all.
    pub fn wait(self, rule: Leniency, now: Timestamp) -> Option<SignedDuration> {
        let over = self.standing(rule, now).checked_sub(rule.free)?;
        let cost = rule.first.as_millis().saturating_mul(1 << over.min(40)).min(rule.most.as_millis());
        let cost = i64::try_from(cost).unwrap_or(i64::MAX);
        let until = self.last.saturating_add(cost);
        let wait = until - now.as_millisecond();
        // However far a clock has been turned back, no wait is longer than the most.
        (wait > 0).then(|| SignedDuration::from_millis(wait.min(cost)))
    }

    pub fn one_more_letter(self, now: Timestamp) -> Result<(), Refusal> {
        if self.wait(LETTERS, now).is_some() { Err(Refusal::TooManyLetters) } else { Ok(()) }
    }

    #[must_use]
    pub fn struck(self, rule: Leniency, now: Timestamp) -> Strikes {
        Strikes { count: self.standing(rule, now).saturating_add(1), last: now.as_millisecond() }
    }

    pub fn forgotten_at(self, rule: Leniency, now: Timestamp) -> Timestamp {
        now.saturating_add(rule.forgives * i32::try_from(self.count).unwrap_or(i32::MAX))
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn after(n: u32) -> Strikes {
        (0..n).fold(Strikes::default(), |strikes, _| strikes.struck(PER_ACCOUNT, noon()))
    }

    #[test]
    fn the_first_ten_cost_nothing_and_each_after_them_twice_as_much_as_the_one_before() {
        for n in 0..10 {
            assert_eq!(after(n).wait(PER_ACCOUNT, noon()), None, "{n}");
        }
        let waits: Vec<_> = (10..22).map(|n| after(n).wait(PER_ACCOUNT, noon()).unwrap().as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    }

    #[test]
    fn waiting_ends_by_itself_and_a_strike_is_forgiven_after_a_while() {
        let strikes = after(13);
        assert!(strikes.wait(PER_ACCOUNT, noon() + SignedDuration::from_secs(15)).is_some());
        assert_eq!(strikes.wait(PER_ACCOUNT, noon() + SignedDuration::from_secs(16)), None);
        let later = noon() + SignedDuration::from_mins(61);
        assert_eq!(strikes.standing(PER_ACCOUNT, later), 11);
        assert_eq!(strikes.struck(PER_ACCOUNT, later).count, 12);
        assert_eq!(strikes.standing(PER_ACCOUNT, strikes.forgotten_at(PER_ACCOUNT, noon())), 0);
    }

    #[test]
    fn a_clock_that_steps_back_forgives_nothing_and_locks_nobody_out() {
        let strikes = after(12);
        let before = noon() - SignedDuration::from_hours(5);
        assert_eq!(strikes.standing(PER_ACCOUNT, before), 12);
        assert_eq!(strikes.wait(PER_ACCOUNT, before).unwrap().as_secs(), 8);
    }

    #[test]
    fn no_number_of_strikes_overflows() {
        let strikes = Strikes { count: u32::MAX, last: noon().as_millisecond() };
        assert_eq!(strikes.wait(PER_ACCOUNT, noon()).unwrap().as_secs(), 900);
        assert_eq!(strikes.struck(PER_ACCOUNT, noon()).count, u32::MAX);
        assert!(strikes.forgotten_at(PER_ACCOUNT, noon()) > noon());
    }
}
