//! Something has come into the bucket: a paper of a shop, or its logo.
//!
//! Invariant: a notice may come twice, late, or about something that is gone, and does no harm; one
//! that is about nothing of ours is counted and let go, because S3 would only bring it again.

use lambda::Fault;
use queue::{SqsBatchResponse, SqsEvent, Unheard, hear_messages};
use serde::Deserialize;

use crate::app::App;
use crate::store::objects::Arrived;

/// What S3 says: records, or, once when the bucket is connected to the queue, that this is a test.
#[derive(Debug, Deserialize)]
struct Notice {
    #[serde(default, rename = "Records")]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    s3: About,
}

#[derive(Debug, Deserialize)]
struct About {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    key: String,
}

/// Hears a batch of notices.
pub(crate) async fn hear_uploads(app: App, batch: SqsEvent) -> Result<SqsBatchResponse, Fault> {
    Ok(hear_messages(batch, |notice: Notice| hear_notice(&app, notice)).await)
}

async fn hear_notice(app: &App, notice: Notice) -> Result<(), Unheard> {
    for record in notice.records {
        let name = unescaped(&record.s3.object.key);
        match name.as_deref().and_then(Arrived::read) {
            Some(arrived) => app.receive_file(arrived).await?,
            None => observe::count("objects_not_for_us", 1),
        }
    }
    Ok(())
}

/// Notices have names as forms have them: a plus is a space, other bytes stand in hexadecimal.
fn unescaped(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_escaped() {
        let check =
            |name: &str, expect: Option<&str>| assert_eq!(unescaped(name).as_deref(), expect, "{name}");
        check("logos/mer_1/med_2", Some("logos/mer_1/med_2"));
        check("a+b%2Fc", Some("a b/c"));
        check("%D1%8B", Some("ы"));
        check("%", None);
        check("%zz", None);
        check("%ff", None);
    }

    #[test]
    fn the_test_that_s3_sends_once_says_nothing() {
        let test = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#;
        assert!(serde_json::from_str::<Notice>(test).unwrap().records.is_empty());
    }
}
