//! Numbers with bounds, and the macro that makes their types.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// The number or text does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OutOfBounds(pub &'static str);

/// Makes a type for each kind of whole number: its name, its integer type, the least and the most, and
/// its description in documents and in the refusal. Another description for documents may follow `as`.
#[macro_export]
macro_rules! numbers {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident($inner:ty) $least:literal to $most:literal, $says:literal $(as $described:literal)?;
    )*) => {$(
        $(#[doc = $doc])+
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, $crate::serde::Serialize,
            $crate::serde::Deserialize,
        )]
        #[serde(crate = "words::serde", try_from = "i64", into = "i64")]
        pub struct $name($inner);

        impl $name {
            /// The most that fits.
            pub const MOST: $inner = $most;

            /// The number, if it fits.
            pub fn new(n: i64) -> Result<Self, $crate::OutOfBounds> {
                let fits = ($least..=$most).contains(&n);
                let n = <$inner>::try_from(n).ok().filter(|_| fits);
                n.map(Self).ok_or($crate::OutOfBounds($says))
            }

            /// The number itself.
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = $crate::OutOfBounds;

            fn try_from(n: i64) -> Result<Self, $crate::OutOfBounds> {
                Self::new(n)
            }
        }

        impl From<$name> for i64 {
            fn from(n: $name) -> i64 {
                n.0.into()
            }
        }

        impl $crate::utoipa::PartialSchema for $name {
            fn schema() -> $crate::utoipa::openapi::RefOr<$crate::utoipa::openapi::Schema> {
                $crate::number_schema($least, $most, [$($described,)? $says][0])
            }
        }

        impl $crate::utoipa::ToSchema for $name {}
    )*};
}

/// The schema of a number.
pub fn number_schema(least: i64, most: i64, says: &str) -> RefOr<Schema> {
    let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most));
    number.description(Some(says)).into()
}
