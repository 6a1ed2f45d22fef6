//! Files of products: read row by row, each row applied once, all of them told.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::shop::{Shop, counts, names};

const HEADER: &str = "external_id,kind,title,price,currency,publish,locale,category,numeric_sku\n";

fn row(n: usize, price: &str) -> String {
    format!("E-{n},physical,Mug {n},{price},EUR,yes,en,,\n")
}

/// A thousand rows are four pieces. `ROWS=10000` takes a minute or two in a build for tests.
fn rows() -> usize {
    std::env::var("ROWS").map_or(1_000, |rows| rows.parse().unwrap())
}

#[tokio::test]
async fn a_thousand_rows_are_in_and_the_bad_ones_are_listed() {
    let mut shop = Shop::open().await;
    let all = rows();
    let is_bad = |n: usize| n.is_multiple_of(33);
    let rows = (1..=all).map(|n| {
        let price = if is_bad(n) { "12,5" } else { "12.50" };
        format!("E-{n},physical,Mug {n},{price},EUR\n")
    });
    let file = "external_id,kind,title,price,currency\n".to_owned() + &rows.collect::<String>();
    let import = shop.import("csv", file.clone()).await;
    let done = shop.settled(&import).await;
    let bad = (1..=all).filter(|n| is_bad(*n)).count() as u64;
    assert_eq!(done["state"], "finished");
    assert_eq!((done["rows"].as_u64(), counts(&done)), (Some(all as u64), [all as u64 - bad, 0, 0, bad]));

    let outcome = shop.outcome(&import).await;
    assert_eq!(outcome.len(), all);
    let refused: Vec<_> = outcome.iter().filter(|row| row["outcome"] == "refused").collect();
    assert_eq!(refused.len() as u64, bad);
    let first = json!({
        "row": 34, "outcome": "refused", "code": "too_many_fields",
        "message": "the header has 5 columns, the row has more",
    });
    assert_eq!(*refused[0], first, "row 34 of the file is its 33rd product");
    assert!(outcome.iter().zip(2..).all(|(row, number)| row["row"] == number), "every row, in order, once");

    // The same file again changes nothing.
    let before = shop.house.items().await.len();
    let again = shop.import("csv", file).await;
    let heard = shop.house.settle().await;
    assert_eq!(names(&heard), ["catalog.import_finished.v1"]);
    let again = shop.import_now(&again).await;
    assert_eq!(counts(&again), [0, 0, all as u64 - bad, bad]);
    assert_eq!(shop.house.items().await.len(), before + 2, "an import, its key, and nothing else");
}

