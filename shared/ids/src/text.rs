//! How an id is written and read: the prefix, an underscore, 26 characters of base32.
//!
//! Invariant: reading is the exact inverse of writing. There is no second spelling in capitals, with
//! look-alike letters or with bits beyond the 128, because keys and comparisons are made of the text.

use std::fmt;

use serde::Deserializer;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

/// Crockford's base32 in small letters: ascending in ASCII, so that text sorts like the bits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 26 characters carry 130 bits, so the first of them may only be 0 to 7.
const LENGTH: usize = 26;

/// Why a text is not an id of the expected kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// It is an id of another kind, or no id at all.
    #[error("an id that begins with `{expected}_` was expected")]
    WrongPrefix {
        /// The prefix that this kind of id has.
        expected: &'static str,
    },
    /// The part after the underscore is not 26 characters.
    #[error("an id has exactly 26 characters after its prefix")]
    WrongLength,
    /// A character outside the alphabet, capitals included.
    #[error("an id is written in digits and small letters without i, l, o and u")]
    BadCharacter,
    /// More than 128 bits.
    #[error("the first character after the prefix of an id is at most 7")]
    Overflow,
}

pub(crate) fn write(f: &mut fmt::Formatter<'_>, prefix: &str, uuid: Uuid) -> fmt::Result {
    let bits = uuid.as_u128();
    let body: [u8; LENGTH] = std::array::from_fn(|i| {
        let shift = 5 * (LENGTH - 1 - i);
        ALPHABET[(bits >> shift) as usize & 31]
    });
    let body = std::str::from_utf8(&body).expect("the alphabet is ASCII");
    write!(f, "{prefix}_{body}")
}

pub(crate) fn read(prefix: &'static str, text: &str) -> Result<Uuid, BadId> {
    let body = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(BadId::WrongPrefix { expected: prefix })?;
    if body.chars().count() != LENGTH {
        return Err(BadId::WrongLength);
    }
    let mut bits = 0u128;
    for (i, character) in body.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|&known| known == character).ok_or(BadId::BadCharacter)?;
        if i == 0 && digit > 7 {
            return Err(BadId::Overflow);
        }
        bits = bits << 5 | digit as u128;
    }
    Ok(Uuid::from_u128(bits))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    prefix: &'static str,
    from: D,
) -> Result<Uuid, D::Error> {
    struct Text(&'static str);

    impl serde::de::Visitor<'_> for Text {
        type Value = Uuid;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "an id that begins with `{}_`", self.0)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Uuid, E> {
            read(self.0, text).map_err(E::custom)
        }
    }

    from.deserialize_str(Text(prefix))
}

pub(crate) fn schema(prefix: &str, doc: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(doc.trim()))
        .pattern(Some(format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$")))
        .examples([format!("{prefix}_01kag9x3r6e8v9w2m4n5p7q8rs")])
        .into()
}

#[cfg(test)]
mod tests {
    use crate::{MerchantId, ProductId};
    use proptest::prelude::*;
    use utoipa::{PartialSchema, ToSchema};

    use super::*;

    fn product(bits: u128) -> ProductId {
        ProductId::from_uuid(Uuid::from_u128(bits))
    }

    #[test]
    fn an_id_is_its_prefix_and_26_characters() {
        assert_eq!(product(0).to_string(), "prd_00000000000000000000000000");
        assert_eq!(product(31).to_string(), "prd_0000000000000000000000000z");
        assert_eq!(product(u128::MAX).to_string(), "prd_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        assert_eq!(format!("{:?}", product(0)), product(0).to_string());
    }

    #[test]
    fn what_is_not_an_id_is_refused_with_its_reason() {
        let prefix = BadId::WrongPrefix { expected: "prd" };
        check("", prefix);
        check("prd", prefix);
        check("prd-00000000000000000000000000", prefix);
        check("PRD_00000000000000000000000000", prefix);
        check("mer_00000000000000000000000000", prefix);
        check(" prd_00000000000000000000000000", prefix);
        check("prd_", BadId::WrongLength);
        check("prd_0000000000000000000000000", BadId::WrongLength);
        check("prd_000000000000000000000000000", BadId::WrongLength);
        check("prd_0000000000000000000000000A", BadId::BadCharacter);
        check("prd_0000000000000000000000000u", BadId::BadCharacter);
        check("prd_0000000000000000000000000é", BadId::BadCharacter);
        check("prd_000000000000000000000000 0", BadId::BadCharacter);
        check("prd_80000000000000000000000000", BadId::Overflow);

        #[track_caller]
        fn check(text: &str, expect: BadId) {
            assert_eq!(text.parse::<ProductId>(), Err(expect), "{text:?}");
        }
    }

    #[test]
    fn in_json_an_id_is_a_string() {
        let json = serde_json::to_string(&product(1)).unwrap();
        assert_eq!(json, r#""prd_00000000000000000000000001""#);
        assert_eq!(serde_json::from_str::<ProductId>(&json).unwrap(), product(1));
        let refused = serde_json::from_str::<MerchantId>(&json).unwrap_err().to_string();
        assert!(refused.contains("an id that begins with `mer_` was expected"), "{refused}");
        assert!(serde_json::from_str::<ProductId>("7").is_err());
    }

    #[test]
    fn the_schema_s_example_is_an_id() {
        let schema = serde_json::to_value(ProductId::schema()).unwrap();
        assert_eq!(schema["type"], "string");
        assert_eq!(schema["description"], "Something a merchant sells.");
        schema["examples"][0].as_str().unwrap().parse::<ProductId>().unwrap();
        assert_eq!(ProductId::name(), "ProductId");
    }

    proptest! {
        #[test]
        fn an_id_reads_back_as_itself(bits: u128) {
            let id = product(bits);
            prop_assert_eq!(id.to_string().parse::<ProductId>(), Ok(id));
        }

        #[test]
        fn the_text_sorts_like_the_bits(a: u128, b: u128) {
            prop_assert_eq!(product(a).to_string().cmp(&product(b).to_string()), a.cmp(&b));
        }

        #[test]
        fn no_text_makes_the_reader_panic_and_whatever_it_takes_has_one_spelling(text in "(prd_)?\\PC{0,40}") {
            if let Ok(id) = text.parse::<ProductId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }

        #[test]
        fn any_26_characters_of_the_alphabet_are_an_id_or_too_large(body in "[0-9a-hjkmnp-tv-z]{26}") {
            let text = format!("prd_{body}");
            match text.parse::<ProductId>() {
                Ok(id) => prop_assert_eq!(id.to_string(), text),
                Err(reason) => {
                    prop_assert_eq!(reason, BadId::Overflow);
                    prop_assert!(body.as_bytes()[0] > b'7');
                }
            }
        }
    }
}
