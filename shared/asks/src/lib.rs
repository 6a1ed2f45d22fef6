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

        #[cfg(test)]
        const GOLDEN: &[(&str, &str, tests::Same)] = &[$((
            concat!(stringify!($room), ".", stringify!($name)),
            include_str!(concat!("../golden/", stringify!($room), ".", stringify!($name), ".json")),
            tests::same::<$question>,
        )),+];
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    pub(super) type Same = fn(&Value) -> Result<Value, serde_json::Error>;

    /// What is left of a sample when it was read and written again.
    pub(super) fn same<Q: Ask>(sample: &Value) -> Result<Value, serde_json::Error> {
        let question: Q = serde::Deserialize::deserialize(&sample["question"])?;
        let answer: Q::Answer = serde::Deserialize::deserialize(&sample["answer"])?;
        Ok(json!({ "question": question, "answer": answer }))
    }

    /// Two rooms are never deployed in the same second, so the one reads what the other wrote before.
    #[test]
    fn a_sample_of_every_ask_is_read_and_written_as_it_was() {
        for (name, sample, same) in GOLDEN {
            let sample: Value = serde_json::from_str(sample).unwrap();
            assert_eq!(same(&sample).unwrap(), sample, "{name}");
        }
    }

    #[test]
    fn a_question_refuses_what_it_does_not_know_and_an_answer_ignores_it() {
        let surprised = |what: &str, mut sample: Value| {
            sample[what]["surprise"] = json!(1);
            sample
        };
        for (name, sample, same) in GOLDEN {
            let sample: Value = serde_json::from_str(sample).unwrap();
            assert!(same(&surprised("question", sample.clone())).is_err(), "{name}");
            // A key set is passed on as it is.
            if *name != "identity.keys" {
                assert_eq!(same(&surprised("answer", sample.clone())).unwrap(), sample, "{name}");
            }
        }
    }
}
