//! A line of NDJSON into cells.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::files::{BadRow, Cells, Column};

/// The cells of one object. Numbers are taken as they are written, digit by digit.
pub(super) fn cells(line: &[u8]) -> Result<Cells, BadRow> {
    if std::str::from_utf8(line).is_err() {
        return Err(BadRow::new("wrong_encoding", "the row is not in UTF-8"));
    }
    let Object(members) =
        serde_json::from_slice(line).map_err(|error| BadRow::new("malformed_row", error.to_string()))?;
    let mut cells = Cells::default();
    for (name, value) in members {
        let column = Column::named(&name);
        let shown: String = name.chars().take(80).collect();
        let column = column
            .ok_or_else(|| BadRow::new("unknown_column", format!("{shown:?} is not one of our columns")))?;
        cells.add(column, &text(column, value.get())?)?;
    }
    Ok(cells)
}

fn text(column: Column, raw: &str) -> Result<String, BadRow> {
    match raw.as_bytes().first() {
        Some(b'"') => {
            serde_json::from_str(raw).map_err(|error| BadRow::new("malformed_row", error.to_string()))
        }
        Some(b'{' | b'[') => {
            Err(BadRow::new("malformed_row", format!("{} is one value, not several", column.as_str())))
        }
        Some(b'n') => Ok(String::new()),
        _ => Ok(raw.to_owned()),
    }
}

/// An object whose members are kept in order and twice if they are said twice: a map would let the
/// second silently win.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one JSON object on each line")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        from.deserialize_map(Members).map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_taken_digit_by_digit() {
        let cells = cells(br#"{"external_id":"a","price":12.10,"numeric_sku":9007199254740993,"slug":null}"#)
            .unwrap();
        assert_eq!(cells.get(Column::Price), Some("12.10"));
        assert_eq!(cells.get(Column::NumericSku), Some("9007199254740993"));
        assert_eq!(cells.get(Column::Slug), None);
    }

    #[test]
    fn a_line_that_is_not_one_flat_object_of_ours_is_a_bad_row() {
        let check = |line: &[u8], code| assert_eq!(cells(line).unwrap_err().code, code);
        check(b"{", "malformed_row");
        check(b"[1]", "malformed_row");
        check(b"{} {}", "malformed_row");
        check(br#"{"title":{"en":"a"}}"#, "malformed_row");
        check(br#"{"colour":"red"}"#, "unknown_column");
        check(br#"{"title":"a","title":"b"}"#, "column_twice");
        check(b"{\"title\":\"\xff\"}", "wrong_encoding");
    }

    #[test]
    fn what_is_nested_or_said_without_end_is_a_bad_row() {
        let longest = crate::files::LONGEST_RECORD;
        let deep = format!("{{\"title\":{}", "[".repeat(longest - 9));
        let many = format!("{{{}\"\":0}}", "\"\":0,".repeat(longest / 5 - 2));
        for (line, code) in [(deep, "malformed_row"), (many, "unknown_column")] {
            assert_eq!(cells(line.as_bytes()).unwrap_err().code, code);
        }
    }

    proptest! {
        #[test]
        fn no_line_is_a_crash(line in proptest::collection::vec(any::<u8>(), 0..200)) {
            drop(cells(&line));
        }

        #[test]
        fn a_cell_is_no_longer_than_it_is_written(title: String, escaped in "(\\\\u00e9|\\\\n|é|x){0,40}") {
            for title in [serde_json::to_string(&title).unwrap(), format!("\"{escaped}\"")] {
                let cells = cells(format!("{{\"title\":{title}}}").as_bytes()).unwrap();
                prop_assert!(cells.get(Column::Title).map_or(0, str::len) <= title.len());
            }
        }
    }
}
