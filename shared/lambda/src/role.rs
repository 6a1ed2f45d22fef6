//! The roles of a room's binary, and their handlers.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::str::FromStr;
use std::sync::Arc;

use ask::{Answer, Answers, Question};
use axum::Router;
use clock::Clock;
use dynamo::Spend;
use futures::FutureExt;
use futures::future::BoxFuture;
use ids::Mint;
use observe::{Opening, Sink, Trace};
use problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Surroundings;

/// The purpose of a function. Each is a Lambda resource of its own over the same artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers HTTP.
    Api,
    /// Hears facts from the room's FIFO queue.
    Worker,
    /// Gets the notices of S3 that a file was uploaded.
    Uploads,
    /// Gets the room's own timers.
    Timer,
    /// Gets what TTL has deleted from the room's own table.
    Expiry,
    /// Runs on a schedule.
    Schedule,
    /// Carries facts from streams to queues.
    Relay,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 7] =
        [Role::Api, Role::Worker, Role::Uploads, Role::Timer, Role::Expiry, Role::Schedule, Role::Relay];

    /// The value of `ROLE`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Api => "api",
            Role::Worker => "worker",
            Role::Uploads => "uploads",
            Role::Timer => "timer",
            Role::Expiry => "expiry",
            Role::Schedule => "schedule",
            Role::Relay => "relay",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Role, String> {
        let role = Role::ALL.into_iter().find(|role| role.name() == text);
        role.ok_or_else(|| format!("{text:?} is no role"))
    }
}

/// Why an invocation failed as a whole. Its source will retry it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

impl Fault {
    /// The fault with the message of an error.
    pub fn of(error: impl fmt::Display) -> Fault {
        Fault(error.to_string())
    }
}

/// Takes an event and answers its source.
pub type Handler = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, Fault>> + Send + Sync>;

/// A typed function as a handler. A panic fails this invocation alone.
pub fn handler<E, A, F, Fut>(f: F) -> Handler
where
    E: DeserializeOwned + Send + 'static,
    A: Serialize,
    F: Fn(E) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<A, Fault>> + Send + 'static,
{
    let f = Arc::new(f);
    Arc::new(move |event| {
        let f = f.clone();
        async move {
            let event = serde_json::from_value(event).map_err(Fault::of)?;
            let answer = AssertUnwindSafe(async { f(event).await }).catch_unwind().await;
            let answer = answer.map_err(|_| Fault("the handler panicked".into()))??;
            serde_json::to_value(answer).map_err(Fault::of)
        }
        .boxed()
    })
}

/// The handlers of a room by role, with one wide event for every invocation.
#[derive(Clone)]
pub struct Roles {
    room: &'static str,
    clock: Clock,
    mint: Mint,
    sink: Sink,
    api: Option<Router>,
    asks: Option<Arc<dyn Answers>>,
    handlers: BTreeMap<Role, Handler>,
}

impl Roles {
    /// A room without handlers.
    pub fn of(room: &'static str, around: &Surroundings) -> Roles {
        let (clock, mint, sink) = (around.clock.clone(), around.mint.clone(), around.sink.clone());
        Roles { room, clock, mint, sink, api: None, asks: None, handlers: BTreeMap::new() }
    }

    /// Serves HTTP in the role `api`. The router opens its own wide events.
    pub fn api(mut self, router: Router) -> Roles {
        self.api = Some(router);
        self
    }

    /// Answers the asks of other rooms, beside HTTP, in the role `api`.
    pub fn asks(mut self, asks: impl Answers + 'static) -> Roles {
        self.asks = Some(Arc::new(asks));
        self
    }

    /// Handles the events of a role.
    pub fn on(mut self, role: Role, handler: Handler) -> Roles {
        self.handlers.insert(role, handler);
        self
    }

    /// The router of the role `api`.
    pub fn router(&self) -> Option<Router> {
        self.api.clone()
    }

    /// The roles that have a handler.
    pub fn known(&self) -> Vec<Role> {
        let api = self.api.iter().map(|_| Role::Api);
        api.chain(self.handlers.keys().copied()).collect()
    }

    /// Handles an event in a role.
    pub async fn handle(&self, role: Role, event: Value) -> Result<Value, Fault> {
        let handler = self.handlers.get(&role);
        let handler = handler.ok_or_else(|| Fault(format!("this room has no role {role}")))?;
        let work = async {
            let (outcome, spend) = Spend::of(handler(event)).await;
            note(&spend);
            if let Err(fault) = &outcome {
                observe::note("fault", fault.to_string());
                observe::count("faults", 1);
            }
            outcome
        };
        observe::invocation(self.opening("event", role, None), &self.sink, &self.clock, work).await
    }

    /// The opening of an invocation's wide event, under the trace of its cause if that is known.
    fn opening(&self, kind: &'static str, role: Role, cause: Option<&str>) -> Opening {
        let (high, span) = self.mint.uuid().as_u64_pair();
        let trace = match cause.and_then(Trace::parse) {
            Some(trace) => trace.child(span),
            None => Trace::root(u128::from(high) << 64 | u128::from(span), span),
        };
        Opening { kind, room: self.room, role: role.name(), trace, started: self.clock.now() }
    }
}

impl Answers for Roles {
    fn answer(&self, question: Question) -> BoxFuture<'_, Answer> {
        async move {
            let Some(asks) = &self.asks else { return Answer::from(&Problem::not_found("no_such_ask")) };
            let opening = self.opening("ask", Role::Api, question.traceparent.as_deref());
            let work = async {
                observe::note("operation", question.operation.as_str());
                let (answer, spend) = Spend::of(asks.answer(question)).await;
                observe::note("status", answer.status);
                note(&spend);
                answer
            };
            observe::invocation(opening, &self.sink, &self.clock, work).await
        }
        .boxed()
    }

    fn operations(&self) -> Vec<&'static str> {
        self.asks.iter().flat_map(|asks| asks.operations()).collect()
    }
}

fn note(spend: &Spend) {
    observe::note("dynamo_requests", spend.requests);
    observe::note("dynamo_read_units", spend.read_milli as f64 / 1000.0);
    observe::note("dynamo_write_units", spend.write_milli as f64 / 1000.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_reads_back_as_itself() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!("janitor".parse::<Role>().is_err());
    }

    #[tokio::test]
    async fn a_panic_fails_its_invocation_and_nothing_else() {
        let fragile = handler(|n: i64| async move {
            assert!(n >= 0, "cannot count down");
            Ok(n + 1)
        });
        assert!(fragile(Value::from(-1)).await.is_err());
        assert_eq!(fragile(Value::from(1)).await.unwrap(), Value::from(2));
    }

    #[tokio::test]
    async fn an_event_of_another_shape_is_a_fault() {
        let echo = handler(|n: i64| async move { Ok(n) });
        assert!(echo(Value::from("x")).await.is_err());
    }
}
