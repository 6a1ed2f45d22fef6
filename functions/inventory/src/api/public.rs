//! What the public may know.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use ids::VariantId;
use problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Required;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::ArrayBuilder;
use web::{Describes, Draft};

use super::problems::bad_variants;
use crate::app::App;
use crate::domain::Level;

const MOST_VARIANTS: usize = 50;

/// The variants in the query, each once.
pub(super) struct Asked(Vec<VariantId>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked, Problem> {
        variants(parts.uri.query().unwrap_or("")).map(Asked)
    }
}

impl Describes for Asked {
    fn describe(draft: &mut Draft) {
        let variants = ArrayBuilder::new().items(draft.schema::<VariantId>()).min_items(Some(1));
        let variants = variants.max_items(Some(MOST_VARIANTS));
        let parameter = ParameterBuilder::new().name("variant").parameter_in(ParameterIn::Query);
        let says = format!("1 to {MOST_VARIANTS} variants: `variant=…&variant=…`");
        let parameter = parameter.description(Some(says)).required(Required::True);
        draft.parameter(parameter.schema(Some(variants)));
    }
}

/// Whether variants can be had.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Availability {
    items: Vec<VariantAvailability>,
}

/// Whether one variant can be had.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VariantAvailability {
    variant: VariantId,
    availability: Level,
}

/// Says of up to 50 variants whether they can be had. Variants that nobody knows are left out.
pub(super) async fn read_availability(
    State(app): State<App>,
    Asked(variants): Asked,
) -> Result<Json<Availability>, Problem> {
    let levels = app.store.levels(&variants).await.map_err(failure::Failure::from)?;
    let items = variants.iter().filter_map(|variant| {
        let availability = *levels.get(variant)?;
        Some(VariantAvailability { variant: *variant, availability })
    });
    Ok(Json(Availability { items: items.collect() }))
}

/// Each variant once, in order. The characters of an id need no escaping, so none is undone.
fn variants(query: &str) -> Result<Vec<VariantId>, Problem> {
    let mut variants = BTreeSet::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let variant = pair.strip_prefix("variant=");
        let variant = variant.ok_or_else(|| bad_variants("the only parameter is variant"))?;
        let variant = variant.parse().map_err(|bad: ids::BadId| bad_variants(bad.to_string()))?;
        variants.insert(variant);
    }
    match variants.len() {
        0 => Err(bad_variants("name at least one variant")),
        n if n > MOST_VARIANTS => Err(bad_variants(format!("name at most {MOST_VARIANTS} variants"))),
        _ => Ok(variants.into_iter().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_each_variant_once() {
        let id = |n: u128| VariantId::from_uuid(ids::Uuid::from_u128(n));
        let query = format!("variant={}&variant={}&variant={}", id(2), id(1), id(2));
        assert_eq!(variants(&query).unwrap(), [id(1), id(2)]);
        let many: Vec<_> = (0..51).map(|n| format!("variant={}", id(n))).collect();
        let wrong = format!("variant=prd_{}", &id(1).to_string()[4..]);
        for bad in ["", "&", "variant=", "variant=x", "sku=1", &wrong, &many.join("&")] {
            assert_eq!(variants(bad).unwrap_err().code(), "bad_variants", "{bad}");
        }
    }
}
