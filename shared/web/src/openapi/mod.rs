//! What every room's OpenAPI document has in common.
//!
//! A handler describes what only it knows: its path, its body, its success. What is the same in every
//! room is written here once, and [`published`] adds it to each operation: headers and parameters of
//! the frame, the headers of answers, and the refusals.
//!
//! Invariant: a document agrees with the parsers. A request that fits the document is never answered
//! with 400, and one that does not fit is; `.ci/run contracts` tries both.

mod answers;
mod parameters;
mod shapes;

use utoipa::Modify;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApi, OpenApiBuilder};

/// The beginning of a room's document: its title, the ways to sign in, and the problem type.
pub(crate) fn document(room: &str, summary: &str) -> OpenApi {
    let mut info = Info::new(format!("Snail: {room}"), env!("CARGO_PKG_VERSION").to_owned());
    info.description = Some(summary.to_owned());
    // Parts of a path are not collected from handlers, such as the merchant.
    let components = ComponentsBuilder::new().schema_from::<problem::Body>();
    let components = components.schema_from::<ids::MerchantId>().build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    Doors.modify(&mut document);
    document
}

/// The complete document of a room, with the frame's part of each operation.
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
