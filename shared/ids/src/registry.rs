//! The macro behind the registry: what every kind of id can do, written once.

/// Makes the id types and [`REGISTRY`](crate::REGISTRY) from one list.
macro_rules! registry {
    ($(#[doc = $doc:literal] $name:ident $prefix:literal,)*) => {
        /// Every kind of id: its prefix and the name of its type, in the order of the types' names.
        pub const REGISTRY: &[(&str, &str)] = &[$(($prefix, stringify!($name)),)*];

        $(
            #[doc = $doc]
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(uuid::Uuid);

            impl $name {
                /// What the text of every such id begins with, before the underscore.
                pub const PREFIX: &'static str = $prefix;

                /// A new id, different from all others.
                pub fn mint(mint: &$crate::Mint) -> Self {
                    Self(mint.uuid())
                }

                /// The id with exactly these 128 bits, for ids that are derived rather than minted.
                pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                    Self(uuid)
                }

                /// The 128 bits without their prefix.
                pub const fn uuid(self) -> uuid::Uuid {
                    self.0
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    $crate::text::write(f, $prefix, self.0)
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    $crate::text::write(f, $prefix, self.0)
                }
            }

            impl std::str::FromStr for $name {
                type Err = $crate::BadId;

                fn from_str(text: &str) -> Result<Self, $crate::BadId> {
                    $crate::text::read($prefix, text).map(Self)
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.collect_str(self)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    $crate::text::deserialize($prefix, from).map(Self)
                }
            }

            impl utoipa::PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                    $crate::text::schema($prefix, $doc)
                }
            }

            impl utoipa::ToSchema for $name {}
        )*
    };
}
pub(crate) use registry;
