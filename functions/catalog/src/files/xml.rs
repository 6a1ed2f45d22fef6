//! XML piece by piece, metered: for parts of workbooks.
//!
//! Invariants: no piece is held beyond a megabyte, no more is read than was allowed, and elements are
//! not nested without end; entities that XML itself does not define are refused, not expanded.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::files::BadFile;
use crate::files::budget::Budget;

/// One tag or text. A cell holds 32,767 characters.
const LARGEST_PIECE: u64 = 1 << 20;
/// The parser remembers the name of every element that is open. Those of a sheet are ten deep.
const DEEPEST: u32 = 64;

pub(super) struct Xml<'a, R: Read> {
    reader: Reader<Meter<'a, R>>,
    buffer: Vec<u8>,
    /// An empty element is an opening and a closing tag; the second waits here.
    closing: Option<Vec<u8>>,
    deep: u32,
}

pub(super) enum Piece {
    Open(Tag),
    Close(Vec<u8>),
    Text(String),
}

pub(super) struct Tag(BytesStart<'static>);

impl Tag {
    pub(super) fn is(&self, name: &[u8]) -> bool {
        self.0.local_name().as_ref() == name
    }

    pub(super) fn attribute(&self, name: &[u8]) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        String::from_utf8(found.value.into_owned()).ok()
    }
}

impl<'a, R: Read> Xml<'a, R> {
    /// What is read of the part is taken out of what is left of its workbook.
    pub(super) fn of(file: R, left: &'a mut Budget) -> Xml<'a, R> {
        let meter = Meter { inner: BufReader::with_capacity(64 * 1024, file), left, piece: 0 };
        Xml { reader: Reader::from_reader(meter), buffer: Vec::new(), closing: None, deep: 0 }
    }

    /// The next piece; nothing behind the last one.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, BadFile> {
        if let Some(name) = self.closing.take() {
            return Ok(Some(Piece::Close(name)));
        }
        loop {
            self.buffer.clear();
            self.reader.get_mut().piece = LARGEST_PIECE;
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => {
                    let meter = self.reader.get_ref();
                    return Err(if meter.most() == 0 { BadFile::Bomb } else { damaged(error) });
                }
            };
            return Ok(Some(match event {
                Event::Eof => return Ok(None),
                Event::Start(tag) => {
                    self.deep += 1;
                    if self.deep > DEEPEST {
                        return Err(BadFile::Bomb);
                    }
                    Piece::Open(Tag(tag.into_owned()))
                }
                Event::Empty(tag) => {
                    self.closing = Some(tag.local_name().as_ref().to_vec());
                    Piece::Open(Tag(tag.into_owned()))
                }
                Event::End(tag) => {
                    self.deep = self.deep.saturating_sub(1);
                    Piece::Close(tag.local_name().as_ref().to_vec())
                }
                Event::Text(text) => Piece::Text(text.xml10_content().map_err(damaged)?.into_owned()),
                Event::CData(text) => Piece::Text(text.xml10_content().map_err(damaged)?.into_owned()),
                Event::GeneralRef(entity) => Piece::Text(resolve(&entity)?.into()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            }));
        }
    }
}

fn resolve(entity: &BytesRef<'_>) -> Result<char, BadFile> {
    if let Some(character) = entity.resolve_char_ref().map_err(damaged)? {
        return Ok(character);
    }
    match &**entity {
        b"amp" => Ok('&'),
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        _ => Err(BadFile::Damaged("an entity that XML does not define".into())),
    }
}

fn damaged(error: impl std::fmt::Display) -> BadFile {
    BadFile::Damaged(error.to_string())
}

/// Counts what is read, of the whole workbook and of one piece of it.
struct Meter<'a, R> {
    inner: BufReader<R>,
    left: &'a mut Budget,
    piece: u64,
}

impl<R> Meter<'_, R> {
    /// What may be read next.
    fn most(&self) -> u64 {
        self.left.left().min(self.piece)
    }
}

impl<R: Read> Read for Meter<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let n = ready.len().min(into.len());
        into[..n].copy_from_slice(&ready[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for Meter<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let most = usize::try_from(self.most()).unwrap_or(usize::MAX);
        if most == 0 {
            return Err(io::Error::other("more than is read"));
        }
        let ready = self.inner.fill_buf()?;
        Ok(&ready[..ready.len().min(most)])
    }

    fn consume(&mut self, n: usize) {
        // No more is consumed than `fill_buf` has given out, which is at most what is left.
        self.left.take(n).expect("what was given out is left");
        self.piece = self.piece.saturating_sub(n as u64);
        self.inner.consume(n);
    }
}
