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
    let strings =
        "<sst><si><t>A &amp; B</t></si><si><r><t>one </t></r><r><t>two</t></r><rPh><t>x</t></rPh></si></sst>";
    sharing(strings, rows)
}

fn sharing(strings: &str, rows: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    workbook(&[
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/prices.xml", &sheet),
    ])
}

/// One shared text of three and a half megabytes.
fn one_long_text() -> String {
    format!("<sst><si>{}</si></sst>", format!("<t>{}</t>", "a".repeat(875_000)).repeat(4))
}

/// How unpacking ends when the rows are not held.
fn end(workbook: &[u8]) -> Result<(), BadFile> {
    unpack(Cursor::new(workbook), std::io::sink())
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

#[test]
fn a_cell_that_is_named_again_and_again_does_not_add_up() {
    let cells = r#"<c r="B1" t="s"><v>0</v></c>"#.repeat(2000);
    let small = sharing(&one_long_text(), &format!(r#"<row r="1">{cells}</row>"#));
    assert!(small.len() < 6000, "{} bytes", small.len());
    assert_eq!(end(&small), Err(BadFile::CellTwice { row: 1, column: 1 }));
    let empty = sheet(r#"<row r="7"><c r="A7"/><c r="A7"><v>1</v></c></row>"#);
    assert_eq!(csv(&empty), Err(BadFile::CellTwice { row: 7, column: 0 }));
    assert_eq!(csv(&empty).unwrap_err().to_string(), "row 7 says twice what stands in its column 1");
}

#[test]
fn the_parts_of_a_workbook_expand_to_no_more_together_than_one_alone() {
    let spaces = format!("<sheetData><row r=\"1\"/>{}</sheetData>", "<x/>".repeat(700_000));
    let parts = |strings| {
        workbook(&[
            ("xl/workbook.xml", WORKBOOK),
            ("xl/sharedStrings.xml", strings),
            ("xl/worksheets/sheet1.xml", &spaces),
        ])
    };
    assert_eq!(end(&parts("<sst/>")), Ok(()));
    assert_eq!(end(&parts(&one_long_text())), Err(BadFile::Bomb));
}

#[test]
fn a_row_that_expands_beyond_a_record_is_refused_alone() {
    let cells = r#"<c t="s"><v>0</v></c>"#.repeat(60);
    let rows = format!(r#"<row r="1">{cells}</row><row r="2"><c><v>2</v></c></row>"#);
    let csv = csv(&sharing(&one_long_text(), &rows)).unwrap();
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!((lines[0].len(), lines[1]), (LONGEST_RECORD + 1, "2"));
}

#[test]
fn cells_far_to_the_right_do_not_add_up() {
    let cells = r#"<c r="XFD1048576" t="s"><v>0</v></c>"#.repeat(2000);
    let far = format!(r#"<row r="1">{cells}</row>"#);
    assert_eq!(csv(&sharing(&one_long_text(), &far)).unwrap().len(), LONGEST_RECORD + 2);
    let unnamed = format!(r#"<row r="1">{}</row>"#, "<c><v>1</v></c>".repeat(10_000));
    assert_eq!(csv(&sheet(&unnamed)).unwrap().matches(',').count(), COLUMNS);
}

#[test]
fn many_rows_that_name_one_text_are_as_long_as_what_they_write() {
    let rows = r#"<row><c t="s"><v>0</v></c></row>"#.repeat(5000);
    assert_eq!(end(&sharing(&one_long_text(), &rows)), Err(BadFile::Bomb));
}

#[test]
fn elements_are_not_nested_without_end() {
    let nested = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(csv(&sheet(&nested)), Err(BadFile::Bomb));
}

#[test]
fn the_directory_of_a_zip_is_not_held_without_end() {
    let names: Vec<_> = (0..20).map(|n| format!("{n}{}", "n".repeat(60_000))).collect();
    let parts = names.iter().map(|name| (name.as_str(), ""));
    let parts: Vec<_> = [("xl/workbook.xml", WORKBOOK)].into_iter().chain(parts).collect();
    assert_eq!(csv(&workbook(&parts)), Err(BadFile::Bomb));
}

#[test]
fn a_part_that_lies_about_its_size_is_measured_while_it_unpacks() {
    let zeros = format!("<row r=\"1\"/>{}", "<x/>".repeat(2 << 20));
    let mut lying = sheet(&zeros);
    let size = u32::try_from(format!("<worksheet><sheetData>{zeros}</sheetData></worksheet>").len()).unwrap();
    let said = size.to_le_bytes();
    let places: Vec<_> = (0..lying.len() - 4).filter(|at| lying[*at..at + 4] == said).collect();
    assert!(!places.is_empty(), "the size stands in the directory");
    for at in places {
        lying[at..at + 4].copy_from_slice(&7u32.to_le_bytes());
    }
    assert!(matches!(csv(&lying), Err(BadFile::Bomb | BadFile::Damaged(_))));
}

#[test]
fn texts_that_are_shared_are_held_up_to_a_bound() {
    let texts = format!("<si><t>{}</t></si>", "a".repeat(900_000)).repeat(30);
    let noise: Vec<u8> = (0..200_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let noise = hex::encode(noise);
    let strings = format!("<sst>{texts}</sst>");
    let big = workbook(&[
        ("noise", &noise),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/sharedStrings.xml", &strings),
        ("xl/worksheets/sheet1.xml", "<sheetData></sheetData>"),
    ]);
    assert_eq!(end(&big), Err(BadFile::Bomb));
}

#[test]
fn entities_of_its_own_and_other_encodings_are_refused_by_name() {
    let laughs = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>"#;
    let code = |workbook: &[u8]| csv(workbook).unwrap_err().code();
    assert_eq!(code(&sharing(laughs, "")), "damaged_workbook");
    let wide: String = WORKBOOK.chars().flat_map(|letter| [letter, '\0']).collect();
    assert_eq!(code(&workbook(&[("xl/workbook.xml", &wide)])), "damaged_workbook");
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
