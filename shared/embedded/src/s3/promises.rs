//! Notices that a process had not sent when it died.
//!
//! Whether the object was stored before that is unknown, so a queue may get a second notice of an
//! object, as with S3.

use std::collections::BTreeSet;

use aws_sdk_s3::Client;
use serde_json::{Value, json};

use super::notices::Made;
use super::{S3Engine, S3Error, Target};
use crate::sqs::SqsEngineError;

impl S3Engine {
    /// Notes that this object is about to be stored.
    pub(super) fn promise(&self, target: &Target, made: Made) -> Result<i64, SqsEngineError> {
        let note = json!({ "bucket": target.bucket, "key": target.key, "made": made.name() });
        self.inner.queues.promise(&note.to_string())
    }

    /// Sends the notices that an earlier process noted and did not send. Answers how many.
    pub(crate) async fn tell_what_was_promised(&self, client: &Client) -> Result<usize, S3Error> {
        let lost = |problem: &dyn std::fmt::Display| S3Error::Store(format!("a promised notice: {problem}"));
        // A client that met an error has retried the upload, and it is one object.
        let mut told = BTreeSet::new();
        for (id, note) in self.inner.queues.promised().map_err(|problem| lost(&problem))? {
            if told.contains(&note) {
                self.inner.queues.keep_promise(id).map_err(|problem| lost(&problem))?;
                continue;
            }
            let said: Value = serde_json::from_str(&note).map_err(|problem| lost(&problem))?;
            let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
            let target = Target { bucket: text("bucket"), key: text("key"), query: String::new() };
            let made = Made::named(&text("made")).ok_or_else(|| lost(&note))?;
            let head = client.head_object().bucket(&target.bucket).key(&target.key).send().await;
            match head.map_err(|error| error.into_service_error()) {
                Ok(object) => {
                    let e_tag = object.e_tag().unwrap_or_default().trim_matches('"').to_owned();
                    self.tell(&target, made, &e_tag).map_err(|problem| lost(&problem))?;
                    told.insert(note);
                }
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(lost(&error)),
            }
            self.inner.queues.keep_promise(id).map_err(|problem| lost(&problem))?;
        }
        Ok(told.len())
    }
}
