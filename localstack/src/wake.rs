//! Tells those who follow a table's stream that something may have been written.
//!
//! On AWS a stream is polled. In one process the writer can say so, and a fact is on its way at
//! once instead of at the next poll. Nothing depends on it: who is not woken still polls.

use std::sync::Arc;

use bytes::Bytes;
use embedded::{Engines, Handler, Reply};
use futures::FutureExt;
use tokio::sync::watch;

/// Whoever writes tells it, whoever follows listens. Clones are the same.
#[derive(Clone, Debug)]
pub struct Waker(watch::Sender<()>);

impl Waker {
    /// Nobody listens yet.
    pub fn new() -> Waker {
        Waker(watch::Sender::new(()))
    }

    /// Something may have been written.
    pub fn wake(&self) {
        self.0.send_replace(());
    }

    /// Listens from now on.
    pub fn listen(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

/// DynamoDB, whose writes wake.
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
