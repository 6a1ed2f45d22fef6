//! Sends S3's notices of new objects to queues.

use bytes::Bytes;
use http::{Method, Request, Response, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustack_sqs_model::input::SendMessageInput;
use serde_json::json;

use super::{S3Engine, Target};
use crate::client::REGION;
use crate::template::{Bucket, Notice};

/// How an object was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    Put,
    Copy,
    CompleteMultipartUpload,
}

/// What S3 leaves unescaped in the key of an event.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'/').remove(b'*');

/// How this request makes an object, if it does.
pub(super) fn made_by<B>(request: &Request<B>, target: &Target) -> Option<Made> {
    let about_something_else = ["acl", "legal-hold", "partNumber", "retention", "tagging"];
    if target.key.is_empty() || about_something_else.iter().any(|name| target.asks(name)) {
        return None;
    }
    match *request.method() {
        Method::PUT if request.headers().contains_key("x-amz-copy-source") => Some(Made::Copy),
        Method::PUT => Some(Made::Put),
        Method::POST if target.asks("uploadId") => Some(Made::CompleteMultipartUpload),
        _ => None,
    }
}

impl Made {
    /// The ETag of the object, which only the answer of a success has.
    pub(super) fn e_tag(self, answer: &Response<Bytes>) -> Option<String> {
        let quoted = match self {
            Made::Put => answer.headers().get(header::ETAG)?.to_str().ok()?.to_owned(),
            Made::Copy | Made::CompleteMultipartUpload => {
                let text = std::str::from_utf8(answer.body()).ok()?;
                let (_, rest) = text.split_once("<ETag>")?;
                rest.split_once("</ETag>")?.0.replace("&quot;", "\"").replace("&#34;", "\"")
            }
        };
        Some(quoted.trim_matches('"').to_owned())
    }

    /// The variant of this name.
    pub(super) fn named(name: &str) -> Option<Made> {
        [Made::Put, Made::Copy, Made::CompleteMultipartUpload].into_iter().find(|made| made.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Made::Put => "ObjectCreated:Put",
            Made::Copy => "ObjectCreated:Copy",
            Made::CompleteMultipartUpload => "ObjectCreated:CompleteMultipartUpload",
        }
    }
}

/// The notices for an object that was made so.
fn hearing<'a>(bucket: &'a Bucket, key: &'a str, made: Made) -> impl Iterator<Item = &'a Notice> {
    bucket.notices.iter().filter(move |notice| {
        let wanted = notice.event.trim_start_matches("s3:").trim_end_matches('*');
        made.name().starts_with(wanted) && key.starts_with(&notice.prefix) && key.ends_with(&notice.suffix)
    })
}

impl S3Engine {
    /// Whether there is a notice for such an object.
    pub(super) fn is_heard(&self, target: &Target, made: Made) -> bool {
        self.bucket(&target.bucket).is_some_and(|bucket| hearing(&bucket, &target.key, made).next().is_some())
    }

    /// Sends the event to every queue that the bucket names for such a key.
    pub(super) fn tell(&self, target: &Target, made: Made, e_tag: &str) -> Result<(), String> {
        let Some(bucket) = self.bucket(&target.bucket) else { return Ok(()) };
        let size = std::fs::metadata(self.inner.root.join(&target.bucket).join(&target.key))
            .map_err(|e| e.to_string())?
            .len();
        let at = self.inner.clock.now();
        for notice in hearing(&bucket, &target.key, made) {
            let event = json!({"Records": [{
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": REGION,
                "eventTime": format!("{at:.3}"),
                "eventName": made.name(),
                "userIdentity": {"principalId": "AWS:EMBEDDED"},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {"x-amz-request-id": "EMBEDDED", "x-amz-id-2": "EMBEDDED"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": bucket.logical_id,
                    "bucket": {
                        "name": bucket.name,
                        "ownerIdentity": {"principalId": "EMBEDDED"},
                        "arn": bucket.arn,
                    },
                    "object": {
                        "key": utf8_percent_encode(&target.key, KEY).to_string().replace("%20", "+"),
                        "size": size,
                        "eTag": e_tag,
                        "sequencer": format!("{:016X}", at.as_microsecond()),
                    },
                },
            }]});
            let queue_url = notice.queue_arn.rsplit(':').next().unwrap_or_default().to_owned();
            let message = SendMessageInput {
                queue_url,
                message_body: event.to_string(),
                ..SendMessageInput::default()
            };
            self.inner.queues.send(message).map_err(|problem| problem.to_string())?;
        }
        Ok(())
    }
}
