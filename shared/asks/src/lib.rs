//! What the rooms ask each other while a customer waits.
//!
//! A question is a type in the module of the room that answers it, and names its answer: a caller leans
//! on this crate and on no room. Invariants: a question refuses fields that it does not know, because the
//! room would do something else than was meant; an answer may grow fields, because a caller ignores what
//! it does not know. Texts and numbers have no bounds here: the room that answers has them, and refuses
//! what does not fit as `malformed_ask`.

pub mod cart;
pub mod catalog;
pub mod identity;
pub mod inventory;
pub mod merchants;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Something that a room can be asked.
pub trait Ask: Serialize + DeserializeOwned + Send + 'static {
    /// The room that answers.
    const ROOM: &'static str;
    /// What it is asked to do.
    const NAME: &'static str;
    /// A yes. A no is a problem with a code.
    type Answer: Serialize + DeserializeOwned;
}

/// Says of questions who answers them, under which name, and with what.
macro_rules! asks {
    ($($room:ident $name:ident $question:ty => $answer:ty;)+) => {
        $(impl Ask for $question {
            const ROOM: &'static str = stringify!($room);
            const NAME: &'static str = stringify!($name);
            type Answer = $answer;
        })+

        /// Every room with what it can be asked.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($room), stringify!($name))),+];
    };
}

asks! {
    cart read_cart cart::ReadCart => cart::Cart;
    cart empty_cart cart::EmptyCart => cart::Emptied;
    catalog price_lines catalog::PriceLines => catalog::PricedLines;
    catalog price_numbers catalog::PriceNumbers => catalog::PricedNumbers;
    identity keys identity::Keys => serde_json::Value;
    identity letter identity::ReadLetter => identity::Letter;
    inventory reserve inventory::Reserve => inventory::Held;
    inventory extend inventory::Extend => inventory::Held;
    inventory commit inventory::Commit => inventory::Held;
    inventory release inventory::Release => inventory::Held;
    inventory free_units inventory::FreeUnits => inventory::Free;
    merchants commission merchants::Commission => merchants::ChargeView;
    merchants letter merchants::ReadInvitation => merchants::Invitation;
}
