//! Blocks of bytes into records: lines, or CSV rows whose quoted cells may contain line breaks.
//!
//! Invariants: a record is found the same way however the blocks are cut; no record is longer than
//! [`LONGEST_RECORD`], and what would be is reported and left behind; every byte belongs to exactly
//! one record, so that reading can go on at the end of any of them.

use std::collections::VecDeque;

/// No honest row is longer.
pub const LONGEST_RECORD: usize = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number, counted as a person counts rows: the header is row 1.
    pub number: u64,
    /// Its bytes without the line break; nothing when it was too long.
    pub bytes: Option<Vec<u8>>,
    pub end: u64,
}

#[derive(Clone, Debug)]
pub struct Records {
    quotes: bool,
    buffer: VecDeque<u8>,
    /// How many bytes of the buffer were looked at, and whether they end inside of quotes.
    seen: usize,
    quoted: bool,
    /// Leaving behind the rest of a line that was too long.
    skipping: bool,
    position: u64,
    number: u64,
    ended: bool,
}

impl Records {
    /// Records from this byte on, the last one before it having had this number. With `quotes`, a
    /// line break between quotation marks does not end a record.
    pub fn from(position: u64, number: u64, quotes: bool) -> Records {
        Records {
            quotes,
            buffer: VecDeque::new(),
            seen: 0,
            quoted: false,
            skipping: false,
            position,
            number,
            ended: false,
        }
    }

    pub fn feed(&mut self, block: &[u8]) {
        self.buffer.extend(block);
    }

    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Looks for the end of the record among the bytes that are new, no further than a record may reach.
    fn look(&mut self) -> Option<usize> {
        let until = self.buffer.len().min(LONGEST_RECORD + 1);
        for (at, byte) in self.buffer.range(self.seen..until).enumerate() {
            match byte {
                b'"' if self.quotes => self.quoted = !self.quoted,
                b'\n' if !self.quoted => return Some(self.seen + at),
                _ => {}
            }
        }
        self.seen = until;
        None
    }

    /// The record has no end within bounds. Either its line is too long, or a stray quotation mark
    /// has swallowed the lines after it: then only the first line is given up.
    fn lost(&mut self) {
        self.skipping = true;
        self.seen = 0;
        self.quoted = false;
    }

    fn take(&mut self, length: usize, with_break: usize) -> Record {
        let mut bytes: Vec<u8> = self.buffer.drain(..with_break).take(length).collect();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        self.advance(with_break, Some(bytes))
    }

    fn left_behind(&mut self, length: usize) -> Record {
        self.buffer.drain(..length);
        self.skipping = false;
        self.advance(length, None)
    }

    fn advance(&mut self, by: usize, bytes: Option<Vec<u8>>) -> Record {
        self.seen = 0;
        self.quoted = false;
        self.position += by as u64;
        self.number += 1;
        Record { number: self.number, bytes, end: self.position }
    }
}

/// The records that are whole so far; after more bytes there may be more of them.
impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            if self.skipping {
                match self.buffer.iter().position(|byte| *byte == b'\n') {
                    Some(at) => return Some(self.left_behind(at + 1)),
                    None if self.ended => return Some(self.left_behind(self.buffer.len())),
                    None => {
                        self.position += self.buffer.len() as u64;
                        self.buffer.clear();
                        return None;
                    }
                }
            }
            if let Some(at) = self.look() {
                return Some(self.take(at, at + 1));
            }
            if self.buffer.len() > LONGEST_RECORD || (self.ended && self.quoted) {
                self.lost();
                continue;
            }
            let last = self.ended && !self.buffer.is_empty();
            return last.then(|| self.take(self.buffer.len(), self.buffer.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8], block: usize, quotes: bool) -> Vec<Record> {
        let mut records = Records::from(0, 0, quotes);
        let mut found = Vec::new();
        for block in bytes.chunks(block.max(1)) {
            records.feed(block);
            found.extend(records.by_ref());
        }
        records.end();
        found.extend(records.by_ref());
        found
    }

    fn texts(bytes: &[u8], quotes: bool) -> Vec<String> {
        let text =
            |record: Record| record.bytes.map_or("?".into(), |b| String::from_utf8_lossy(&b).into_owned());
        read(bytes, 7, quotes).into_iter().map(text).collect()
    }

    #[test]
    fn a_line_break_between_quotation_marks_does_not_end_a_row() {
        assert_eq!(texts(b"a,b\r\n\"1\n2\",c\n\nd", true), ["a,b", "\"1\n2\",c", "", "d"]);
        assert_eq!(texts(b"{\"a\":\n1}\n", false), ["{\"a\":", "1}"]);
        assert_eq!(texts(b"", true), [""; 0]);
    }

    #[test]
    fn a_stray_quotation_mark_costs_one_line_and_not_the_file() {
        let mut file = b"1,\"a\n2,b\n".to_vec();
        assert_eq!(texts(&file, true), ["?", "2,b"]);
        file.extend((3..20_000).flat_map(|n| format!("{n},x\n").into_bytes()));
        let texts = texts(&file, true);
        assert_eq!((&texts[0], &texts[1], texts.len()), (&"?".to_owned(), &"2,b".to_owned(), 19_999));
    }

    #[test]
    fn a_line_that_is_too_long_is_left_behind() {
        let mut file = vec![b'x'; LONGEST_RECORD * 3];
        file.extend(b"\nnext\n");
        assert_eq!(texts(&file, true), ["?", "next"]);
        let exact = vec![b'x'; LONGEST_RECORD];
        assert_eq!(read(&exact, 1000, true)[0].bytes.as_ref().map(Vec::len), Some(LONGEST_RECORD));
    }

    #[test]
    fn a_line_or_a_quotation_without_end_is_not_held() {
        for first in [b'x', b'"'] {
            let mut records = Records::from(0, 0, true);
            let mut block = vec![b'x'; 1024 * 1024];
            block[0] = first;
            for _ in 0..160 {
                records.feed(&block);
                assert_eq!(records.next(), None);
            }
            records.feed(b"\nnext\n");
            let rest: Vec<_> = records.map(|record| record.bytes).collect();
            assert_eq!(rest, [None, Some(b"next".to_vec())]);
        }
    }

    proptest! {
        #[test]
        fn a_file_is_cut_the_same_way_however_it_arrives(
            bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b'\n'), Just(b','), Just(b'\r'), any::<u8>()], 0..200),
            block in 1usize..50,
            quotes: bool,
        ) {
            prop_assert_eq!(read(&bytes, block, quotes), read(&bytes, bytes.len(), quotes));
        }

        #[test]
        fn reading_can_go_on_at_the_end_of_any_record(
            bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b'\n'), Just(b'a')], 0..100),
            stop in 0usize..20,
        ) {
            let whole = read(&bytes, 9, true);
            prop_assert_eq!(whole.last().map_or(0, |last| last.end), bytes.len() as u64);
            if let Some(last) = whole.get(stop) {
                let mut rest = Records::from(last.end, last.number, true);
                rest.feed(&bytes[last.end as usize..]);
                rest.end();
                let rest: Vec<_> = rest.collect();
                prop_assert_eq!(&rest[..], &whole[stop + 1..]);
            }
        }
    }
}
