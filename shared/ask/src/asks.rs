//! The answering side: what a room can be asked, by name.
//!
//! Invariants: a handler behind [`Asks`] is reached by a [`Question`] and by nothing else, so a route
//! table cannot open it to the public by mistake; a panic fails one question and not the process.
//! That being asked twice changes nothing is the promise of the room, which is why the id is handed on.

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

/// An ask of another room of ours. Fields that `T` refuses, the ask may not have.
#[derive(Debug)]
pub struct Asked<T> {
    /// What makes it the same ask when it comes again.
    pub id: String,
    /// The particulars.
    pub body: T,
}

/// Whatever answers questions on behalf of a room.
pub trait Answers: Send + Sync {
    /// Answers one.
    fn answer(&self, question: Question) -> BoxFuture<'_, Answer>;

    /// The names of everything that can be asked.
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
    /// A room that answers nothing yet.
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

    /// One question: the JSON of a yes, or why not.
    async fn hear(&self, question: Question) -> Result<Box<RawValue>, Problem> {
        let handler = self.handlers.get(question.operation.as_str());
        let handler = handler.ok_or_else(|| Problem::not_found("no_such_ask"))?;
        // Made inside the block, so that a handler that panics before its first await is caught as well.
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

/// Rooms ask with objects, so that a question can grow a field.
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
