//! A signal for the readers of a table's stream that there may be a new record.
//!
//! On AWS a stream is polled. In one process the writer can send a signal, so that a fact is delivered
//! at once. Nothing depends on it: without a signal a reader still polls.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use embedded::{Engines, Handler, Reply};
use futures::FutureExt;
use tokio::sync::watch;

/// Writers signal, readers of the same table wait. Clones share the signals.
#[derive(Clone, Debug, Default)]
pub struct Waker(Arc<RwLock<Vec<Listener>>>);

/// One that waits for writes to these tables.
#[derive(Debug)]
struct Listener {
    tables: BTreeSet<String>,
    signal: watch::Sender<()>,
}

impl Waker {
    /// Signals a write to this table, or to one that is not known.
    pub fn wake(&self, table: Option<&str>) {
        let listeners = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let hears = |listener: &&Listener| table.is_none_or(|table| listener.tables.contains(table));
        listeners.iter().filter(hears).for_each(|listener| listener.signal.send_modify(|()| {}));
    }

    /// Gets the signals of these tables from now on.
    pub fn listen(&self, tables: impl IntoIterator<Item = String>) -> watch::Receiver<()> {
        let listener = Listener { tables: tables.into_iter().collect(), signal: watch::Sender::new(()) };
        let heard = listener.signal.subscribe();
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(listener);
        heard
    }
}

/// DynamoDB that signals its writes.
pub fn dynamo(engines: &Engines, waker: &Waker) -> Arc<dyn Handler> {
    Arc::new(Waking { engine: Arc::new(engines.dynamo.clone()), waker: waker.clone() })
}

#[derive(Debug)]
struct Waking {
    engine: Arc<dyn Handler>,
    waker: Waker,
}

const WRITES: [&str; 5] = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"];

impl Handler for Waking {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default();
        if !WRITES.contains(&operation) {
            return self.engine.handle(request);
        }
        let (waker, body) = (self.waker.clone(), request.body().clone());
        let answer = self.engine.handle(request);
        async move {
            let answer = answer.await;
            waker.wake(table_of(&body));
            answer
        }
        .boxed()
    }
}

/// The table that a request of ours names. A room writes to its own and to no other.
fn table_of(body: &[u8]) -> Option<&str> {
    let (_, named) = std::str::from_utf8(body).ok()?.split_once(r#""TableName":""#)?;
    named.split_once('"').map(|(table, _)| table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_wakes_the_readers_of_its_table_and_one_to_no_known_table_wakes_all() {
        let waker = Waker::default();
        let mut heard = [&["a"][..], &["b"], &["a", "b"]].map(|tables| {
            let tables = tables.iter().map(|table| (*table).to_owned());
            waker.listen(tables)
        });
        let mut check = |body: &str, expect: [bool; 3]| {
            waker.wake(table_of(body.as_bytes()));
            let woken = heard.each_mut().map(|heard| {
                let woken = heard.has_changed().unwrap();
                heard.mark_unchanged();
                woken
            });
            assert_eq!(woken, expect, "{body}");
        };
        check(r#"{"TableName":"a","Item":{}}"#, [true, false, true]);
        check(r#"{"TransactItems":[{"Put":{"TableName":"b"}}]}"#, [false, true, true]);
        check(r#"{"TableName":"c"}"#, [false, false, false]);
        check(r#"{"TableName": "a"}"#, [true, true, true]);
    }
}
