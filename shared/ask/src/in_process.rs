//! Asks on the embedded host and in tests: the other room is called in this process.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures::FutureExt;
use futures::future::BoxFuture;
use http::StatusCode;

use crate::{Answer, Answers, Carrier, CarryError, Question};

/// Carries asks to rooms in the same process. Clones share the rooms, because a room must be given its
/// carrier before all the others are open.
#[derive(Clone, Default)]
pub struct InProcess {
    rooms: Arc<RwLock<HashMap<String, Arc<dyn Answers>>>>,
}

impl InProcess {
    /// A market in which no room is open yet.
    pub fn new() -> InProcess {
        InProcess::default()
    }

    /// Opens a room: from now on asks reach it. Opening it again replaces what answered before.
    pub fn open(&self, room: &str, answers: impl Answers + 'static) {
        // Inserting cannot leave half a map behind, so a poisoned lock is still right.
        let mut rooms = self.rooms.write().unwrap_or_else(PoisonError::into_inner);
        rooms.insert(room.to_owned(), Arc::new(answers));
    }

    /// Closes a room: from now on it cannot be reached.
    pub fn close(&self, room: &str) {
        self.rooms.write().unwrap_or_else(PoisonError::into_inner).remove(room);
    }
}

impl Carrier for InProcess {
    fn carry(&self, room: &str, question: Question) -> BoxFuture<'_, Result<Answer, CarryError>> {
        let open = self.rooms.read().unwrap_or_else(PoisonError::into_inner).get(room).cloned();
        let open = open.ok_or_else(|| CarryError::because(format!("no room {room} is open")));
        async move { Ok(open?.answer(question).await) }.boxed()
    }
}

/// A carrier that one function uses, limited to the functions that its policies let it invoke, as IAM
/// limits it on AWS.
pub struct HeldTo<C, M> {
    /// The carrier without a limit.
    pub carrier: C,
    /// Whether a policy allows to invoke the function of this name.
    pub may: M,
    /// The stack of the functions.
    pub stack: String,
}

impl<C: Carrier, M: Fn(&str) -> bool + Send + Sync> Carrier for HeldTo<C, M> {
    fn carry(&self, room: &str, question: Question) -> BoxFuture<'_, Result<Answer, CarryError>> {
        if (self.may)(&crate::function_of(&self.stack, room)) {
            return self.carrier.carry(room, question);
        }
        async { Ok(Answer::bare(StatusCode::FORBIDDEN)) }.boxed()
    }
}
