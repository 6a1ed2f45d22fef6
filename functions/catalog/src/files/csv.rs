//! A record of a table into its cells.

use csv::{ReaderBuilder, StringRecord};

use crate::files::{BadRow, Cells, Column};

/// A row with more cells than this is no row of ours, whatever its header says.
const MOST_FIELDS: usize = 64;

pub(super) fn fields(record: &[u8], delimiter: u8) -> Result<Vec<String>, BadRow> {
    if std::str::from_utf8(record).is_err() {
        return Err(BadRow::new("wrong_encoding", "the row is not in UTF-8"));
    }
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(record);
    let mut fields = StringRecord::new();
    let read = reader.read_record(&mut fields);
    read.map_err(|error| BadRow::new("malformed_row", error.to_string()))?;
    if fields.len() > MOST_FIELDS {
        return Err(BadRow::new("too_many_fields", format!("a row has at most {MOST_FIELDS} fields")));
    }
    Ok(fields.iter().map(str::to_owned).collect())
}

pub(super) fn cells(record: &[u8], delimiter: u8, columns: &[Column]) -> Result<Cells, BadRow> {
    let fields = fields(record, delimiter)?;
    let beyond = fields.iter().skip(columns.len()).any(|field| !field.trim().is_empty());
    if beyond {
        let message = format!("the header has {} columns, the row has more", columns.len());
        return Err(BadRow::new("too_many_fields", message));
    }
    let mut cells = Cells::default();
    for (column, field) in columns.iter().zip(&fields) {
        cells.add(*column, field)?;
    }
    Ok(cells)
}

/// The delimiter of a header: whichever there is more of. Spreadsheets in half of Europe write
/// semicolons, because the comma is their decimal point.
pub(super) fn delimiter(header: &[u8]) -> u8 {
    let count = |wanted: u8| header.iter().filter(|byte| **byte == wanted).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}
