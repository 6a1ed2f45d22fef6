//! The notices of S3 that objects were uploaded.

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use serde::Deserialize;

use crate::{HearError, hear_messages};

/// Records, or the test notice that S3 sends when the bucket is connected to the queue.
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

/// Handles the names of new objects. `read` parses a name; one that it does not know is counted and
/// dropped, because a retry would not change it.
pub async fn hear_notices<T, F, Fut>(
    batch: SqsEvent,
    read: impl Fn(&str) -> Option<T>,
    hear: F,
) -> SqsBatchResponse
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = Result<(), HearError>>,
{
    let (read, hear) = (&read, &hear);
    let hear_notice = |notice: Notice| async move {
        for record in notice.records {
            match unescaped(&record.s3.object.key).as_deref().and_then(read) {
                Some(arrived) => hear(arrived).await?,
                None => observe::count("objects_not_for_us", 1),
            }
        }
        Ok(())
    };
    hear_messages(batch, hear_notice).await
}

/// Names are form-encoded: a plus is a space, other bytes are in hexadecimal.
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
    use std::cell::RefCell;

    use super::*;
    use serde_json::json;

    async fn hear(bodies: &[serde_json::Value]) -> (Vec<String>, usize) {
        let records = bodies.iter().map(|body| json!({ "messageId": "m", "body": body.to_string() }));
        let batch = json!({ "Records": records.collect::<Vec<_>>() });
        let heard = RefCell::new(Vec::new());
        let ours = |name: &str| name.strip_prefix("ours/").map(str::to_owned);
        let hear = |name: String| async {
            let bad = name == "bad";
            heard.borrow_mut().push(name);
            if bad { Err(HearError::not_now("busy")) } else { Ok(()) }
        };
        let answer = hear_notices(serde_json::from_value(batch).unwrap(), ours, hear).await;
        let failed = answer.batch_item_failures.len();
        (heard.into_inner(), failed)
    }

    fn about(names: &[&str]) -> serde_json::Value {
        let records = names.iter().map(|name| json!({ "s3": { "object": { "key": name } } }));
        json!({ "Records": records.collect::<Vec<_>>() })
    }

    #[tokio::test]
    async fn every_object_of_ours_is_heard_of_and_the_rest_is_let_go() {
        let test = json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b" });
        let (heard, failed) =
            hear(&[about(&["ours/1", "theirs/2", "%", "ours/a+b"]), test, about(&["ours/3"])]).await;
        assert_eq!((heard, failed), (vec!["1".into(), "a b".into(), "3".into()], 0));
    }

    #[tokio::test]
    async fn a_notice_that_was_not_heard_is_brought_again() {
        let (heard, failed) = hear(&[about(&["ours/bad", "ours/1"]), about(&["ours/2"])]).await;
        assert_eq!((heard, failed), (vec!["bad".into(), "2".into()], 1));
    }

    #[test]
    fn names_come_escaped() {
        let check =
            |name: &str, expect: Option<&str>| assert_eq!(unescaped(name).as_deref(), expect, "{name}");
        check("imports/mer_1/imp_2/source", Some("imports/mer_1/imp_2/source"));
        check("a+b%2Fc", Some("a b/c"));
        check("%D1%8B", Some("ы"));
        check("%", None);
        check("%zz", None);
        check("%ff", None);
    }
}
