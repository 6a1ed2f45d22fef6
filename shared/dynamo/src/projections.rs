//! Projections: the writes with which items that are derived from an aggregate follow its next version.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Condition, Error, Key, Write};

/// The writes from the items derived `before` to those derived `after`: a new or changed item is put,
/// where `guard` adds a condition to the put; one that is gone is deleted; the rest is not touched. What is
/// guarded lies in attributes, for its condition to look into, and what is only read is packed.
///
/// Invariant: the derived items are a function of the version and of nothing else, so that none is ever
/// left over.
pub fn difference<T: PartialEq + Serialize>(
    before: BTreeMap<Key, T>,
    after: &BTreeMap<Key, T>,
    guard: impl Fn(&Key, &T) -> Option<Condition>,
) -> Result<Vec<Write>, Error> {
    let other = after.iter().filter(|(key, item)| before.get(key) != Some(item));
    let put = other.map(|(key, item)| match guard(key, item) {
        None => Write::put_packed(key.clone(), item),
        Some(condition) => Ok(Write::put(key.clone(), item)?.when(condition)),
    });
    let mut writes = put.collect::<Result<Vec<_>, Error>>()?;
    writes.extend(before.into_keys().filter(|key| !after.contains_key(key)).map(Write::delete));
    Ok(writes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::Action;

    #[test]
    fn only_what_is_other_is_written_and_what_is_gone_is_taken_away() {
        #[derive(PartialEq, Serialize)]
        struct Card {
            n: i64,
        }
        let cards = |of: [(&str, i64); 3]| of.map(|(pk, n)| (Key::new(pk, "card"), Card { n })).into();
        let before: BTreeMap<_, _> = cards([("same", 1), ("other", 2), ("gone", 3)]);
        let after = cards([("same", 1), ("other", 4), ("new", 5)]);
        let free = |key: &Key, _: &Card| (key.pk == "new").then_some(Condition::Absent);
        let writes = difference(before, &after, free).unwrap();
        let told: Vec<_> = writes
            .iter()
            .map(|write| (&*write.key.pk, matches!(write.action, Action::Delete), write.condition.is_some()))
            .collect();
        assert_eq!(told, [("new", false, true), ("other", false, false), ("gone", true, false)]);
    }
}
