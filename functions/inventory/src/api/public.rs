//! What everybody may know.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{RawQuery, State};
use ids::VariantId;
use problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use super::problems::bad_variants;
use crate::app::App;
use crate::domain::Level;

const MOST_VARIANTS: usize = 50;

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
#[utoipa::path(
    get, path = "/inventory/availability", tag = "public",
    params(("variant" = Vec<VariantId>, Query, min_items = 1, max_items = 50, description = "1 to 50 variants: `variant=…&variant=…`")),
    responses((status = OK, body = Availability), (status = "default", body = Problem)),
)]
pub(super) async fn read_availability(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Result<Json<Availability>, Problem> {
    let variants = variants(query.as_deref().unwrap_or(""))?;
    let levels = app.read_availability(&variants).await?;
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
