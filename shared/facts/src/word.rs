//! One kind of fact, with its golden sample: what a room says of each type.
//!
//! Invariant: a fact without a sample does not compile.

use serde_json::Value;

use crate::{Fact, Misheard};

/// One kind of fact.
pub struct Word {
    /// The full name with its version.
    pub name: &'static str,
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// A whole envelope as it was first published.
    pub golden: &'static str,
    reads: fn(&Fact) -> Result<Value, Misheard>,
}

impl Word {
    /// The room that publishes it.
    pub fn speaker(&self) -> &'static str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// Reads a fact of this kind and writes it again, which shows how much of it was read.
    pub fn say_again(&self, fact: &Fact) -> Result<Value, Misheard> {
        (self.reads)(fact)
    }
}

/// Gives each type its name, and the module its list of words.
macro_rules! speaks {
    ($($name:literal $fact:ident $meaning:literal,)*) => {
        $(impl $crate::Spoken for $fact {
            const NAME: &'static str = $name;
        })*

        pub(crate) const WORDS: &[$crate::Word] = &[$($crate::word::word::<$fact>(
            $meaning,
            include_str!(concat!("../golden/", $name, ".json")),
        ),)*];
    };
}
pub(crate) use speaks;

pub(crate) const fn word<F: crate::Spoken>(meaning: &'static str, golden: &'static str) -> Word {
    Word { name: F::NAME, meaning, golden, reads: |fact| fact.hear::<F>().map(|heard| Fact::of(&heard).data) }
}
