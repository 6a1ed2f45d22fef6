//! A workbook into CSV: the first sheet, row by row.
//!
//! Invariants: the rows keep their numbers, blank ones included; a zip is a bomb until proven
//! otherwise, so what it unpacks to is counted while it is unpacked, and no single piece of its XML
//! is held beyond a megabyte; entities that XML itself does not define are refused, not expanded.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use crate::files::{BadFile, decimal};

/// What a workbook may unpack to, whatever its size.
const LARGEST: u64 = 1 << 30;
/// What each of its bytes may become. The XML of honest sheets shrinks to a tenth or a thirtieth.
const LARGEST_RATIO: u64 = 200;
/// What a workbook of a few kilobytes may unpack to all the same.
const ALWAYS_ALLOWED: u64 = 4 << 20;
/// What is written at most: the disk of a function is small.
const LARGEST_CSV: u64 = 256 << 20;
/// How much text the cells may share; it is held in memory.
const LARGEST_SHARED: usize = 24 << 20;
/// One tag or text. A cell holds 32,767 characters.
const LARGEST_PIECE: u64 = 1 << 20;
/// A workbook has a few dozen parts; a directory of a million is there to fill the memory.
const MOST_PARTS: u16 = 2000;
/// The last row that a sheet can have.
const LAST_ROW: u64 = 1_048_576;
/// The columns that are looked at. What stands to the right is told as one column too many.
const COLUMNS: usize = 64;

/// Writes the first sheet of a workbook as CSV.
pub fn unpack(mut workbook: impl Read + Seek, to: impl Write) -> Result<(), BadFile> {
    let size = workbook.seek(SeekFrom::End(0)).map_err(disk)?;
    let unpacked = LARGEST.min(ALWAYS_ALLOWED.max(size.saturating_mul(LARGEST_RATIO)));
    count_parts(&mut workbook, size)?;
    let mut zip = ZipArchive::new(workbook).map_err(|error| BadFile::Damaged(error.to_string()))?;
    let sheet = first_sheet(&mut zip, unpacked)?;
    let shared = shared(&mut zip, unpacked)?;
    let mut part = part(&mut zip, &sheet, unpacked)?
        .ok_or_else(|| BadFile::Damaged("its first sheet is missing".into()))?;
    write_rows(&mut part, &shared, &mut Csv { to, written: 0, rows: 0 })
}

/// The end of a zip says how many parts there are, before anything is read that grows with them.
fn count_parts(workbook: &mut (impl Read + Seek), size: u64) -> Result<(), BadFile> {
    let tail = size.min(66_000);
    workbook.seek(SeekFrom::Start(size - tail)).map_err(disk)?;
    let mut bytes = Vec::new();
    workbook.take(tail).read_to_end(&mut bytes).map_err(disk)?;
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06");
    let count = end.and_then(|end| Some(u16::from_le_bytes(bytes.get(end + 10..end + 12)?.try_into().ok()?)));
    let is_64 = bytes.windows(4).any(|window| window == b"PK\x06\x07");
    match count {
        None => Err(BadFile::Damaged("it has no end".into())),
        Some(count) if count > MOST_PARTS || is_64 => Err(BadFile::Bomb),
        Some(_) => workbook.seek(SeekFrom::Start(0)).map(drop).map_err(disk),
    }
}

type Part<'a, R> = Xml<zip::read::ZipFile<'a, R>>;

fn part<'a, R: Read + Seek>(
    zip: &'a mut ZipArchive<R>,
    name: &str,
    unpacked: u64,
) -> Result<Option<Part<'a, R>>, BadFile> {
    match zip.by_name(name) {
        Ok(file) if file.size() > unpacked => Err(BadFile::Bomb),
        Ok(file) => Ok(Some(Xml::of(file, unpacked))),
        Err(zip::result::ZipError::FileNotFound) => Ok(None),
        Err(error) => Err(BadFile::Damaged(error.to_string())),
    }
}

