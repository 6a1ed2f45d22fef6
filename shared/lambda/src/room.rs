//! How a room introduces itself: once, and everything else follows from it.
//!
//! [`Room::of`] begins; each role is a line with what it reads from its environment, what it may do, and
//! the typed functions that do it. From these come the needs that the template is held against, the
//! roles that every host opens, the facts that are dispatched, and the documents that tests review.

use std::path::Path;
use std::sync::Arc;

use ask::Asks;
use aws_lambda_events::sqs::SqsEvent;
use facts::{Fact, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use queue::{HearError, Heard, hear_facts, hear_messages, hear_notices};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::openapi::OpenApi;
use web::{Door, Routes};

use crate::{Env, Fault, Role, Roles, Surroundings, Unready, handler};

/// A room: its name, what it needs in each role, and how it opens.
#[derive(Clone)]
pub struct Room {
    /// Its name: crate, binary, path prefix, table and queue.
    pub name: &'static str,
    /// What each of its roles reads from the environment, and what it does with what stands there. The
    /// template is held against this: its functions may do this and nothing else.
    pub needs: Vec<Need>,
    /// The facts that it hears.
    pub hears: Vec<&'static str>,
    /// Builds everything that outlives an invocation.
    pub open: Open,
    /// Writes the room's OpenAPI document from its types and from the sources in a folder, for tests.
    pub document: Option<Document>,
}

/// Builds everything that outlives an invocation.
pub type Open = Arc<dyn Fn(&Surroundings) -> Result<Roles, Unready> + Send + Sync>;

/// Writes a document from the sources in a folder.
pub type Document = Arc<dyn Fn(&Path) -> Result<OpenApi, String> + Send + Sync>;

/// What a role cannot do without.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// In which role.
    pub role: Role,
    /// Which variables.
    pub variables: &'static [&'static str],
    /// Which rights. Those that follow from the variables and from what wakes the role are not said
    /// again: to send to a queue whose address it has, to read a secret whose name it has, to carry
    /// facts in and out of the facts bucket, to receive and to follow what it is woken by.
    pub may: &'static [May],
}

