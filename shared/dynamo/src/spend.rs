//! What a request cost, in DynamoDB's own units.

use std::cell::RefCell;
use std::future::Future;

use aws_sdk_dynamodb::types::ConsumedCapacity;
use serde::Serialize;

/// Requests and capacity units. Capacity is counted in thousandths, so that sums are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spend {
    /// Requests sent to DynamoDB, our own retries included.
    pub requests: u64,
    /// Read units × 1000.
    pub read_milli: u64,
    /// Write units × 1000.
    pub write_milli: u64,
}

tokio::task_local! {
    static PURSE: RefCell<Spend>;
}

impl Spend {
    /// Runs a future and tells what it spent. Nested purses do not add to the outer one.
    pub async fn of<F: Future>(future: F) -> (F::Output, Spend) {
        PURSE
            .scope(RefCell::default(), async {
                let output = future.await;
                (output, PURSE.with(|purse| *purse.borrow()))
            })
            .await
    }

    /// What this invocation has spent so far, when somebody counts.
    pub fn so_far() -> Option<Spend> {
        PURSE.try_with(|purse| *purse.borrow()).ok()
    }
}

/// Counts one request. Outside of a counted future there is nobody to tell.
pub(crate) fn spent(kind: Kind, capacity: &[ConsumedCapacity]) {
    let units: u64 =
        capacity.iter().map(|c| (c.capacity_units().unwrap_or(0.0) * 1000.0).round() as u64).sum();
    let counted = PURSE.try_with(|purse| {
        let mut purse = purse.borrow_mut();
        purse.requests += 1;
        match kind {
            Kind::Read => purse.read_milli += units,
            Kind::Write => purse.write_milli += units,
        }
    });
    if counted.is_err() {
        tracing::trace!(units, "spent outside of a counted invocation");
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Read,
    Write,
}
