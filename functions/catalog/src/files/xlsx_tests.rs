//! Workbooks, honest and otherwise.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

const WORKBOOK: &str =
    r#"<workbook xmlns:r="r"><sheets><sheet name="Prices" sheetId="1" r:id="rId7"/></sheets></workbook>"#;
const RELATIONS: &str =
    r#"<Relationships><Relationship Id="rId7" Target="worksheets/prices.xml"/></Relationships>"#;

fn workbook(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet(rows: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let strings =
        "<sst><si><t>A &amp; B</t></si><si><r><t>one </t></r><r><t>two</t></r><rPh><t>x</t></rPh></si></sst>";
    workbook(&[
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/prices.xml", &sheet),
    ])
}

fn csv(workbook: &[u8]) -> Result<String, BadFile> {
    let mut out = Vec::new();
    unpack(Cursor::new(workbook), &mut out).map(|()| String::from_utf8(out).unwrap())
}

#[test]
fn a_sheet_becomes_rows_that_keep_their_numbers() {
    let rows = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
        <row r="4"><c r="A4"><v>19.989999999999998</v></c><c t="inlineStr"><is><t>a "b", c</t></is></c>
        <c t="b"><v>1</v></c><c t="str"><v>&#1099;</v></c><c r="E4" s="3"/></row>"#;
    let expect = "A & B,,one two\n\n\n19.99,\"a \"\"b\"\", c\",true,ы,\n";
    assert_eq!(csv(&sheet(rows)).unwrap(), expect);
}

#[test]
fn what_is_no_workbook_is_refused() {
    let check = |bytes: &[u8], code: &str| assert_eq!(csv(bytes).unwrap_err().code(), code);
    check(b"", "damaged_workbook");
    check(b"PK\x03\x04 and nothing else", "damaged_workbook");
    check(&workbook(&[("readme.txt", "hello")]), "not_what_it_says");
    check(&workbook(&[("xl/workbook.xml", WORKBOOK)]), "damaged_workbook");
    check(&sheet(r#"<row r="1"><c t="s"><v>9</v></c></row>"#), "damaged_workbook");
    check(&sheet(r#"<row r="1"><c t="str"><v>&lol;</v></c></row>"#), "damaged_workbook");
    check(&sheet(r#"<row r="9"/><row r="3"/>"#), "damaged_workbook");
    check(&sheet(r#"<row r="99999999999"/>"#), "damaged_workbook");
    check(&sheet("<row r=\"1\"><c>"), "damaged_workbook");
    let whole = sheet("");
    check(&whole[..whole.len() / 2], "damaged_workbook");
}

#[test]
fn a_bomb_does_not_go_off() {
    let zeros = "0".repeat(6 << 20);
    let text = format!(r#"<row r="1"><c t="str"><v>{zeros}</v></c></row>"#);
    assert_eq!(csv(&sheet(&text)), Err(BadFile::Bomb));
    let spaces = format!("{}<row r=\"1\"/>", "<x/>".repeat(2 << 20));
    assert_eq!(csv(&sheet(&spaces)), Err(BadFile::Bomb));
    let pieces = format!(r#"<row r="1"><c t="str"><v>{}</v></c></row>"#, "aaaaaaaa&amp;".repeat(200_000));
    assert_eq!(csv(&sheet(&pieces)), Err(BadFile::Bomb));
    let parts: Vec<_> = (0..2001).map(|n| (format!("{n}"), "")).collect();
    let parts: Vec<_> = parts.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    assert_eq!(csv(&workbook(&parts)), Err(BadFile::Bomb));
}

#[test]
fn cells_far_to_the_right_are_one_column_too_many() {
    let rows = r#"<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>"#;
    let csv = csv(&sheet(rows)).unwrap();
    assert_eq!(csv.matches(',').count(), COLUMNS);
}

proptest! {
    #[test]
    fn no_bytes_are_a_crash(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        drop(csv(&bytes));
    }

    #[test]
    fn no_damage_to_a_workbook_is_a_crash(at in 0usize..2000, with: u8) {
        let mut bytes = sheet(r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#);
        let at = at % bytes.len();
        bytes[at] = with;
        drop(csv(&bytes));
    }

    #[test]
    fn no_xml_is_a_crash(rows in "[<>/rcvts=\"0-9A-Z &;!\\[-]{0,120}") {
        drop(csv(&sheet(&rows)));
    }
}
