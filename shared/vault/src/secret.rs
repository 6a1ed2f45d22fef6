//! A text that only whoever asks for it by [`Secret::reveal`] gets to see.

use std::fmt;

use zeroize::Zeroizing;

/// A secret. It does not print itself, and its memory is wiped when it is dropped.
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }

    /// The secret itself, for whoever signs or verifies with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
