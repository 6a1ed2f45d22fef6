//! What the extractors of a room know: whom to trust, what time it is, where to remember.

use auth::Keychain;
use clock::Clock;
use dynamo::Table;
use ids::Mint;
use jiff::SignedDuration;
use observe::Sink;

use crate::Buckets;

/// The door of one room. Every room's state gives it out through `FromRef`.
#[derive(Clone)]
pub struct Door {
    /// The room behind it.
    pub room: &'static str,
    /// Whom we believe.
    pub keychain: Keychain,
    /// How much each caller may ask.
    pub buckets: Buckets,
    /// Where `Idempotency-Key`s are remembered.
    pub table: Table,
    /// What time it is.
    pub clock: Clock,
    /// Where request ids come from.
    pub mint: Mint,
    /// Where the access log goes.
    pub sink: Sink,
    /// After how long a request that has not answered counts as dead: the function's timeout.
    pub deadline: SignedDuration,
    /// How many hosts of our own stand before the API. Each adds the address that it saw.
    pub proxies: usize,
}
