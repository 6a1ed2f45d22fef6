//! The operations of a room: one table that is both its router and, in tests, its document.
//!
//! Invariant: what the document says of an operation comes from the types of its handler and from the
//! handler's doc comment, so it cannot disagree with them. A served room builds no document: it gives
//! out the reviewed `openapi.json`, and the room's contract test holds that file against this table.

mod draft;
mod examples;
mod handler;
mod source;

use std::collections::btree_map::Entry;
use std::path::Path;

use axum::Router;
use axum::extract::FromRef;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use utoipa::openapi::{HttpMethod, OpenApi};

pub use draft::{Describes, Draft};
pub use handler::Described;

use crate::{Door, openapi, serve};

/// The operations of a room.
#[must_use]
pub struct Routes<S> {
    room: &'static str,
    summary: &'static str,
    tag: &'static str,
    operations: Vec<Operation>,
    router: Router<S>,
    /// Parts that are served only where a switch is on.
    optional: Vec<(Switch<S>, Router<S>)>,
}

/// Whether a part of a table is served.
type Switch<S> = fn(&S) -> bool;

struct Operation {
    verb: HttpMethod,
    path: &'static str,
    tag: &'static str,
    /// The full name of the handler: it leads to the doc comment, and ends with the operation's id.
    handler: &'static str,
    describe: fn(&mut Draft),
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// The beginning of a room's table: the name of the room, and what it is about.
    pub fn of(room: &'static str, summary: &'static str) -> Routes<S> {
        Routes { room, summary, tag: "", operations: Vec::new(), router: Router::new(), optional: Vec::new() }
    }

    /// For whom the operations are that follow.
    pub fn tag(self, tag: &'static str) -> Routes<S> {
        Routes { tag, ..self }
    }

    /// An operation that looks and changes nothing.
    pub fn get<H: Handler<T, S> + Described<T>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.on::<H, T>(HttpMethod::Get, path, routing::get(handler))
    }

    /// An operation that does or makes something.
    pub fn post<H: Handler<T, S> + Described<T>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.on::<H, T>(HttpMethod::Post, path, routing::post(handler))
    }

    /// An operation that puts something in the place of what was there.
    pub fn put<H: Handler<T, S> + Described<T>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.on::<H, T>(HttpMethod::Put, path, routing::put(handler))
    }

    /// An operation that takes something away.
    pub fn delete<H: Handler<T, S> + Described<T>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.on::<H, T>(HttpMethod::Delete, path, routing::delete(handler))
    }

    fn on<H: Described<T>, T>(
        mut self,
        verb: HttpMethod,
        path: &'static str,
        served: MethodRouter<S>,
    ) -> Self {
        let handler = std::any::type_name::<H>();
        self.operations.push(Operation { verb, path, tag: self.tag, handler, describe: H::describe });
        Routes { router: self.router.route(path, served), ..self }
    }

    /// The operations of another table too, in the document always, served where this says so. Where it
    /// does not, its paths are as unknown as any other.
    pub fn merge_if(mut self, served: Switch<S>, other: Routes<S>) -> Routes<S> {
        self.operations.extend(other.operations);
        self.optional.push((served, other.router));
        self
    }

    /// The operations as a room serves them.
    pub fn serve(self, state: S) -> Router
    where
        Door: FromRef<S>,
    {
        let door = Door::from_ref(&state);
        let parts = self.optional.into_iter().filter(|(served, _)| served(&state));
        let router = parts.fold(self.router, |router, (_, part)| router.merge(part));
        serve(router.with_state(state), door)
    }

    /// What the table says of itself, with the doc comments of the handlers from the sources of the
    /// room in this folder and with the examples of bodies that lie there; or what is wrong with it.
    pub fn document(&self, folder: impl AsRef<Path>) -> Result<OpenApi, String> {
        let mut document = openapi::document(self.room, self.summary);
        let mut examples = examples::read(folder.as_ref())?;
        for Operation { verb, path, tag, handler, describe } in &self.operations {
            let comment = source::comment(folder.as_ref(), handler)?;
            let mut draft = Draft::of(self.room, *verb == HttpMethod::Get);
            describe(&mut draft);
            let id = handler.rsplit("::").next().unwrap_or_default();
            draft
                .example(examples.remove(id))
                .map_err(|wrong| format!("{id} of {}: {wrong}", examples::FILE))?;
            let (mut operation, schemas) = draft.done();
            operation.tags = Some(vec![(*tag).to_owned()]);
            operation.operation_id = Some(id.to_owned());
            operation.summary = Some(comment.summary);
            operation.description = comment.description;
            document.paths.add_path_operation(path, vec![verb.clone()], operation);
            let known = &mut document.components.get_or_insert_default().schemas;
            for (name, schema) in schemas {
                match known.entry(name) {
                    Entry::Occupied(known) if *known.get() != schema => {
                        return Err(format!("{handler}: {} is the name of two schemas", known.key()));
                    }
                    Entry::Occupied(_) => {}
                    Entry::Vacant(free) => _ = free.insert(schema),
                }
            }
        }
        match examples.keys().next() {
            Some(id) => Err(format!("{id} of {} is no operation", examples::FILE)),
            None => Ok(openapi::published(document)),
        }
    }
}