/// Something that a role does, in the words of IAM, so that a policy can be held against them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Does this with the items of its `TABLE`. A transaction is what its parts are: `PutItem`,
    /// `UpdateItem`, `DeleteItem` and `ConditionCheckItem`.
    Table(&'static [&'static str]),
    /// Does this with the objects of its `BUCKET` whose names begin so; what it signs for others
    /// included, because a signed request may do what its signer may. All parts of an upload are
    /// `PutObject`.
    Objects(&'static str, &'static [&'static str]),
    /// Learns that an object of its `BUCKET` is missing. Without the right to list a bucket everything
    /// that is not there is refused, and nobody knows what to think.
    MissObjects,
    /// Asks these rooms while somebody waits.
    Ask(&'static [&'static str]),
    /// Puts another text in the place of the secret that this variable names.
    ReplaceSecret(&'static str),
}

impl Room {
    /// A room whose use cases are opened by `open`.
    pub fn of<A>(name: &'static str, open: fn(&Surroundings) -> Result<A, Unready>) -> Parts<A> {
        let (needs, hears, document) = (Vec::new(), Vec::new(), None);
        Parts { name, open, needs, hears, document, parts: Vec::new() }
    }

    /// Complains about everything that the role needs and the environment lacks.
    pub fn check(&self, role: Role, env: &Env) -> Result<(), Unready> {
        let need = self.needs.iter().find(|need| need.role == role);
        let need = need.ok_or_else(|| Unready::because(format!("{} has no role {role}", self.name)))?;
        env.require(need.variables.iter().copied())
    }
}

/// A room while it says what it consists of.
#[must_use]
pub struct Parts<A> {
    name: &'static str,
    open: fn(&Surroundings) -> Result<A, Unready>,
    needs: Vec<Need>,
    hears: Vec<&'static str>,
    document: Option<Document>,
    parts: Vec<Part<A>>,
}

type Part<A> = Box<dyn Fn(&A, &Surroundings, Roles) -> Result<Roles, Unready> + Send + Sync>;

impl<A: Clone + Send + Sync + 'static> Parts<A> {
    /// Answers HTTP: these operations, over what `state` makes of the use cases.
    pub fn api<S>(
        mut self,
        variables: &'static [&'static str],
        may: &'static [May],
        state: fn(A, &Surroundings) -> Result<S, Unready>,
        routes: fn() -> Routes<S>,
    ) -> Self
    where
        S: Clone + Send + Sync + 'static,
        Door: axum::extract::FromRef<S>,
    {
        self.document = Some(Arc::new(move |folder| routes().document(folder)));
        self.part(Role::Api, variables, may, move |app, around, roles| {
            // A function that only ever hears messages is not given what a door needs, and opens without.
            if around.env.require(variables.iter().copied()).is_err() {
                return Ok(roles);
            }
            Ok(roles.api(routes().serve(state(app.clone(), around)?)))
        })
    }

    /// Answers other rooms, in the role `api`.
    pub fn asks(mut self, asks: fn(A) -> Asks<A>) -> Self {
        self.parts.push(Box::new(move |app, _, roles| Ok(roles.asks(asks(app.clone())))));
        self
    }

    /// Hears facts from the room's FIFO queue.
    pub fn worker(
        mut self,
        variables: &'static [&'static str],
        may: &'static [May],
        hears: Hears<A>,
    ) -> Self {
        let (room, hears) = (self.name, Arc::new(hears));
        self.hears = hears.0.iter().map(|(name, _)| *name).collect();
        self.part(Role::Worker, variables, may, move |app, around, roles| {
            let bucket = around.env.get("FACTS_BUCKET").map(|_| around.bucket("FACTS_BUCKET")).transpose()?;
            let (app, hears) = (app.clone(), hears.clone());
            Ok(roles.on(
                Role::Worker,
                handler(move |batch: SqsEvent| {
                    let (app, hears, bucket) = (app.clone(), hears.clone(), bucket.clone());
                    async move {
                        let hear = |fact| hears.hear(room, app.clone(), fact);
                        Ok::<_, Fault>(hear_facts(batch, room, bucket.as_ref(), hear).await)
                    }
                }),
            ))
        })
    }

    /// Hears that a file has come into the room's bucket: `read` makes a noun of the room of its name.
    pub fn uploads<T, F>(
        self,
        variables: &'static [&'static str],
        may: &'static [May],
        read: fn(&str) -> Option<T>,
        hear: impl Fn(A, T) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        T: Send + 'static,
        F: Future<Output = Result<(), HearError>> + Send + 'static,
    {
        self.part(Role::Uploads, variables, may, move |app, _, roles| {
            let (app, hear) = (app.clone(), hear.clone());
            Ok(
                roles.on(
                    Role::Uploads,
                    handler(move |batch: SqsEvent| {
                        let (app, hear) = (app.clone(), hear.clone());
                        async move {
                            Ok::<_, Fault>(hear_notices(batch, read, |came| hear(app.clone(), came)).await)
                        }
                    }),
                ),
            )
        })
    }

    /// Hears what the room told itself to do later.
    pub fn timer<T, F>(
        self,
        variables: &'static [&'static str],
        may: &'static [May],
        hear: impl Fn(A, T) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        T: DeserializeOwned + Send + 'static,
        F: Future<Output = Result<(), HearError>> + Send + 'static,
    {
        self.part(Role::Timer, variables, may, move |app, _, roles| {
            let (app, hear) = (app.clone(), hear.clone());
            Ok(roles.on(
                Role::Timer,
                handler(move |batch: SqsEvent| {
                    let (app, hear) = (app.clone(), hear.clone());
                    async move { Ok::<_, Fault>(hear_messages(batch, |due| hear(app.clone(), due)).await) }
                }),
            ))
        })
    }

    /// Does something with every event of a role, whatever it is.
    pub fn on<E, R, F>(
        self,
        role: Role,
        variables: &'static [&'static str],
        may: &'static [May],
        act: impl Fn(A, E) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        E: DeserializeOwned + Send + 'static,
        R: Serialize,
        F: Future<Output = Result<R, Fault>> + Send + 'static,
    {
        self.part(role, variables, may, move |app, _, roles| {
            let (app, act) = (app.clone(), act.clone());
            Ok(roles.on(role, handler(move |event: E| act(app.clone(), event))))
        })
    }

    fn part(
        mut self,
        role: Role,
        variables: &'static [&'static str],
        may: &'static [May],
        part: impl Fn(&A, &Surroundings, Roles) -> Result<Roles, Unready> + Send + Sync + 'static,
    ) -> Self {
        self.needs.push(Need { role, variables, may });
        self.parts.push(Box::new(part));
        self
    }

    /// The room.
    pub fn done(self) -> Room {
        let Parts { name, open, needs, hears, document, parts } = self;
        let open = move |around: &Surroundings| {
            let app = open(around)?;
            parts.iter().try_fold(Roles::of(name, around), |roles, part| part(&app, around, roles))
        };
        Room { name, needs, hears, document, open: Arc::new(open) }
    }
}

/// The facts that a room hears, each with the function that hears it.
pub struct Hears<A>(Vec<(&'static str, Hear<A>)>);

type Hear<A> = Box<dyn Fn(A, Fact) -> BoxFuture<'static, Result<(), HearError>> + Send + Sync>;

impl<A: Send + 'static> Hears<A> {
    /// Hears nothing yet.
    pub fn nothing() -> Hears<A> {
        Hears(Vec::new())
    }

    /// Hears the facts of one kind.
    #[must_use]
    pub fn and<F, Fut>(mut self, hear: impl Fn(A, Heard<F>) -> Fut + Send + Sync + 'static) -> Hears<A>
    where
        F: Spoken,
        Fut: Future<Output = Result<(), HearError>> + Send + 'static,
    {
        let hear = move |app, fact: Fact| match Heard::of(fact) {
            Ok(heard) => hear(app, heard).boxed(),
            Err(misheard) => std::future::ready(Err(misheard)).boxed(),
        };
        self.0.push((F::NAME, Box::new(hear)));
        self
    }

    async fn hear(&self, room: &str, app: A, fact: Fact) -> Result<(), HearError> {
        match self.0.iter().find(|(name, _)| *name == fact.name) {
            Some((_, hear)) => hear(app, fact).await,
            None => {
                Err(HearError::unreadable(format!("{room} subscribes to {} and does not hear it", fact.name)))
            }
        }
    }
}
