//! The SHA-256 of a file, as its sender claims it.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, de};
use utoipa::ToSchema;

/// A SHA-256, which people write in 64 hexadecimal digits and S3 in base64.
#[derive(Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9A-Fa-f]{64}$")]
pub struct Digest([u8; 32]);

/// The text is no SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 digest is 64 hexadecimal digits")]
pub struct NoDigest;

impl Digest {
    /// The spelling of S3.
    pub(crate) fn base64(self) -> String {
        STANDARD.encode(self.0)
    }
}

impl FromStr for Digest {
    type Err = NoDigest;

    fn from_str(digits: &str) -> Result<Digest, NoDigest> {
        let mut digest = [0; 32];
        hex::decode_to_slice(digits, &mut digest).map_err(|_| NoDigest)?;
        Ok(Digest(digest))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        let digits = String::deserialize(deserializer)?;
        digits.parse().map_err(de::Error::custom)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_sixty_four_hexadecimal_digits_and_nothing_else() {
        let check = |digits: &str, is: bool| assert_eq!(digits.parse::<Digest>().is_ok(), is, "{digits:?}");
        check(&"0f".repeat(32), true);
        check(&"0F".repeat(32), true);
        for wrong in ["", "0f", &"0f".repeat(33), &"0g".repeat(32), &format!(" {}", "0f".repeat(31))] {
            check(wrong, false);
        }
        let said: Result<Digest, _> = serde_json::from_str("\"0f\"");
        assert!(said.unwrap_err().to_string().starts_with(&NoDigest.to_string()));
    }

    #[test]
    fn s3_is_told_the_same_in_its_own_letters() {
        // The digest of nothing, in both spellings.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let digest: Digest = nothing.parse().unwrap();
        assert_eq!(digest.base64(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(format!("{digest:?}"), nothing);
    }
}
