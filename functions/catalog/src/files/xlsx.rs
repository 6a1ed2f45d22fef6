//! A workbook into CSV: the first sheet, row by row.
//!
//! Invariants: the rows keep their numbers, blank ones included; a zip is a bomb until proven
//! otherwise, so what it unpacks to is counted while it is unpacked (`xml.rs`); what cells expand to is
//! taken out of a budget before it is copied, so a row is held up to the length of a record and no
//! further, however often it names how long a text.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

use crate::files::budget::{Budget, Spent};
use crate::files::xml::{Piece, Xml};
use crate::files::{BadFile, LONGEST_RECORD, decimal};

/// What a workbook may unpack to, all its parts together, whatever its size.
const LARGEST: u64 = 1 << 30;
/// What each of its bytes may become. The XML of honest sheets shrinks to a tenth or a thirtieth.
const LARGEST_RATIO: u64 = 200;
/// What a workbook of a few kilobytes may unpack to all the same.
const ALWAYS_ALLOWED: u64 = 4 << 20;
/// What is written at most: the disk of a function is small.
const LARGEST_CSV: u64 = 256 << 20;
/// How much text the cells may share; it is held in memory.
const LARGEST_SHARED: u64 = 24 << 20;
/// What the text of one cell may be made of. A spreadsheet takes 32,767 characters.
const LARGEST_CELL: u64 = 1 << 20;
/// What is read of the directory of a zip: it is held in memory, and names may be as long as a file.
const LARGEST_DIRECTORY: u64 = 1 << 20;
/// A workbook has a few dozen parts; a directory of a million is there to fill the memory.
const MOST_PARTS: u16 = 2000;
/// The last row that a sheet can have.
const LAST_ROW: u64 = 1_048_576;
/// The columns that are looked at. What stands to the right is told as one column too many.
const COLUMNS: usize = 64;

/// Writes the first sheet of a workbook as CSV.
pub fn unpack(mut workbook: impl Read + Seek, to: impl Write) -> Result<(), BadFile> {
    let size = workbook.seek(SeekFrom::End(0)).map_err(disk)?;
    let most = LARGEST.min(ALWAYS_ALLOWED.max(size.saturating_mul(LARGEST_RATIO)));
    let mut unpacked = Budget::of(most);
    count_parts(&mut workbook, size)?;
    let mut zip = open(workbook)?;
    let sheet = first_sheet(&mut zip, &mut unpacked)?;
    let shared = shared(&mut zip, &mut unpacked)?;
    let mut part = part(&mut zip, &sheet, &mut unpacked)?
        .ok_or_else(|| BadFile::Damaged("its first sheet is missing".into()))?;
    write_rows(&mut part, &shared, &mut Csv { to, left: Budget::of(LARGEST_CSV), rows: 0 })
}

/// Reads the directory of a zip, and no further than directories go. A workbook has nothing before its
/// first part, so nothing is searched for.
fn open<R: Read + Seek>(workbook: R) -> Result<ZipArchive<Fenced<R>>, BadFile> {
    let left = Rc::new(Cell::new(Some(LARGEST_DIRECTORY)));
    let fenced = Fenced { inner: workbook, left: left.clone() };
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    match ZipArchive::with_config(config, fenced) {
        Ok(zip) => {
            left.set(None);
            Ok(zip)
        }
        Err(_) if left.get() == Some(0) => Err(BadFile::Bomb),
        Err(error) => Err(BadFile::Damaged(error.to_string())),
    }
}

/// A file of which so much is read, as long as there is a fence.
struct Fenced<R> {
    inner: R,
    left: Rc<Cell<Option<u64>>>,
}

impl<R: Read> Read for Fenced<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(left) = self.left.get() else { return self.inner.read(into) };
        let most = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if most == 0 && !into.is_empty() {
            return Err(io::Error::other("more than is read"));
        }
        let read = self.inner.read(&mut into[..most])?;
        self.left.set(Some(left.saturating_sub(read as u64)));
        Ok(read)
    }
}

impl<R: Seek> Seek for Fenced<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
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

type Part<'a, R> = Xml<'a, zip::read::ZipFile<'a, R>>;

fn part<'a, R: Read + Seek>(
    zip: &'a mut ZipArchive<R>,
    name: &str,
    unpacked: &'a mut Budget,
) -> Result<Option<Part<'a, R>>, BadFile> {
    match zip.by_name(name) {
        Ok(file) if file.size() > unpacked.left() => Err(BadFile::Bomb),
        Ok(file) => Ok(Some(Xml::of(file, unpacked))),
        Err(zip::result::ZipError::FileNotFound) => Ok(None),
        Err(error) => Err(BadFile::Damaged(error.to_string())),
    }
}

