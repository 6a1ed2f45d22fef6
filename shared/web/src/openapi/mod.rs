//! What every room's OpenAPI document has in common.
//!
//! A handler's annotation says what only that handler knows: its path, its body, what it answers when
//! all goes well. What is the same at every door is written here once, and [`published`] puts it into
//! each operation: what a header and a parameter of ours looks like, which headers an answer carries,
//! and how and why the frame refuses.
//!
//! Invariant: what a document says of a request is what the parsers take. A request that fits the
//! document is never answered with 400, and one that does not fit is; `.ci/run contracts` tries both.

mod answers;
mod parameters;
mod shapes;

use utoipa::Modify;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApi, OpenApiBuilder};

/// The beginning of a room's document: its title, how one signs in, and how it says no.
pub(crate) fn document(room: &str, summary: &str) -> OpenApi {
    let mut info = Info::new(format!("Snail: {room}"), env!("CARGO_PKG_VERSION").to_owned());
    info.description = Some(summary.to_owned());
    // What only a path names is collected by nobody: the merchant of every merchant's operation.
    let components = ComponentsBuilder::new().schema_from::<problem::Body>();
    let components = components.schema_from::<ids::MerchantId>().build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    Doors.modify(&mut document);
    document
}

/// The document of a room whose operations are all in it, with what holds for each of them.
pub(crate) fn published(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        let PathItem { get, put, post, delete, patch, .. } = item;
        let changes = [put, post, delete, patch].into_iter().flatten().map(|operation| (false, operation));
        for (looks, operation) in get.iter_mut().map(|operation| (true, operation)).chain(changes) {
            parameters::describe(path, operation);
            answers::describe(path, looks, operation);
        }
    }
    let components = document.components.get_or_insert_default();
    answers::describe_once(components);
    shapes::mend(&mut components.schemas);
    document
}

struct Doors;

impl Modify for Doors {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("person", bearer);
        let key = |name: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(name)));
        components.add_security_scheme("program", key("X-API-KEY"));
    }
}
