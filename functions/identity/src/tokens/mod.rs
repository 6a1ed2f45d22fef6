//! The texts that prove something: of what they are made, and how one is known for ours.
//!
//! Everything here follows from the letter secret of the vault. A [`Seal`] signs with it; a
//! [`RefreshToken`] renews a session, a [`DeviceToken`] tells a device that has signed in before from a
//! stranger's, a [`LetterToken`] comes in a mail, and [`api_key`] is how a key can be shown again for as
//! long as its receipt is kept.
//!
//! Invariants: a text that we have not issued is refused without a look at the table; each kind has
//! its own label in what is sealed, so that none is ever taken for another; no text prints itself.

mod device;
mod key;
mod letter;
mod refresh;
mod shown;

use std::str::FromStr;

use failure::Failure;
use vault::Seal;

pub use device::DeviceToken;
pub use key::api_key;
pub use letter::LetterToken;
pub use refresh::RefreshToken;
pub use shown::Shown;

/// How many bytes of a signature are the tag of a token.
const TAG: usize = 16;

/// The text was never issued here, or was not copied whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no token of ours")]
pub struct NotOurs;

/// What is signed: a label and parts, told apart by their lengths, so that no two lists are one message.
fn message(label: &str, parts: &[&str]) -> Vec<u8> {
    let framed = |part: &&str| [&(part.len() as u64).to_be_bytes(), part.as_bytes()].concat();
    [label].iter().chain(parts).flat_map(framed).collect()
}

/// A body with its tag behind it.
fn tagged(label: &str, body: &str, seal: &Seal) -> String {
    format!("{body}_{}", hex::encode(&seal.sign(&message(label, &[body]))[..TAG]))
}

/// The body of a text whose tag is ours.
fn untagged<'a>(label: &str, text: &'a str, seal: &Seal) -> Result<&'a str, NotOurs> {
    let (body, tag) = text.rsplit_once('_').ok_or(NotOurs)?;
    let tag = hex::decode(tag).ok().filter(|tag| tag.len() == TAG).ok_or(NotOurs)?;
    if seal.verify(&message(label, &[body]), &tag) { Ok(body) } else { Err(NotOurs) }
}

/// An id without its prefix, which the token says by its order.
fn bare(id: impl ToString) -> String {
    id.to_string().split_once('_').map_or_else(String::new, |(_, bare)| bare.to_owned())
}

/// The id whose prefix was left out.
fn whole<T: FromStr>(prefix: &str, bare: &str) -> Result<T, NotOurs> {
    format!("{prefix}_{bare}").parse().map_err(|_| NotOurs)
}

/// 32 bytes that cannot be guessed.
pub fn random() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Defect(format!("no random numbers: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn a_message_is_of_one_label_and_one_list_of_parts() {
        assert_eq!(message("a", &["bc"]), b"\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\x02bc");
        let others =
            [("a", &["bc"][..]), ("a", &["b", "c", ""]), ("ab", &["", "c"]), ("a", &["c", "b"]), ("", &[])];
        for (label, parts) in others {
            assert_ne!(message("a", &["b", "c"]), message(label, parts), "{label} {parts:?}");
        }
    }
}