/// The part that holds the first sheet: the workbook names a relation, the relation a part.
fn first_sheet<R: Read + Seek>(zip: &mut ZipArchive<R>, unpacked: &mut Budget) -> Result<String, BadFile> {
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

fn shared<R: Read + Seek>(zip: &mut ZipArchive<R>, unpacked: &mut Budget) -> Result<Shared, BadFile> {
    let mut shared = Shared::default();
    let Some(mut part) = part(zip, "xl/sharedStrings.xml", unpacked)? else { return Ok(shared) };
    let mut left = Budget::of(LARGEST_SHARED);
    let (mut in_text, mut in_phonetic) = (false, false);
    while let Some(piece) = part.next()? {
        match piece {
            Piece::Open(tag) if tag.is(b"t") => in_text = true,
            Piece::Open(tag) if tag.is(b"rPh") => in_phonetic = true,
            Piece::Close(name) if name == b"t" => in_text = false,
            Piece::Close(name) if name == b"rPh" => in_phonetic = false,
            Piece::Close(name) if name == b"si" => {
                let end = u32::try_from(shared.text.len()).map_err(|_| BadFile::Bomb)?;
                // An empty text costs four bytes as well.
                left.take(size_of_val(&end))?;
                shared.ends.push(end);
            }
            Piece::Text(text) if in_text && !in_phonetic => left.push(&mut shared.text, &text)?,
            _ => {}
        }
    }
    Ok(shared)
}

fn write_rows<R: Read, W: Write>(
    part: &mut Xml<'_, R>,
    shared: &Shared,
    csv: &mut Csv<W>,
) -> Result<(), BadFile> {
    let mut row = Row::new(0);
    let (mut column, mut kind, mut text) = (0, String::new(), String::new());
    let (mut cell, mut in_value) = (Budget::of(LARGEST_CELL), false);
    while let Some(piece) = part.next()? {
        match piece {
            Piece::Open(tag) if tag.is(b"row") => {
                row = Row::new(tag.attribute(b"r").and_then(|r| r.parse().ok()).unwrap_or(csv.rows + 1));
            }
            Piece::Open(tag) if tag.is(b"c") => {
                let named = tag.attribute(b"r").and_then(|name| column_of(&name));
                column = named.unwrap_or(row.cells.len());
                kind = tag.attribute(b"t").unwrap_or_default();
                text.clear();
                cell = Budget::of(LARGEST_CELL);
            }
            Piece::Open(tag) if tag.is(b"v") || tag.is(b"t") => in_value = true,
            // Many texts in one cell are as long as one long text.
            Piece::Text(more) if in_value => cell.push(&mut text, &more)?,
            Piece::Close(name) if name == b"v" || name == b"t" => in_value = false,
            Piece::Close(name) if name == b"c" => row.put(column, &value(&kind, &text, shared)?)?,
            Piece::Close(name) if name == b"row" => csv.row(&row)?,
            Piece::Close(name) if name == b"sheetData" => return csv.finish(),
            _ => {}
        }
    }
    Err(BadFile::Damaged("its first sheet has no end".into()))
}

/// The cells of one row, as far as they are no longer together than a record may be.
struct Row {
    number: u64,
    cells: Vec<Option<String>>,
    left: Budget,
    too_long: bool,
}

impl Row {
    fn new(number: u64) -> Row {
        Row { number, cells: Vec::new(), left: Budget::of(LONGEST_RECORD as u64), too_long: false }
    }

    /// Puts a text into a cell that nothing was put into yet.
    fn put(&mut self, column: usize, text: &str) -> Result<(), BadFile> {
        let beyond = column >= COLUMNS;
        let column = column.min(COLUMNS);
        if self.cells.len() <= column {
            self.cells.resize(column + 1, None);
        }
        if !beyond && self.cells[column].is_some() {
            return Err(BadFile::CellTwice { row: self.number, column });
        }
        let said = self.cells[column].get_or_insert_default();
        match self.left.take(text.len()) {
            Err(Spent) => self.too_long = true,
            // Of what stands to the right it only counts that something does.
            Ok(()) if beyond && !said.is_empty() => {}
            Ok(()) => said.push_str(text.trim()),
        }
        Ok(())
    }
}

fn value<'a>(kind: &str, text: &'a str, shared: &'a Shared) -> Result<Cow<'a, str>, BadFile> {
    match kind {
        "s" if text.is_empty() => Ok("".into()),
        "s" => shared
            .get(text)
            .map(Cow::from)
            .ok_or_else(|| BadFile::Damaged("a cell refers to a text that is not there".into())),
        "" | "n" => Ok(decimal::plain(text.trim()).map_or(text.into(), Cow::from)),
        "b" => Ok(if text.trim() == "1" { "true" } else { "false" }.into()),
        _ => Ok(text.into()),
    }
}

/// The column of a cell's name, `AB12`, counted from zero.
fn column_of(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase).take(4);
    let column = letters.fold(0usize, |column, letter| column * 26 + usize::from(letter - b'A') + 1);
    column.checked_sub(1)
}

struct Csv<W> {
    to: W,
    left: Budget,
    rows: u64,
}

impl<W: Write> Csv<W> {
    fn row(&mut self, row: &Row) -> Result<(), BadFile> {
        let number = row.number;
        if number <= self.rows || number > LAST_ROW {
            return Err(BadFile::Damaged(format!("row {number} follows row {}", self.rows)));
        }
        let blank = "\n".repeat(usize::try_from(number - self.rows - 1).unwrap_or(0));
        let fields = match row.too_long {
            // The reader of the rows refuses this one, like any other that is too long.
            true => "x".repeat(LONGEST_RECORD + 1),
            false => {
                let cells = row.cells.iter().map(|cell| quoted(cell.as_deref().unwrap_or_default()));
                cells.collect::<Vec<_>>().join(",")
            }
        };
        self.rows = number;
        self.left.take(blank.len() + fields.len() + 1)?;
        self.to.write_all(format!("{blank}{fields}\n").as_bytes()).map_err(disk)
    }

    fn finish(&mut self) -> Result<(), BadFile> {
        self.to.flush().map_err(disk)
    }
}

fn quoted(field: &str) -> Cow<'_, str> {
    match field.contains(['"', ',', ';', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")).into(),
        false => field.into(),
    }
}

fn disk(error: io::Error) -> BadFile {
    BadFile::Disk(error.to_string())
}

#[cfg(test)]
#[path = "xlsx_tests.rs"]
mod tests;
