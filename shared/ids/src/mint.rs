//! Where new ids come from: a [`Mint`] that is passed in, so that one seed replays every id of a run.
//!
//! Invariant: within one mint every id is larger than the one before, even in the same millisecond and
//! even when the clock steps back.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use clock::Clock;
use uuid::Uuid;

/// A v7 UUID has 48 bits of milliseconds and 74 bits that tell ids of one millisecond apart.
const TAIL_BITS: u32 = 74;
const TAIL_MAX: u128 = (1 << TAIL_BITS) - 1;

/// Makes ids out of a clock and a seed. Clones share one sequence.
#[derive(Clone)]
pub struct Mint {
    clock: Clock,
    state: Arc<Mutex<State>>,
}

struct State {
    seed: u64,
    millis: u64,
    tail: u128,
}

impl Mint {
    /// A mint that makes the same ids again when it is given the same times and the same seed.
    pub fn new(clock: Clock, seed: u64) -> Mint {
        Mint { clock, state: Arc::new(Mutex::new(State { seed, millis: 0, tail: 0 })) }
    }

    /// A mint with a seed from the randomness of the operating system.
    pub fn system(clock: Clock) -> Mint {
        // The standard library keys every hasher from the OS, which saves a dependency here. Ids are
        // names and never secrets, so 64 bits of seed are enough.
        Mint::new(clock, RandomState::new().build_hasher().finish())
    }

    /// A new UUIDv7 of the present moment.
    pub fn uuid(&self) -> Uuid {
        let now = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0);
        // No step below can panic half-way, so a poisoned lock still holds a good state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner).next(now)
    }
}

impl State {
    fn next(&mut self, now: u64) -> Uuid {
        if now > self.millis {
            self.millis = now;
            self.tail = self.fresh_tail();
        } else {
            // The same millisecond again, or a clock that stepped back: count on from the last id by
            // a random step, so that the next id still cannot be guessed by adding one.
            self.tail += 1 + u128::from(self.random() >> 32);
            if self.tail > TAIL_MAX {
                self.millis += 1;
                self.tail = self.fresh_tail();
            }
        }
        let high = self.tail >> 62;
        let low = self.tail & ((1 << 62) - 1);
        let bits = u128::from(self.millis) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low;
        Uuid::from_u128(bits)
    }

    /// The top bit stays clear, which leaves room to count on within the millisecond.
    fn fresh_tail(&mut self) -> u128 {
        let random = u128::from(self.random()) << 64 | u128::from(self.random());
        random & (TAIL_MAX >> 1)
    }

    /// SplitMix64: every seed is a good one, and the whole state is the seed itself.
    fn random(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.seed;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

impl fmt::Debug for Mint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mint").field("clock", &self.clock).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::OrderId;
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_id_is_a_uuid_of_version_7_that_carries_its_moment() {
        let uuid = Mint::new(Clock::fixed(noon()), 1).uuid();
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanos) = uuid.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds as i64, nanos), (noon().as_second(), 0));
    }

    #[test]
    fn the_same_seed_and_times_make_the_same_ids() {
        let run = |seed| {
            let mint = Mint::new(Clock::fixed(noon()), seed);
            (0..50).map(|_| OrderId::mint(&mint)).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }

    #[test]
    fn two_mints_of_the_system_never_agree() {
        let clock = Clock::fixed(noon());
        assert_ne!(Mint::system(clock.clone()).uuid(), Mint::system(clock).uuid());
    }

    #[test]
    fn clones_share_one_sequence_across_threads() {
        let mint = Mint::new(Clock::fixed(noon()), 3);
        let ids: Vec<Uuid> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..1000).map(|_| mint.clone().uuid()).collect::<Vec<_>>()))
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 4000);
    }

    #[test]
    fn a_full_millisecond_borrows_from_the_next() {
        let mut state = State { seed: 5, millis: 1000, tail: TAIL_MAX };
        let full = Uuid::from_u128(1000 << 80 | 0x7 << 76 | 0xfff << 64 | 0b10 << 62 | ((1 << 62) - 1));
        let next = state.next(1000);
        assert!(next > full);
        assert_eq!(next.as_u128() >> 80, 1001);
        assert_eq!(next.get_version_num(), 7);
    }

    #[test]
    fn a_clock_before_1970_still_mints() {
        let mint = Mint::new(Clock::fixed("1969-07-20T20:17:40Z".parse().unwrap()), 1);
        assert!(mint.uuid() < mint.uuid());
    }

    proptest! {
        #[test]
        fn every_id_is_larger_than_the_one_before_wherever_the_clock_goes(
            seed: u64,
            steps in proptest::collection::vec(-5_000i64..5_000, 1..100),
        ) {
            let (clock, hands) = Clock::manual(noon());
            let mint = Mint::new(clock, seed);
            let mut last = OrderId::mint(&mint);
            for step in steps {
                hands.advance(SignedDuration::from_millis(step));
                let next = OrderId::mint(&mint);
                prop_assert!(next > last);
                prop_assert!(next.to_string() > last.to_string());
                last = next;
            }
        }
    }
}
