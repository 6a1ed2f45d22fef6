//! DynamoDB requests and capacity units of everything that can happen in a room, and what a million
//! of it costs on AWS.
//!
//! Each room is walked through once from beginning to end. A test holds the rows against the rooms'
//! OpenAPI, the facts that they hear and the roles that they play, so nothing can be without a price.

use dynamo::Spend;
use http::HeaderName;
use testkit::{House, LAPTOP, Row, Stage, beside};

use crate::table::Table;

/// Dollars for a million units on demand in us-east-1, as AWS has listed them since 2024-11-01.
const A_MILLION_READ_UNITS: f64 = 0.125;
const A_MILLION_WRITE_UNITS: f64 = 0.625;

pub fn measure() -> Option<Table> {
    Some(Table {
        title: "DynamoDB by operation".into(),
        head: vec!["room", "operation", "requests", "read units", "write units", "$ per million"],
        rows: rows()
            .iter()
            .map(|row| [vec![row.room.to_owned(), row.label()], cells(row.spend)].concat())
            .collect(),
        note: format!(
            "Units as DynamoDB counts them, `Idempotency-Key` included where it is asked for. Dollars are us-east-1 \
             on demand since 2024-11-01: {A_MILLION_READ_UNITS} a million read units, {A_MILLION_WRITE_UNITS} a million \
             write units; storage, streams and Lambda come on top. AWS charges a refused write as well; here it counts \
             as a request without units (`reserve, the same again` is one). What a cart asks of catalog and inventory \
             is counted with it. A name with dots is a fact that the room hears, receipt included; `uploads`, `timer`, \
             `expiry` and `schedule` are roles."
        ),
    })
}

/// Requests, units and dollars as they are shown.
fn cells(spend: Spend) -> Vec<String> {
    let Spend { requests, read_milli, write_milli } = spend;
    let (read, write) = (read_milli as f64 / 1000.0, write_milli as f64 / 1000.0);
    let dollars = read * A_MILLION_READ_UNITS + write * A_MILLION_WRITE_UNITS;
    vec![requests.to_string(), read.to_string(), write.to_string(), format!("{dollars:.3}")]
}

/// Walks through every room.
fn rows() -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime of one thread needs nothing");
    runtime.block_on(async {
        let mut rows = Vec::new();
        for driver in ::tests::drivers() {
            let mut at = Stage::open(&driver, LAPTOP).await;
            (driver.walk)(&mut at).await;
            rows.extend(at.rows);
        }
        rows.extend(Box::pin(counting()).await);
        rows
    })
}

/// What it costs that callers are counted: what the first request after a pause costs more than the
/// next, at a door where callers are counted.
async fn counting() -> Vec<Row> {
    let house = House::open_with(::catalog::room(), &[("LIMITS", "on")]).await;
    let token = house.people.token(&[auth::Role::Customer], &[]);
    let look = || {
        let call = house.get("/catalog/categories");
        call.header(HeaderName::from_static("x-forwarded-for"), "203.0.113.9")
    };
    let stranger = (look().send().await.expect(200).spend, look().send().await.expect(200).spend);
    let person = || look().bearer(&token);
    let person = (person().send().await.expect(200).spend, person().send().await.expect(200).spend);
    let row = |note: &str, (first, next): (Spend, Spend)| {
        let (name, note) = ("counting a caller".to_owned(), note.to_owned());
        Row { room: "every door", name, note, spend: beside(first, next) }
    };
    vec![row("the first of a stranger's 5 requests", stranger), row("the first of a person's 50", person)]
}

#[cfg(test)]
mod tests;
