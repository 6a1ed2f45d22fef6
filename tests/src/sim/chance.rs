//! Where everything that happens by chance comes from.

use std::sync::{Arc, Mutex, PoisonError};

/// A seeded source. Clones draw from the same one, so that the order of draws is part of the seed.
#[derive(Clone, Debug)]
pub struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Chance {
    /// The source of this seed.
    pub fn of(seed: u64) -> Chance {
        Chance(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// A number below this one.
    pub fn below(&self, n: usize) -> usize {
        self.draw(|rng| rng.usize(0..n.max(1)))
    }

    /// A number from the first to the last.
    pub fn from(&self, first: i64, last: i64) -> i64 {
        self.draw(|rng| rng.i64(first..=last))
    }

    /// Whether it happens, in so many of a thousand cases.
    pub fn permille(&self, n: u32) -> bool {
        self.draw(|rng| rng.u32(0..1000)) < n
    }

    /// One of them.
    pub fn pick<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A seed for somebody who draws alone.
    pub fn seed(&self) -> u64 {
        self.draw(|rng| rng.u64(..))
    }

    fn draw<T>(&self, f: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        // A draw cannot leave half a state behind, so a poisoned lock is still right.
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
