//! The answering side: what a room can be asked, by name.
//!
//! Invariants: a handler behind [`Asks`] is reached by a [`Question`] and by nothing else, so a route
//! table cannot open it to the public by mistake; a panic fails one question and not the process. Each
//! room keeps its answers idempotent by the id, which is why handlers get it.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use ::asks::Ask;
use futures::FutureExt;
use futures::future::BoxFuture;
use problem::Problem;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use crate::{Answer, Question};

/// An ask from another room. `T` should refuse unknown fields, so that an ask cannot carry them.
#[derive(Debug)]
pub struct Asked<T> {
    /// The id of the ask; a retry has the same.
    pub id: String,
    /// The body of the ask.
    pub body: T,
}

/// Answers the questions that other rooms ask this one.
pub trait Answers: Send + Sync {
    /// Answers one.
    fn answer(&self, question: Question) -> BoxFuture<'_, Answer>;

    /// The names of all operations that can be asked.
    fn operations(&self) -> Vec<&'static str>;
}

type Handler<S> =
    Arc<dyn Fn(S, Question) -> BoxFuture<'static, Result<Box<RawValue>, Problem>> + Send + Sync>;

/// Everything that a room can be asked.
#[derive(Clone)]
pub struct Asks<S> {
    state: S,
    handlers: BTreeMap<&'static str, Handler<S>>,
}

impl<S: Clone + Send + Sync + 'static> Asks<S> {
    /// A room without operations.
    pub fn of(state: S) -> Asks<S> {
        Asks { state, handlers: BTreeMap::new() }
    }

    /// The room answers questions of this kind with that function.
    #[must_use]
    pub fn on<Q, F, Fut>(mut self, answer: F) -> Asks<S>
    where
        Q: Ask,
        F: Fn(S, Asked<Q>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Q::Answer, Problem>> + Send + 'static,
    {
        let handler: Handler<S> = Arc::new(move |state, question| {
            let answer = answer.clone();
            async move {
                let body = read(&question.body)?;
                let answer = answer(state, Asked { id: question.id, body }).await?;
                to_raw_value(&answer).map_err(Problem::internal)
            }
            .boxed()
        });
        self.handlers.insert(Q::NAME, handler);
        self
    }

    /// Answers one question with JSON or a problem.
    async fn hear(&self, question: Question) -> Result<Box<RawValue>, Problem> {
        let handler = self.handlers.get(question.operation.as_str());
        let handler = handler.ok_or_else(|| Problem::not_found("no_such_ask"))?;
        // Made inside the block, so that a panic before the handler's first await is caught too.
        let answer = async { handler(self.state.clone(), question).await };
        let answer = AssertUnwindSafe(answer).catch_unwind().await;
        answer.unwrap_or_else(|_| Err(Problem::internal("the handler panicked")))
    }
}

impl<S: Clone + Send + Sync + 'static> Answers for Asks<S> {
    fn answer(&self, question: Question) -> BoxFuture<'_, Answer> {
        async move {
            match self.hear(question).await {
                Ok(body) => Answer::of(body),
                Err(problem) => {
                    observe::note("code", problem.code());
                    if let Some(inside) = problem.hidden() {
                        observe::note("inside", inside);
                    }
                    let trace = observe::current_trace().map(|trace| trace.id());
                    Answer::from(&trace.into_iter().fold(problem, Problem::trace_id))
                }
            }
        }
        .boxed()
    }

    fn operations(&self) -> Vec<&'static str> {
        self.handlers.keys().copied().collect()
    }
}

/// A question is a JSON object, so that it can grow a field.
fn read<Q: DeserializeOwned>(body: &RawValue) -> Result<Q, Problem> {
    if !body.get().starts_with('{') {
        return Err(malformed("not a JSON object"));
    }
    serde_json::from_str(body.get()).map_err(malformed)
}

/// The question has its shape, and something in it that the room does not accept.
pub fn malformed(why: impl std::fmt::Display) -> Problem {
    Problem::bad_request("malformed_ask").detail("The ask cannot be read.").inside(why)
}
