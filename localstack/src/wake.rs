//! A signal for the readers of a table's stream that there may be a new record.
//!
//! On AWS a stream is polled. In one process the writer can send a signal, so that a fact is delivered
//! at once. Nothing depends on it: without a signal a reader still polls.

use std::sync::Arc;

use bytes::Bytes;
use embedded::{Engines, Handler, Reply};
use futures::FutureExt;
use tokio::sync::watch;

/// Writers signal, readers wait. Clones share the signal.
#[derive(Clone, Debug)]
pub struct Waker(watch::Sender<()>);

impl Waker {
    /// Without readers.
    pub fn new() -> Waker {
        Waker(watch::Sender::new(()))
    }

    /// Signals a write.
    pub fn wake(&self) {
        self.0.send_replace(());
    }

    /// Gets the signals from now on.
    pub fn listen(&self) -> watch::Receiver<()> {
        self.0.subscribe()
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

impl Handler for Waking {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default();
        let writes = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"];
        let (writes, answer) = (writes.contains(&operation), self.engine.handle(request));
        let waker = self.waker.clone();
        async move {
            let answer = answer.await;
            if writes {
                waker.wake();
            }
            answer
        }
        .boxed()
    }
}
