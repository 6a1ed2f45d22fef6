//! The texts by which somebody proves something: of what they are made, and how one is known for ours.
//!
//! Everything here follows from the letter secret of the vault. A [`Seal`] is that secret, or after a
//! rotation the new one and the old; a [`RefreshToken`] renews a session, a [`DeviceToken`] tells a device
//! that has signed in before from a stranger's, a [`LetterToken`] comes in a mail, and [`api_key`] is how
//! a key can be shown again for as long as its receipt is kept.
//!
//! Invariants: a text that we have not issued is refused without a look at the table; each kind has
//! its own label in what is sealed, so that none is ever taken for another; no text prints itself.

mod device;
mod key;
mod letter;
mod refresh;
mod seal;

pub use device::DeviceToken;
pub use key::api_key;
pub use letter::LetterToken;
pub use refresh::RefreshToken;
pub use seal::{BadSecret, Seal};

/// The text was never issued here, or was not copied whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no token of ours")]
pub struct NotOurs;

/// 32 bytes that nobody can guess.
pub fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