/// The part that holds the first sheet: the workbook names a relation, the relation a part.
fn first_sheet<R: Read + Seek>(zip: &mut ZipArchive<R>, unpacked: u64) -> Result<String, BadFile> {
    let mut relation = None;
    let workbook = part(zip, "xl/workbook.xml", unpacked)?;
    let not_excel = BadFile::NotWhatItSays { announced: "XLSX", found: "another zip archive" };
    let mut workbook = workbook.ok_or(not_excel)?;
    while let Some(piece) = workbook.next()? {
        if let Piece::Open(tag) = piece
            && tag.is(b"sheet")
        {
            relation = tag.attribute(b"id");
            break;
        }
    }
    drop(workbook);
    if let (Some(relation), Some(mut relations)) =
        (relation, part(zip, "xl/_rels/workbook.xml.rels", unpacked)?)
    {
        while let Some(piece) = relations.next()? {
            if let Piece::Open(tag) = piece
                && tag.is(b"Relationship")
                && tag.attribute(b"Id").as_deref() == Some(&*relation)
                && let Some(target) = tag.attribute(b"Target")
            {
                return Ok(match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("xl/{target}"),
                });
            }
        }
    }
    Ok("xl/worksheets/sheet1.xml".into())
}

/// The texts that cells refer to by number: one text and where each piece of it ends.
#[derive(Default)]
struct Shared {
    text: String,
    ends: Vec<u32>,
}

impl Shared {
    fn get(&self, index: &str) -> Option<&str> {
        let index: usize = index.trim().parse().ok()?;
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }
}

fn shared<R: Read + Seek>(zip: &mut ZipArchive<R>, unpacked: u64) -> Result<Shared, BadFile> {
    let mut shared = Shared::default();
    let Some(mut part) = part(zip, "xl/sharedStrings.xml", unpacked)? else { return Ok(shared) };
    let (mut in_text, mut in_phonetic) = (false, false);
    while let Some(piece) = part.next()? {
        match piece {
            Piece::Open(tag) if tag.is(b"t") => in_text = true,
            Piece::Open(tag) if tag.is(b"rPh") => in_phonetic = true,
            Piece::Close(name) if name == b"t" => in_text = false,
            Piece::Close(name) if name == b"rPh" => in_phonetic = false,
            Piece::Close(name) if name == b"si" => {
                shared.ends.push(u32::try_from(shared.text.len()).map_err(|_| BadFile::Bomb)?);
            }
            Piece::Text(text) if in_text && !in_phonetic => shared.text.push_str(&text),
            _ => {}
        }
        // An empty text costs four bytes as well.
        if shared.text.len() + shared.ends.len() * 4 > LARGEST_SHARED {
            return Err(BadFile::Bomb);
        }
    }
    Ok(shared)
}

fn write_rows<R: Read, W: Write>(
    part: &mut Xml<R>,
    shared: &Shared,
    csv: &mut Csv<W>,
) -> Result<(), BadFile> {
    let mut fields: Vec<String> = Vec::new();
    let (mut column, mut kind, mut text) = (0, String::new(), String::new());
    let (mut number, mut in_value) = (0, false);
    while let Some(piece) = part.next()? {
        match piece {
            Piece::Open(tag) if tag.is(b"row") => {
                number = tag.attribute(b"r").and_then(|r| r.parse().ok()).unwrap_or(csv.rows + 1);
                fields.clear();
            }
            Piece::Open(tag) if tag.is(b"c") => {
                let named = tag.attribute(b"r").and_then(|name| column_of(&name));
                column = named.unwrap_or(fields.len()).min(COLUMNS);
                kind = tag.attribute(b"t").unwrap_or_default();
                text.clear();
            }
            Piece::Open(tag) if tag.is(b"v") || tag.is(b"t") => in_value = true,
            Piece::Text(more) if in_value => text.push_str(&more),
            Piece::Close(name) if name == b"v" || name == b"t" => in_value = false,
            Piece::Close(name) if name == b"c" => {
                let value = value(&kind, &text, shared)?;
                if fields.len() <= column {
                    fields.resize(column + 1, String::new());
                }
                fields[column].push_str(&value);
            }
            Piece::Close(name) if name == b"row" => csv.row(number, &fields)?,
            Piece::Close(name) if name == b"sheetData" => return csv.finish(),
            _ => {}
        }
        // Many texts in one cell are as long as one long text.
        if text.len() as u64 > LARGEST_PIECE {
            return Err(BadFile::Bomb);
        }
    }
    Err(BadFile::Damaged("its first sheet has no end".into()))
}

