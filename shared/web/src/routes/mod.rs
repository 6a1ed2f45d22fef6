//! The operations of a room: one table that is both its router and, in tests, its document.
//!
//! Invariant: what the document says of an operation comes from the types of its handler and from the
//! handler's doc comment, so the two agree. A served room builds no document: it serves the reviewed
//! `openapi.json`, which the room's contract test compares with this table.

mod draft;
mod examples;
mod handler;
mod source;

use std::collections::btree_map::Entry;
use std::path::Path;

use axum::Router;
use axum::extract::FromRef;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::routing::{self, MethodRouter};
use utoipa::openapi::{HttpMethod, OpenApi};

pub use draft::{Describes, Draft};
pub use handler::Described;

use crate::{Door, openapi, public, serve};

/// The operations of a room.
#[must_use]
pub struct Routes<S> {
    room: &'static str,
    summary: &'static str,
    tag: &'static str,
    operations: Vec<Operation>,
    router: Router<S>,
    /// Parts that are served only where a switch is on.
    optional: Vec<(Switch<S>, Routes<S>)>,
}

/// Whether a part of a table is served.
type Switch<S> = fn(&S) -> bool;

struct Operation {
    verb: HttpMethod,
    path: &'static str,
    tag: &'static str,
    public: bool,
    /// The full name of the handler: it leads to the doc comment, and ends with the operation's id.
    handler: &'static str,
    describe: fn(&mut Draft),
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// The beginning of a room's table: the name of the room, and its summary.
    pub fn of(room: &'static str, summary: &'static str) -> Routes<S> {
        Routes { room, summary, tag: "", operations: Vec::new(), router: Router::new(), optional: Vec::new() }
    }

    /// The tag of the operations that follow.
    pub fn tag(self, tag: &'static str) -> Routes<S> {
        Routes { tag, ..self }
    }

    /// An operation that only reads.
    pub fn get<H: Handler<T, S> + Described<T>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.on::<H, T>(HttpMethod::Get, path, false, routing::get(handler))
    }

    /// An operation that only reads, and whose answer is the same for every caller. Browsers and the edge may
    /// give it to anyone for so many seconds, and an instance gives it again within one second; so nothing
    /// may be decided by it.
    pub fn public<H: Handler<T, S> + Described<T>, T: 'static>(
        self,
        path: &'static str,
        lasts: u32,
        handler: H,
    ) -> Self {
        let answer = move |request, next: Next| public::answer(lasts, request, next);
        self.on::<H, T>(HttpMethod::Get, path, true, routing::get(handler).layer(from_fn(answer)))
    }

    /// An operation that does or makes something.
    pub fn post<H: Handler<T, S> + Described<T>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.on::<H, T>(HttpMethod::Post, path, false, routing::post(handler))
    }

    /// An operation that replaces something.
    pub fn put<H: Handler<T, S> + Described<T>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.on::<H, T>(HttpMethod::Put, path, false, routing::put(handler))
    }

    /// An operation that removes something.
    pub fn delete<H: Handler<T, S> + Described<T>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.on::<H, T>(HttpMethod::Delete, path, false, routing::delete(handler))
    }

    fn on<H: Described<T>, T>(
        mut self,
        verb: HttpMethod,
        path: &'static str,
        public: bool,
        served: MethodRouter<S>,
    ) -> Self {
        let handler = std::any::type_name::<H>();
        self.operations.push(Operation { verb, path, tag: self.tag, public, handler, describe: H::describe });
        Routes { router: self.router.route(path, served), ..self }
    }

    /// Adds the operations of another table: always in the document, served where the switch is on.
    /// Where it is off, its paths are unknown, and so are those of the parts of that table.
    pub fn merge_if(mut self, served: Switch<S>, mut other: Routes<S>) -> Routes<S> {
        self.operations.append(&mut other.operations);
        self.optional.push((served, other));
        self
    }

    /// The operations as a room serves them.
    pub fn serve(self, state: S) -> Router
    where
        Door: FromRef<S>,
    {
        let door = Door::from_ref(&state);
        serve(self.served(&state).with_state(state), door)
    }

    fn served(self, state: &S) -> Router<S> {
        let parts = self.optional.into_iter().filter(|(served, _)| served(state));
        parts.fold(self.router, |router, (_, part)| router.merge(part.served(state)))
    }

    /// What the table says of itself, with the doc comments of the handlers from the sources of the
    /// room in this folder and with the examples of bodies that lie there; or what is wrong with it.
    pub fn document(&self, folder: impl AsRef<Path>) -> Result<OpenApi, String> {
        let mut document = openapi::document(self.room, self.summary);
        let mut examples = examples::read(folder.as_ref())?;
        for Operation { verb, path, tag, public, handler, describe } in &self.operations {
            let comment = source::comment(folder.as_ref(), handler)?;
            let mut draft = Draft::of(self.room, *verb == HttpMethod::Get);
            describe(&mut draft);
            let id = handler.rsplit("::").next().unwrap_or_default();
            draft
                .example(examples.remove(id))
                .map_err(|wrong| format!("{id} of {}: {wrong}", examples::FILE))?;
            let (mut operation, schemas) = draft.done();
            let for_all = *verb == HttpMethod::Get && operation.security.is_none();
            if for_all != *public {
                return Err(format!(
                    "{handler}: `public` is for reads that depend on no caller, and for all of them"
                ));
            }
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

#[cfg(test)]
mod tests {
    use axum::Json;
    use axum::body::Body;
    use axum::extract::State;
    use http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::*;

    async fn show(_: State<[bool; 2]>) -> Json<String> {
        Json(String::new())
    }

    /// A table with a part that has a part of its own, each behind a switch.
    fn table() -> Routes<[bool; 2]> {
        let inner = Routes::of("room", "").get("/inner", show);
        let part = Routes::of("room", "").get("/part", show).merge_if(|on: &[bool; 2]| on[1], inner);
        Routes::of("room", "").get("/always", show).merge_if(|on| on[0], part)
    }

    #[tokio::test]
    async fn a_part_is_served_where_its_switch_is_on_and_its_own_parts_with_it() {
        for (on, expect) in [
            ([false, false], [true, false, false]),
            ([false, true], [true, false, false]),
            ([true, false], [true, true, false]),
            ([true, true], [true, true, true]),
        ] {
            let router = table().served(&on).with_state(on);
            for (path, served) in ["/always", "/part", "/inner"].into_iter().zip(expect) {
                let request = Request::get(path).body(Body::empty()).unwrap();
                let status = router.clone().oneshot(request).await.unwrap().status();
                assert_eq!(status == StatusCode::OK, served, "{on:?} {path} {status}");
            }
        }
    }

    #[test]
    fn a_part_is_in_the_document_whatever_is_on() {
        let paths: Vec<_> = table().operations.iter().map(|operation| operation.path).collect();
        assert_eq!(paths, ["/always", "/part", "/inner"]);
    }
}