#[tokio::test]
async fn a_row_is_a_product_on_the_shelves_with_all_that_it_says() {
    let mut shop = Shop::open().await;
    shop.category("mugs", None).await;
    let file = HEADER.to_owned() + "E-1,course,\"Pottery, for two\",99.90,EUR,yes,de,mugs,4711\n";
    let import = shop.import("csv", file).await;
    let heard = shop.house.settle().await;
    let expect = [
        "catalog.variant_created.v1",
        "catalog.price_changed.v1",
        "catalog.variant_numbered.v1",
        "catalog.product_published.v1",
        "catalog.import_finished.v1",
    ];
    assert_eq!(names(&heard), expect);
    assert_eq!(heard[4].data["created"], 1);
    let told = &shop.outcome(&import).await[0];
    let page = format!("/catalog/products/{}", told["product"].as_str().unwrap());
    let page = shop.house.get(&page).send().await.expect(200).json();
    assert_eq!((page["title"].as_str(), page["locale"].as_str()), (Some("Pottery, for two"), Some("de")));
    let variant = &page["variants"][0];
    assert_eq!(
        (&variant["sku"], &variant["numeric_sku"], &variant["kind"]),
        (&json!("E-1"), &json!(4711), &json!("course"))
    );
    assert_eq!(variant["prices"], json!([{ "amount": 9990, "currency": "EUR" }]));
    assert_eq!(page["categories"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_row_that_says_something_else_changes_that_and_keeps_the_rest() {
    let mut shop = Shop::open().await;
    let import = shop.import("csv", HEADER.to_owned() + &row(1, "10.00") + &row(2, "10.00")).await;
    shop.settled(&import).await;
    let product = shop.outcome(&import).await[0]["product"].as_str().unwrap().to_owned();
    let russian = json!({ "locale": "ru", "title": "Кружка" });
    shop.about(&product, "/rename", &russian).send().await.expect(200);
    shop.house.facts();

    let import = shop.import("csv", HEADER.to_owned() + &row(1, "12.00") + &row(2, "10.00")).await;
    let heard = shop.house.settle().await;
    assert_eq!(names(&heard), ["catalog.price_changed.v1", "catalog.import_finished.v1"]);
    assert_eq!(counts(&shop.import_now(&import).await), [0, 1, 1, 0]);
    let own = shop.own(&product).await.json();
    assert_eq!(own["variants"][0]["now"][0]["amount"], 1200);
    assert_eq!(own["translations"]["ru"]["title"], "Кружка");
    assert_eq!(shop.outcome(&import).await[0]["outcome"], "updated");
}

#[tokio::test]
async fn what_one_row_has_wrong_is_told_of_that_row() {
    let mut shop = Shop::open().await;
    let taken = json!({ "kind": "physical", "sku": "X", "numeric_sku": 7 });
    let mug = shop.complete_with("A mug", 990, taken).await;
    shop.publish(&mug.id).await;
    let long = "x".repeat(70_000);
    let rows = [
        ("E-1,physical,Good,1.00,EUR,,,,", "-"),
        (",physical,No name,1.00,EUR,,,,", "missing_value"),
        ("E-3,thing,Bad kind,1.00,EUR,,,,", "invalid_value"),
        ("E-4,physical,Bad price,1.001,EUR,,,,", "invalid_value"),
        ("E-5,physical,Bad price,-1.00,EUR,,,,", "amount_out_of_range"),
        ("E-6,physical,No such shelf,1.00,EUR,,,nowhere,", "no_such_category"),
        ("E-7,physical,Taken,1.00,EUR,yes,,,7", "numeric_sku_taken"),
        ("E-1,physical,Twice,2.00,EUR,,,,", "external_id_twice"),
        ("E-9,physical,Too,many,1.00,EUR,,,,,,,,", "invalid_value"),
        (&format!("E-10,physical,{long},1.00,EUR,,,,"), "row_too_long"),
        ("", "blank"),
        ("E-12,physical,\u{1},1.00,EUR,,,,", "invalid_value"),
        ("E-13,physical,Good too,0.00,JPY,,,,", "invalid_value"),
        ("E-14,physical,Good too,0,JPY,,,,", "-"),
    ];
    let lines: Vec<_> = rows.iter().map(|(line, _)| *line).collect();
    let import = shop.import("csv", HEADER.to_owned() + &lines.join("\n")).await;
    let done = shop.settled(&import).await;
    assert_eq!(done["state"], "finished");
    let outcome = shop.outcome(&import).await;
    for ((line, expect), number) in rows.iter().zip(2..) {
        let told = outcome.iter().find(|row| row["row"] == number);
        let code = told.map_or("blank", |row| row["code"].as_str().unwrap_or("-"));
        assert_eq!(code, *expect, "{}", &line[..line.len().min(60)]);
    }
    assert_eq!(counts(&done), [2, 0, 0, 11]);
}

#[tokio::test]
async fn the_same_products_come_as_csv_as_ndjson_or_as_a_workbook() {
    let mut shop = Shop::open().await;
    let csv = "\u{feff}external_id;kind;title;price;currency\r\nE-1;physical;\"A \"\"mug\"\"\";12.50;EUR\r\n";
    let first = shop.import("csv", csv).await;
    assert_eq!(counts(&shop.settled(&first).await), [1, 0, 0, 0]);

    let line = json!({ "currency": "EUR", "price": "12.50", "title": "A \"mug\"", "kind": "physical", "external_id": "E-1" });
    let second = shop.import("ndjson", format!("{line}\n\n")).await;
    assert_eq!(counts(&shop.settled(&second).await), [0, 0, 1, 0], "what it says is the same");

    let third = shop.import("xlsx", workbook("12.5")).await;
    let done = shop.settled(&third).await;
    assert_eq!(
        (done["state"].as_str(), counts(&done)),
        (Some("finished"), [0, 1, 0, 0]),
        "12.5 is written otherwise"
    );
    let fourth = shop.import("xlsx", workbook("12.500000000000000001")).await;
    assert_eq!(counts(&shop.settled(&fourth).await), [0, 0, 1, 0]);
}

fn workbook(price: &str) -> Vec<u8> {
    let text = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header: String = ["external_id", "kind", "title", "price", "currency"].map(text).concat();
    let cells = [
        text("E-1"),
        text("physical"),
        text("A &quot;mug&quot;"),
        format!("<c><v>{price}</v></c>"),
        text("EUR"),
    ];
    let rows = format!("<row r=\"1\">{header}</row><row r=\"2\">{}</row>", cells.concat());
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", &sheet)] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn an_import_is_watched_from_the_first_row_to_the_link() {
    let mut shop = Shop::open().await;
    let import = shop.request_import("csv", 1000).await;
    let outcome = format!("imports/{import}/outcome");
    assert_eq!(shop.import_now(&import).await["state"], "waiting");
    shop.look(&outcome).send().await.refused(409, "import_not_finished");
    shop.send(&import, (HEADER.to_owned() + &row(1, "1.00")).into_bytes()).await;
    assert_eq!(shop.settled(&import).await["state"], "finished");
    let link = shop.look(&outcome).send().await.expect(200).json();
    assert!(link["url"].as_str().unwrap().contains("outcome.ndjson"));

    let stranger = ids::MerchantId::mint(&shop.house.mint);
    let other = format!("/catalog/merchants/{stranger}/imports/{import}");
    shop.house.get(&other).as_manager(stranger).send().await.refused(404, "no_such_import");
    shop.house.get(&(other + "/outcome")).as_manager(stranger).send().await.refused(404, "no_such_import");
}

#[tokio::test]
async fn an_import_is_asked_for_within_bounds() {
    let shop = Shop::open().await;
    let check = async |body: Value, status, code| {
        shop.command("imports", &body).send().await.refused(status, code);
    };
    let digest = "00".repeat(32);
    let large = 10_000_000_000_u64;
    check(json!({ "format": "csv", "bytes": 0, "sha256": digest }), 422, "upload_too_large").await;
    check(json!({ "format": "csv", "bytes": large, "sha256": digest }), 422, "upload_too_large").await;
    check(json!({ "format": "pdf", "bytes": 1, "sha256": digest }), 400, "invalid_body").await;
    check(json!({ "format": "csv", "bytes": 1, "sha256": "abc" }), 400, "invalid_body").await;
    check(json!({ "format": "csv", "bytes": 1 }), 400, "invalid_body").await;
    let body = json!({ "format": "csv", "bytes": 1, "sha256": digest });
    let reply = shop.command("imports", &body).send().await.expect(201).json();
    assert_eq!(reply["upload"]["headers"]["content-type"], "text/csv");
    let headers = reply["upload"]["headers"].as_object().unwrap();
    let pinned: Vec<_> = headers.keys().map(String::as_str).collect();
    assert_eq!(pinned, ["content-length", "content-type", "x-amz-checksum-sha256"]);
    let by_clerk = shop.house.post(&shop.path("imports")).as_clerk(shop.merchant).key("k");
    by_clerk.json(&body).send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_file_that_was_read_refused_or_never_asked_for_is_gone_and_its_outcome_goes_after_its_term() {
    let mut shop = Shop::open().await;
    let read = shop.import("csv", HEADER.to_owned() + &row(1, "1.00")).await;
    let refused = shop.import("xlsx", "no workbook").await;
    shop.request_import("csv", 10).await;
    shop.house.settle().await;
    let outcomes = |import: &str| {
        let of = format!("outcomes/{}/{import}", shop.merchant);
        [format!("{of}/000000.ndjson"), format!("{of}/outcome.ndjson")]
    };
    let expect = outcomes(&read);
    assert_eq!(shop.bucket_holds().await, expect);
    // Sent once more, or never asked for: there is nothing left to read it for.
    for import in [&read, &refused, &ids::ImportId::mint(&shop.house.mint).to_string()] {
        shop.send(import, row(1, "1.00").into_bytes()).await;
    }
    assert_eq!(shop.bucket_holds().await, expect);
    let outcome = format!("imports/{read}/outcome");
    shop.house.advance(jiff::SignedDuration::from_hours(30 * 24 - 1));
    shop.look(&outcome).send().await.expect(200);
    shop.house.advance(jiff::SignedDuration::from_hours(1));
    shop.look(&outcome).send().await.refused(404, "outcome_gone");
}

#[tokio::test]
async fn a_row_that_gives_a_published_product_a_number_claims_it() {
    let mut shop = Shop::open().await;
    let row = |number: &str| format!("{HEADER}E-1,physical,Mug,1.00,EUR,yes,,,{number}\n");
    for (number, expect) in [("", [1, 0, 0, 0]), ("8", [0, 1, 0, 0])] {
        let import = shop.import("csv", row(number)).await;
        assert_eq!(counts(&shop.settled(&import).await), expect);
    }
}