fn value(kind: &str, text: &str, shared: &Shared) -> Result<String, BadFile> {
    match kind {
        "s" if text.is_empty() => Ok(String::new()),
        "s" => shared
            .get(text)
            .map(str::to_owned)
            .ok_or_else(|| BadFile::Damaged("a cell refers to a text that is not there".into())),
        "" | "n" => Ok(decimal::plain(text.trim()).unwrap_or_else(|| text.to_owned())),
        "b" => Ok(if text.trim() == "1" { "true" } else { "false" }.into()),
        _ => Ok(text.to_owned()),
    }
}

/// The column of a cell's name, `AB12`, counted from zero.
fn column_of(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase).take(4);
    let column = letters.fold(0usize, |column, letter| column * 26 + usize::from(letter - b'A') + 1);
    column.checked_sub(1)
}

/// CSV on its way to the disk.
struct Csv<W> {
    to: W,
    written: u64,
    rows: u64,
}

impl<W: Write> Csv<W> {
    fn row(&mut self, number: u64, fields: &[String]) -> Result<(), BadFile> {
        if number <= self.rows || number > LAST_ROW {
            return Err(BadFile::Damaged(format!("row {number} follows row {}", self.rows)));
        }
        let blank = "\n".repeat(usize::try_from(number - self.rows - 1).unwrap_or(0));
        let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
        let row = format!("{blank}{}\n", fields.join(","));
        self.rows = number;
        self.written += row.len() as u64;
        if self.written > LARGEST_CSV {
            return Err(BadFile::Bomb);
        }
        self.to.write_all(row.as_bytes()).map_err(disk)
    }

    fn finish(&mut self) -> Result<(), BadFile> {
        self.to.flush().map_err(disk)
    }
}

fn quoted(field: &str) -> String {
    match field.contains(['"', ',', ';', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}

fn disk(error: io::Error) -> BadFile {
    BadFile::Disk(error.to_string())
}

/// XML piece by piece, metered.
struct Xml<R: Read> {
    reader: Reader<Meter<R>>,
    buffer: Vec<u8>,
    /// An empty element is an opening and a closing tag; the second waits here.
    closing: Option<Vec<u8>>,
}

enum Piece {
    Open(Tag),
    Close(Vec<u8>),
    Text(String),
}

struct Tag(BytesStart<'static>);

impl Tag {
    fn is(&self, name: &[u8]) -> bool {
        self.0.local_name().as_ref() == name
    }

    fn attribute(&self, name: &[u8]) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        String::from_utf8(found.value.into_owned()).ok()
    }
}

impl<R: Read> Xml<R> {
    fn of(file: R, unpacked: u64) -> Xml<R> {
        let meter = Meter { inner: BufReader::with_capacity(64 * 1024, file), left: unpacked, piece: 0 };
        Xml { reader: Reader::from_reader(meter), buffer: Vec::new(), closing: None }
    }

    fn next(&mut self) -> Result<Option<Piece>, BadFile> {
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
                    let burst = meter.left == 0 || meter.piece == 0;
                    return Err(if burst { BadFile::Bomb } else { BadFile::Damaged(error.to_string()) });
                }
            };
            return Ok(Some(match event {
                Event::Eof => return Ok(None),
                Event::Start(tag) => Piece::Open(Tag(tag.into_owned())),
                Event::Empty(tag) => {
                    self.closing = Some(tag.local_name().as_ref().to_vec());
                    Piece::Open(Tag(tag.into_owned()))
                }
                Event::End(tag) => Piece::Close(tag.local_name().as_ref().to_vec()),
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

/// Counts what is read, of the whole part and of one piece of it.
struct Meter<R> {
    inner: BufReader<R>,
    left: u64,
    piece: u64,
}

impl<R: Read> Read for Meter<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let n = ready.len().min(into.len());
        into[..n].copy_from_slice(&ready[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: Read> BufRead for Meter<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 || self.piece == 0 {
            return Err(io::Error::other("more than is read"));
        }
        let most = usize::try_from(self.left.min(self.piece)).unwrap_or(usize::MAX);
        let ready = self.inner.fill_buf()?;
        Ok(&ready[..ready.len().min(most)])
    }

    fn consume(&mut self, n: usize) {
        self.left = self.left.saturating_sub(n as u64);
        self.piece = self.piece.saturating_sub(n as u64);
        self.inner.consume(n);
    }
}

#[cfg(test)]
#[path = "xlsx_tests.rs"]
mod tests;
