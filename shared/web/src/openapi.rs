//! What every room's OpenAPI document has in common.

use utoipa::Modify;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApi, OpenApiBuilder};

/// The beginning of a room's document: its title, how one signs in, and how it says no.
pub fn document(room: &str, summary: &str) -> OpenApi {
    let mut info = Info::new(format!("Snail: {room}"), env!("CARGO_PKG_VERSION").to_owned());
    info.description = Some(summary.to_owned());
    // What only a path names is collected by nobody: the merchant of every merchant's operation.
    let components = ComponentsBuilder::new().schema_from::<problem::Body>();
    let components = components.schema_from::<ids::MerchantId>().build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    Doors.modify(&mut document);
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
