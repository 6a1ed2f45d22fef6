//! Files that are not what they say are refused with a reason, and nothing of them is applied.

use crate::shop::Shop;

async fn refused(shop: &mut Shop, format: &str, bytes: Vec<u8>) -> (String, String) {
    let import = shop.import(format, bytes).await;
    let done = shop.settled(&import).await;
    assert_eq!(done["state"], "refused", "{done}");
    let text = |name: &str| done["refused"][name].as_str().unwrap().to_owned();
    (text("code"), text("detail"))
}

#[tokio::test]
async fn a_file_that_is_not_what_it_says_is_refused_with_the_reason() {
    let mut shop = Shop::open().await;
    let zip = b"PK\x03\x04 something".to_vec();
    let utf16: Vec<u8> = "\u{feff}external_id".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: &[u8] = b"external_id,kind,title,price,currency\nE,physical,Caf\xe9 au lait and more,1,EUR\n";
    for (format, bytes, code, detail) in [
        ("csv", Vec::new(), "empty_file", "the file is empty"),
        ("xlsx", Vec::new(), "empty_file", "the file is empty"),
        ("csv", zip.clone(), "not_what_it_says", "announced as CSV, and it is a zip archive"),
        ("ndjson", zip.clone(), "not_what_it_says", "announced as NDJSON"),
        ("xlsx", b"external_id,kind".to_vec(), "not_what_it_says", "announced as XLSX"),
        ("xlsx", zip, "damaged_workbook", "the workbook is damaged"),
        ("ndjson", b"[{}]".to_vec(), "not_what_it_says", "a JSON array"),
        ("csv", b"{\"a\":1}".to_vec(), "not_what_it_says", "JSON"),
        ("csv", utf16, "wrong_encoding", "UTF-8"),
        ("csv", latin.to_vec(), "wrong_encoding", "UTF-8"),
        ("csv", b"external_id,kind,title,currency\n".to_vec(), "missing_column", "price"),
        ("csv", b"external_id,kind,title,price,currency,color\n".to_vec(), "unknown_column", "color"),
        ("csv", b"kind,kind\n".to_vec(), "column_twice", "kind"),
    ] {
        let (found, said) = refused(&mut shop, format, bytes).await;
        assert_eq!(found, code, "{format} {said}");
        assert!(said.contains(detail), "{said}");
    }
}

/// A workbook of a few kilobytes. One row names one cell two thousand times, each time with a shared
/// text of three and a half megabytes.
fn bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let text = format!("<t>{}</t>", "a".repeat(875_000)).repeat(4);
    let cells = r#"<c r="B1" t="s"><v>0</v></c>"#.repeat(2000);
    for (name, content) in [
        ("xl/workbook.xml", "<workbook/>".to_owned()),
        ("xl/sharedStrings.xml", format!("<sst><si>{text}</si></sst>")),
        ("xl/worksheets/sheet1.xml", format!(r#"<sheetData><row r="1">{cells}</row></sheetData>"#)),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_small_workbook_that_would_fill_the_memory_is_refused_with_the_reason() {
    let mut shop = Shop::open().await;
    let bytes = bomb();
    assert!(bytes.len() < 6000, "{} bytes", bytes.len());
    let (code, said) = refused(&mut shop, "xlsx", bytes).await;
    assert_eq!((&*code, &*said), ("cell_twice", "row 1 says twice what stands in its column 2"));
}

#[tokio::test]
async fn a_file_that_is_larger_than_it_may_be_is_not_read() {
    let mut shop = Shop::open().await;
    // S3 takes exactly the size that was signed; this one came around it.
    let import = shop.request_import("csv", 10).await;
    shop.send(&import, vec![b'x'; 100 * 1024 * 1024 + 1]).await;
    let done = shop.settled(&import).await;
    assert_eq!((&done["state"], &done["refused"]["code"]), (&"refused".into(), &"file_too_large".into()));
}

#[tokio::test]
async fn notices_about_nothing_of_ours_are_let_go() {
    let mut shop = Shop::open().await;
    let unknown = ids::ImportId::mint(&shop.house.mint);
    let stranger = ids::MerchantId::mint(&shop.house.mint);
    let import = shop.request_import("csv", 10).await;
    for name in [
        format!("imports/{}/{unknown}/source", shop.merchant),
        format!("imports/{stranger}/{import}/source"),
        "imports/what/ever".to_owned(),
        "imports/%2e%2e/source".to_owned(),
    ] {
        shop.bucket().put(&name, &b"x"[..], "text/csv").await.unwrap();
    }
    shop.house.settle().await;
    assert_eq!(shop.import_now(&import).await["state"], "waiting");

    let message = |body: &str| serde_json::json!({ "messageId": "m", "body": body, "attributes": {} });
    let batch = serde_json::json!({ "Records": [
        message(r#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#),
        message("not json"),
    ]});
    let answer = shop.house.handle(lambda::Role::Uploads, batch).await.unwrap();
    let failed = answer["batchItemFailures"].as_array().unwrap();
    assert_eq!(failed.len(), 1, "what is no notice is put aside: {answer}");
}

#[tokio::test]
async fn a_fact_that_nobody_here_waits_for_is_let_go() {
    let shop = Shop::open().await;
    let json = serde_json::json!({
        "id": "x.1.0", "name": "orders.order_paid.v9", "aggregate": "x", "version": 1,
        "at": "2026-11-21T12:00:00Z", "data": {},
    });
    let fact: facts::Fact = serde_json::from_value(json).unwrap();
    assert!(shop.house.hear(&[fact]).await.is_empty());
}
