//! A token as it is shown to the room: of a length that is read, and not yet believed.

use serde::Deserialize;
use utoipa::ToSchema;
use words::OutOfBounds;

/// A token as somebody shows it: not yet believed, and not a book either.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 512, pattern = "^[!-~]+$")]
pub struct Shown(String);

impl Shown {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Shown {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Shown, OutOfBounds> {
        let sound = (1..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if sound {
            Ok(Shown(text))
        } else {
            Err(OutOfBounds("a token is 1 to 512 visible characters of ASCII"))
        }
    }
}
