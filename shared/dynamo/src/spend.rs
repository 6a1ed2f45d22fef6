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
    /// Runs a future and tells what it spent. An outer count includes it.
    pub async fn of<F: Future>(future: F) -> (F::Output, Spend) {
        let (output, spend) = PURSE
            .scope(RefCell::default(), async {
                let output = future.await;
                (output, PURSE.with(|purse| *purse.borrow()))
            })
            .await;
        add(spend);
        (output, spend)
    }

    /// What this invocation has spent so far, if it is counted.
    pub fn so_far() -> Option<Spend> {
        PURSE.try_with(|purse| *purse.borrow()).ok()
    }
}

/// Counts one request, if the current future is counted.
pub(crate) fn spent(kind: Kind, capacity: &[ConsumedCapacity]) {
    let units: u64 =
        capacity.iter().map(|c| (c.capacity_units().unwrap_or(0.0) * 1000.0).round() as u64).sum();
    let spend = match kind {
        Kind::Read => Spend { requests: 1, read_milli: units, write_milli: 0 },
        Kind::Write => Spend { requests: 1, read_milli: 0, write_milli: units },
    };
    if !add(spend) {
        tracing::trace!(units, "spent outside of a counted invocation");
    }
}

/// Adds to the count of this task, if it has one.
fn add(spend: Spend) -> bool {
    let added = PURSE.try_with(|purse| {
        let mut purse = purse.borrow_mut();
        purse.requests += spend.requests;
        purse.read_milli += spend.read_milli;
        purse.write_milli += spend.write_milli;
    });
    added.is_ok()
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Read,
    Write,
}
