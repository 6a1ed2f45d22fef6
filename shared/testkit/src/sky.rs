//! Faults between a room and its table.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use embedded::{Handler, Reply, reply};
use futures::channel::oneshot;
use serde_json::{Value, json};

/// A kind of requests, by their operations.
pub type Kind = &'static [&'static str];

/// Transactions.
pub const TRANSACTIONS: Kind = &["TransactWriteItems"];
/// Requests that change an item.
pub const WRITES: Kind = &["TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem", "BatchWriteItem"];
/// Queries of a partition.
pub const QUERIES: Kind = &["Query"];

/// The faults of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// None.
    Fair,
    /// So many transactions conflict with others on the same items.
    Crowded(usize),
    /// So many of this kind are carried out, and their answers are lost.
    Deaf(Kind, usize),
    /// So many of this kind are carried out and no more: a function that needs more of them dies.
    Dead(Kind, usize),
    /// All of this kind are throttled.
    Throttled(Kind),
    /// Every request lets others go first, so that whatever goes on at once takes turns.
    Calm,
}

/// The faults of one table. Clones share them.
#[derive(Clone, Debug)]
pub struct Sky(Arc<Mutex<Weather>>, Arc<Mutex<Option<Gate>>>);

/// One request that is held before the table, so that others overtake it.
#[must_use = "a request that is held is let on by it"]
#[derive(Debug)]
pub struct Held {
    came: oneshot::Receiver<()>,
    go: oneshot::Sender<()>,
}

#[derive(Debug)]
struct Gate {
    kind: Kind,
    after: usize,
    came: oneshot::Sender<()>,
    go: oneshot::Receiver<()>,
}

impl Held {
    /// Waits until the request is held. The reads before it are done.
    pub async fn comes(&mut self) {
        (&mut self.came).await.unwrap_or_else(|_| panic!("the sky was opened anew"));
    }

    /// Lets it go on.
    pub fn goes_on(self) {
        self.go.send(()).unwrap_or_else(|()| panic!("nobody waits any more"));
    }
}

impl Sky {
    pub(crate) fn fair() -> Sky {
        Sky(Arc::new(Mutex::new(Weather::Fair)), Arc::default())
    }

    /// Holds one request of this kind, after so many others.
    pub fn holds(&self, kind: Kind, after: usize) -> Held {
        let ((came_here, came), (go, goes_on)) = (oneshot::channel(), oneshot::channel());
        let gate = Gate { kind, after, came: came_here, go: goes_on };
        *self.1.lock().unwrap_or_else(PoisonError::into_inner) = Some(gate);
        Held { came, go }
    }

    /// Sets the fault from now on.
    pub fn turns(&self, weather: Weather) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = weather;
    }

    /// Ends all faults.
    pub fn clears(&self) {
        self.turns(Weather::Fair);
    }

    /// The rest of the fault, after what has happened.
    pub fn now(&self) -> Weather {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn over(&self, engine: Arc<dyn Handler>) -> Arc<dyn Handler> {
        Arc::new(Under { sky: self.clone(), engine })
    }
}

/// A table behind a [`Sky`].
#[derive(Debug)]
struct Under {
    sky: Sky,
    engine: Arc<dyn Handler>,
}

impl Handler for Under {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let target = target.unwrap_or_default().to_owned();
        let is = |kind: Kind| kind.iter().any(|name| target.contains(name));
        let gate = self.sky.1.lock().unwrap_or_else(PoisonError::into_inner).take_if(|gate| {
            let meant = is(gate.kind);
            let now = meant && gate.after == 0;
            gate.after -= usize::from(meant && !now);
            now
        });
        if let Some(Gate { came, go, .. }) = gate {
            let engine = self.engine.clone();
            return Box::pin(async move {
                // The test is over, so the request goes on.
                came.send(()).ok();
                go.await.ok();
                engine.handle(request).await
            });
        }
        let mut weather = self.sky.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *weather {
            Weather::Crowded(n) if n > 0 && is(TRANSACTIONS) => {
                *weather = Weather::Crowded(n - 1);
                let met = json!([{ "Code": "TransactionConflict" }]);
                refused("TransactionCanceledException", &met)
            }
            Weather::Deaf(kind, n) if n > 0 && is(kind) => {
                *weather = Weather::Deaf(kind, n - 1);
                let done = self.engine.handle(request);
                Box::pin(async move {
                    done.await?;
                    Ok(reply(500, "application/x-amz-json-1.0", "{}"))
                })
            }
            Weather::Dead(kind, 0) if is(kind) => refused("AccessDeniedException", &Value::Null),
            Weather::Dead(kind, n) if is(kind) => {
                *weather = Weather::Dead(kind, n - 1);
                self.engine.handle(request)
            }
            Weather::Throttled(kind) if is(kind) => {
                refused("ProvisionedThroughputExceededException", &Value::Null)
            }
            Weather::Calm => {
                let engine = self.engine.clone();
                Box::pin(async move {
                    tokio::task::yield_now().await;
                    engine.handle(request).await
                })
            }
            _ => self.engine.handle(request),
        }
    }
}

fn refused(exception: &str, reasons: &Value) -> Reply {
    let name = format!("com.amazonaws.dynamodb.v20120810#{exception}");
    let body = json!({ "__type": name, "message": "bad weather", "CancellationReasons": reasons });
    Box::pin(async move { Ok(reply(400, "application/x-amz-json-1.0", body.to_string())) })
}

#[cfg(test)]
#[path = "sky_tests.rs"]
mod tests;
