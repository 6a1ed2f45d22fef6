//! Async functions whose arguments and answer describe themselves.

use super::{Describes, Draft};

/// A handler that can be described: an async function like those that axum serves, with arguments and
/// an answer that are [`Describes`]. `T` tells functions of different arguments apart, as in axum.
pub trait Described<T> {
    /// Describes the arguments and the answer.
    fn describe(draft: &mut Draft);
}

macro_rules! described {
    ($(($($argument:ident)*))*) => {$(
        impl<F, Answer, Kind, $($argument,)*> Described<(Kind, $($argument,)*)> for F
        where
            F: FnOnce($($argument),*) -> Answer,
            Answer: Future<Output: Describes>,
            $($argument: Describes,)*
        {
            fn describe(draft: &mut Draft) {
                $($argument::describe(draft);)*
                Answer::Output::describe(draft);
            }
        }
    )*};
}

described! {
    (A1) (A1 A2) (A1 A2 A3) (A1 A2 A3 A4) (A1 A2 A3 A4 A5) (A1 A2 A3 A4 A5 A6) (A1 A2 A3 A4 A5 A6 A7)
}
