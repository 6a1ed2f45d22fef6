//! Corrections of derived schemas.
//!
//! serde's `flatten` is derived as an `allOf`. Where one of its parts is closed, each part refuses the
//! fields of the others, and no value fits: such a schema becomes one object. A number is described by
//! its bits, which no validator reads: it gets bounds.

use std::collections::BTreeMap;

use utoipa::openapi::schema::{
    AdditionalProperties, ArrayItems, KnownFormat, Object, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Schema};

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Corrects the components of a document.
pub(super) fn mend(schemas: &mut Schemas) {
    let flat: Vec<_> = schemas
        .iter()
        .filter_map(|(name, schema)| match schema {
            RefOr::T(Schema::AllOf(_)) => Some((name.clone(), laid_out(schema, schemas)?)),
            _ => None,
        })
        .collect();
    schemas.extend(flat.into_iter().map(|(name, object)| (name, RefOr::T(Schema::Object(object)))));
    schemas.values_mut().for_each(bound);
}

/// The one object that a schema means, if it is one.
fn laid_out(schema: &RefOr<Schema>, all: &Schemas) -> Option<Object> {
    match schema {
        RefOr::Ref(to) => laid_out(all.get(to.ref_location.rsplit('/').next()?)?, all),
        RefOr::T(Schema::Object(object)) if !object.properties.is_empty() => Some(object.clone()),
        RefOr::T(Schema::AllOf(parts)) => {
            let mut whole = Object::default();
            for part in &parts.items {
                let part = laid_out(part, all)?;
                whole.properties.extend(part.properties);
                whole.required.extend(part.required);
            }
            whole.description = parts.description.clone();
            Some(whole)
        }
        RefOr::T(_) => None,
    }
}

/// Adds the bounds of every number within a schema.
pub(super) fn bound(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => {
            if object.format.is_some() && is_integer(&object.schema_type) {
                bound_number(object);
            }
            object.properties.values_mut().for_each(bound);
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                bound(values);
            }
        }
        Schema::Array(array) => {
            // A set is derived as a list of unique items; naming one twice is harmless.
            array.unique_items = false;
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                bound(items);
            }
        }
        Schema::OneOf(of) => of.items.iter_mut().for_each(bound),
        Schema::AllOf(of) => of.items.iter_mut().for_each(bound),
        Schema::AnyOf(of) => of.items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn is_integer(kind: &SchemaType) -> bool {
    match kind {
        SchemaType::Type(kind) => *kind == Type::Integer,
        SchemaType::Array(kinds) => kinds.contains(&Type::Integer),
        SchemaType::AnyValue => false,
    }
}

fn bound_number(number: &mut Object) {
    let signed = number.minimum.is_none();
    let bounds: (i64, u64) = match (&number.format, signed) {
        (Some(SchemaFormat::KnownFormat(KnownFormat::Int32)), true) => (i32::MIN.into(), i32::MAX as u64),
        (Some(SchemaFormat::KnownFormat(KnownFormat::Int32)), false) => (0, u32::MAX.into()),
        (Some(SchemaFormat::KnownFormat(KnownFormat::Int64)), true) => (i64::MIN, i64::MAX as u64),
        // Readers of JSON have at least 53 bits and mostly 63; none of our numbers is larger.
        (Some(SchemaFormat::KnownFormat(KnownFormat::Int64)), false) => (0, i64::MAX as u64),
        _ => return,
    };
    number.minimum = number.minimum.take().or(Some(bounds.0.into()));
    number.maximum = number.maximum.take().or(Some(bounds.1.into()));
}
