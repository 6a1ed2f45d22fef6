//! Whether a file is what it was said to be, judged by its first bytes, and how it is laid out.

use crate::domain::Format;
use crate::files::{BadFile, Column, LONGEST_RECORD, Records, csv};

/// How many bytes are looked at: a header fits into them, whatever the file.
pub const HEAD: usize = LONGEST_RECORD + 4096;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    Table { start: u64, delimiter: u8, columns: Vec<Column> },
    Objects { start: u64 },
}

const BOM: &[u8] = b"\xef\xbb\xbf";

impl Layout {
    /// A reader of the rows, from the beginning or from where an earlier one has stopped.
    pub fn records(&self, offset: u64, row: u64) -> Records {
        match self {
            Layout::Table { start, .. } if offset < *start => Records::from(*start, 1, true),
            Layout::Table { .. } => Records::from(offset, row, true),
            Layout::Objects { start } if offset < *start => Records::from(*start, 0, false),
            Layout::Objects { .. } => Records::from(offset, row, false),
        }
    }

    pub fn offset(&self, offset: u64) -> u64 {
        match self {
            Layout::Table { start, .. } | Layout::Objects { start } => offset.max(*start),
        }
    }
}

/// The layout of a text file that begins like this. For a workbook, what it was turned into.
pub fn layout(announced: Format, head: &[u8]) -> Result<Layout, BadFile> {
    if head.is_empty() {
        return Err(BadFile::Empty);
    }
    is_text(announced, head)?;
    let start = if head.starts_with(BOM) { BOM.len() } else { 0 };
    let text = &head[start..];
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace()).copied().ok_or(BadFile::Empty)?;
    match (announced, first) {
        (Format::Ndjson, b'{') => Ok(Layout::Objects { start: start as u64 }),
        (Format::Ndjson, found) => {
            let found = if found == b'[' { "a JSON array" } else { "text of another kind" };
            Err(BadFile::NotWhatItSays { announced: "NDJSON", found })
        }
        (Format::Csv, b'{' | b'[') => Err(BadFile::NotWhatItSays { announced: "CSV", found: "JSON" }),
        (Format::Csv | Format::Xlsx, _) => table(text, start as u64),
    }
}

pub fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

fn table(text: &[u8], start: u64) -> Result<Layout, BadFile> {
    let mut records = Records::from(start, 0, true);
    records.feed(text);
    records.end();
    let header = records.next().ok_or(BadFile::Empty)?;
    let no_header = BadFile::NotWhatItSays { announced: "CSV", found: "text without a header" };
    let bytes = header.bytes.ok_or(no_header.clone())?;
    let delimiter = csv::delimiter(&bytes);
    let names = csv::fields(&bytes, delimiter).map_err(|_| no_header)?;
    // A spreadsheet may leave empty cells behind the last column.
    let used = names.iter().rposition(|name| !name.trim().is_empty()).map_or(0, |last| last + 1);
    let columns = Column::header(&names[..used])?;
    Ok(Layout::Table { start: header.end, delimiter, columns })
}

