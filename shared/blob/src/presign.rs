//! Letting a browser put or get one object, without passing the bytes through a function.
//!
//! What is signed is what S3 enforces: change one pinned header and the signature is wrong. The
//! length is pinned, not bounded, so a room decides on a size when it signs, and a client cannot
//! send more. What is got is answered with the type that the room knows it to be, whatever stands
//! at the object. Invariant: every header that is pinned is named in the answer, and no header is
//! pinned that only our own SDK would have sent.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::config::{Builder, RequestChecksumCalculation};
use aws_sdk_s3::presigning::PresigningConfig;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::chain;
use crate::{BlobError, Bucket, Digest};

/// Exactly what a client may upload.
#[derive(Clone, Debug)]
pub struct PutTerms<'a> {
    /// Where to.
    pub key: &'a str,
    /// What it says it is.
    pub content_type: &'a str,
    /// How many bytes it has.
    pub length: u64,
    /// What it hashes to.
    pub sha256: Digest,
    /// How long the permission lasts.
    pub expires: Duration,
}

/// What a client may get.
#[derive(Clone, Copy, Debug)]
pub struct GetTerms<'a> {
    /// Where it lies.
    pub key: &'a str,
    /// What the client is told that it is.
    pub content_type: &'a str,
    /// Under which name browsers save it; without one they show it.
    pub save_as: Option<&'a str>,
    /// How long the permission lasts.
    pub expires: Duration,
}

/// A request by which anybody may send a file to S3 for a while: letter for letter, with the file as
/// its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Presigned {
    /// Where to send it. Whoever has this may act: it is a secret while it lasts.
    pub url: String,
    /// The method to send it with.
    pub method: String,
    /// The headers to send with it.
    pub headers: BTreeMap<String, String>,
    /// Until when it is taken.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// Where anybody may get a file for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// Where it leads to. Whoever has this may read: it is a secret while it lasts.
    pub url: String,
    /// Until when it leads there.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// What RFC 8187 lets stand unescaped in a file name.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Bucket {
    /// Lets a client put one object on these terms, from `now` on.
    pub async fn presign_put(&self, terms: PutTerms<'_>, now: Timestamp) -> Result<Presigned, BlobError> {
        let (config, until) = window(now, terms.expires)?;
        let length = i64::try_from(terms.length)
            .map_err(|_| BlobError::Refused("no object has that many bytes".to_owned()))?;
        let request = self
            .presigner
            .put_object()
            .bucket(&self.name)
            .key(terms.key)
            .content_type(terms.content_type)
            .content_length(length)
            .checksum_sha256(terms.sha256.base64());
        // The SDK likes to add a checksum of its own, which a browser would not send.
        let frugal = Builder::new().request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        let signed = request.customize().config_override(frugal).presigned(config).await;
        let signed = signed.map_err(BlobError::of)?;
        let headers = signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (url, method) = (signed.uri().to_owned(), signed.method().to_owned());
        Ok(Presigned { url, method, headers, until })
    }

    /// Lets a client get one object on these terms, from `now` on.
    pub async fn presign_get(&self, terms: GetTerms<'_>, now: Timestamp) -> Result<Link, BlobError> {
        let (config, until) = window(now, terms.expires)?;
        let request = self.presigner.get_object().bucket(&self.name).key(terms.key);
        let request = request
            .response_content_type(terms.content_type)
            .set_response_content_disposition(terms.save_as.map(attachment));
        let signed = request.presigned(config).await.map_err(BlobError::of)?;
        Ok(Link { url: signed.uri().to_owned(), until })
    }
}

/// From now until then, and when that is.
fn window(now: Timestamp, expires: Duration) -> Result<(PresigningConfig, Timestamp), BlobError> {
    let config = PresigningConfig::builder().start_time(SystemTime::from(now)).expires_in(expires);
    // S3 lets nobody sign for more than a week.
    let config = config.build().map_err(|e| BlobError::Refused(chain(&e)))?;
    Ok((config, now + expires))
}

/// The name twice: for old clients in what ASCII there is, for all others in full. Nothing in a
/// file name can end the header or begin another parameter.
fn attachment(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || " -._()".contains(c) { c } else { '_' };
    let ascii = name.chars().map(plain).collect::<String>();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ESCAPED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        assert_eq!(
            attachment("Übersicht \"Q1\";\r\nx.csv"),
            "attachment; filename=\"_bersicht _Q1____x.csv\"; \
             filename*=UTF-8''%C3%9Cbersicht%20%22Q1%22%3B%0D%0Ax.csv"
        );
    }
}
