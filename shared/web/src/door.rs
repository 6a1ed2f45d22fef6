//! What the extractors of a room need.

use auth::Keychain;
use clock::Clock;
use dynamo::Table;
use ids::Mint;
use jiff::SignedDuration;
use observe::Sink;

use crate::{Buckets, Recent};

/// The context of a room's requests. Every room's state provides it through `FromRef`.
#[derive(Clone)]
pub struct Door {
    /// The name of the room.
    pub room: &'static str,
    /// It verifies credentials.
    pub keychain: Keychain,
    /// The rate limits of callers.
    pub buckets: Buckets,
    /// The answers of public reads.
    pub recent: Recent,
    /// The table of the receipts of `Idempotency-Key`.
    pub table: Table,
    /// The clock.
    pub clock: Clock,
    /// The source of request ids.
    pub mint: Mint,
    /// The sink of the access log.
    pub sink: Sink,
    /// The function's timeout, after which an unfinished request counts as dead.
    pub deadline: SignedDuration,
    /// The number of our own proxies before the API. Each appends the address that it saw.
    pub proxies: usize,
}