fn is_text(announced: Format, head: &[u8]) -> Result<(), BadFile> {
    let announced = match announced {
        Format::Csv | Format::Xlsx => "CSV",
        Format::Ndjson => "NDJSON",
    };
    let found = match head {
        _ if is_zip(head) => Some("a zip archive or a workbook"),
        [0x1f, 0x8b, ..] => Some("a gzip archive"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => Some("a picture"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("an old Excel workbook"),
        _ => None,
    };
    if let Some(found) = found {
        return Err(BadFile::NotWhatItSays { announced, found });
    }
    // UTF-16, with its mark or by the zeros that it puts between Latin letters.
    if matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) || head.contains(&0) {
        return Err(BadFile::WrongEncoding);
    }
    match std::str::from_utf8(head) {
        Ok(_) => Ok(()),
        // The head may end in the middle of a letter.
        Err(error) if error.error_len().is_none() && error.valid_up_to() + 4 > head.len() => Ok(()),
        Err(_) => Err(BadFile::WrongEncoding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADER: &[u8] = b"external_id,kind,title,price,currency\n";

    #[test]
    fn a_file_that_is_not_what_it_says_is_told_what_it_is() {
        let check = |format, head: &[u8], code: &str| {
            assert_eq!(layout(format, head).unwrap_err().code(), code, "{head:?}")
        };
        check(Format::Csv, b"", "empty_file");
        check(Format::Csv, b" \n", "empty_file");
        check(Format::Csv, b"PK\x03\x04rest", "not_what_it_says");
        check(Format::Csv, b"{\"external_id\":1}", "not_what_it_says");
        check(Format::Csv, b"\x1f\x8b\x08", "not_what_it_says");
        check(Format::Csv, b"%PDF-1.7", "not_what_it_says");
        check(Format::Ndjson, b"[{}]", "not_what_it_says");
        check(Format::Ndjson, HEADER, "not_what_it_says");
        check(Format::Csv, b"\xff\xfee\0x\0", "wrong_encoding");
        check(Format::Csv, b"external_id;t\xeftle\n1;2", "wrong_encoding");
        check(Format::Csv, b"external_id,kind,title,price\n", "missing_column");
        check(Format::Csv, b"external_id,kind,title,pirce,currency\n", "unknown_column");
        check(Format::Csv, b"kind,kind\n", "column_twice");
        check(Format::Csv, &[b'x'; 70_000], "not_what_it_says");
    }

    #[test]
    fn the_missing_column_is_named() {
        let missing = layout(Format::Csv, b"external_id,kind,title,price\n").unwrap_err();
        assert_eq!(missing.to_string(), "the column currency is missing");
    }

    #[test]
    fn commas_semicolons_and_a_byte_order_mark_are_understood() {
        let columns = |head: &[u8]| match layout(Format::Csv, head) {
            Ok(Layout::Table { start, delimiter, columns }) => (start, delimiter, columns.len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(columns(HEADER), (38, b',', 5));
        assert_eq!(columns(b"\xef\xbb\xbfTitle;External_ID;kind;price;currency;;\r\n1"), (44, b';', 5));
        assert!(matches!(
            layout(Format::Ndjson, b"\xef\xbb\xbf {\"a\":1}"),
            Ok(Layout::Objects { start: 3 })
        ));
    }

    #[test]
    fn a_head_that_ends_inside_of_a_letter_is_still_utf_8() {
        let mut head = HEADER.to_vec();
        head.extend("ы".bytes().take(1));
        assert!(layout(Format::Csv, &head).is_ok());
    }

    #[test]
    fn a_header_of_a_million_columns_is_no_header() {
        let check = |head: &[u8], code: &str| {
            assert_eq!(layout(Format::Csv, &head[..HEAD.min(head.len())]).unwrap_err().code(), code)
        };
        check(",".repeat(1_000_000).as_bytes(), "not_what_it_says");
        check("title,".repeat(5000).as_bytes(), "not_what_it_says");
        check("title,title,".repeat(30).as_bytes(), "column_twice");
        check(format!("\"{}", "x\n".repeat(100_000)).as_bytes(), "not_what_it_says");
    }

    proptest! {
        #[test]
        fn no_head_is_a_crash(head in proptest::collection::vec(any::<u8>(), 0..300), json: bool) {
            let format = if json { Format::Ndjson } else { Format::Csv };
            if let Ok(layout) = layout(format, &head) {
                let mut records = layout.records(0, 0);
                let from = usize::try_from(layout.offset(0)).unwrap().min(head.len());
                records.feed(&head[from..]);
                records.end();
                for record in records.by_ref() {
                    drop(layout.cells(&record.bytes.unwrap_or_default()));
                }
            }
        }
    }
}
