//! How a room is declared: once, and everything else follows from it.
//!
//! [`Room::of`] begins; each role is a line with the variables and rights it needs and its typed
//! handlers. From these come the needs that the template is compared with, the roles that every host
//! opens, the facts that are dispatched, and the documents that tests review.

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

/// A room: its name, the needs of each role, and how it opens.
#[derive(Clone)]
pub struct Room {
    /// Its name: crate, binary, path prefix, table and queue.
    pub name: &'static str,
    /// The variables and rights that each role needs. The template is compared with this: its functions
    /// may do this and nothing else.
    pub needs: Vec<Need>,
    /// The facts that it subscribes to.
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

/// The needs of a role.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// The role.
    pub role: Role,
    /// Its variables.
    pub variables: &'static [&'static str],
    /// Its rights. Those that follow from its variables and its event source are not repeated: to send
    /// to a queue whose address it has, to read a secret whose name it has, to read and write facts in
    /// the facts bucket, to receive from its source.
    pub may: &'static [May],
}

/// A right of a role, in the words of IAM, so that a policy can be compared with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Actions on the items of its `TABLE`. A transaction needs the rights of its parts: `PutItem`,
    /// `UpdateItem`, `DeleteItem` and `ConditionCheckItem`.
    Table(&'static [&'static str]),
    /// Actions on the objects of its `BUCKET` with this prefix, presigned requests included, because
    /// those have the rights of their signer. All parts of an upload are `PutObject`.
    Objects(&'static str, &'static [&'static str]),
    /// To learn that an object of its `BUCKET` is missing. Without the right to list the bucket S3
    /// answers "refused" for a missing object.
    MissObjects,
    /// To ask these rooms.
    Ask(&'static [&'static str]),
    /// To replace the secret that this variable names.
    ReplaceSecret(&'static str),
}

impl Room {
    /// A room whose use cases are opened by `open`.
    pub fn of<A>(name: &'static str, open: fn(&Surroundings) -> Result<A, Unready>) -> Parts<A> {
        let (needs, hears, document) = (Vec::new(), Vec::new(), None);
        Parts { name, open, needs, hears, document, parts: Vec::new() }
    }

    /// Reports every variable that the role needs and the environment lacks.
    pub fn check(&self, role: Role, env: &Env) -> Result<(), Unready> {
        let need = self.needs.iter().find(|need| need.role == role);
        let need = need.ok_or_else(|| Unready::because(format!("{} has no role {role}", self.name)))?;
        env.require(need.variables.iter().copied())
    }
}

/// A room while it is declared.
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
    /// Answers HTTP: these operations, with the state that `state` makes of the use cases.
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
            // A function without HTTP lacks the variables of the API, and opens without it.
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

    /// Handles facts from the room's FIFO queue.
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

    /// Handles uploads to the room's bucket: `read` parses the name of the object.
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

    /// Handles the room's own timers.
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

    /// Handles every event of a role.
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

/// The facts that a room subscribes to, each with its handler.
pub struct Hears<A>(Vec<(&'static str, Hear<A>)>);

type Hear<A> = Box<dyn Fn(A, Fact) -> BoxFuture<'static, Result<(), HearError>> + Send + Sync>;

impl<A: Send + 'static> Hears<A> {
    /// Without subscriptions.
    pub fn nothing() -> Hears<A> {
        Hears(Vec::new())
    }

    /// Adds a subscription and its handler.
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
