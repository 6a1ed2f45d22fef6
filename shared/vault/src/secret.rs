//! A text that is shown only by [`Secret::reveal`].

use std::fmt;

use zeroize::Zeroizing;

/// A secret. `Debug` does not show it, and its memory is wiped when it is dropped.
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }

    /// The text, for signing and verifying.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
