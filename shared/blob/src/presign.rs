//! Requests with which a browser uploads or downloads one object, without passing the bytes through a
//! function.
//!
//! S3 enforces what is signed: another value of a pinned header makes the signature wrong. The length
//! is pinned, not bounded, so a room decides on a size when it signs and a client cannot send more. A
//! download has the content type that the room knows, whatever the object says. Invariant: every pinned
//! header is named in the answer, and no header is pinned that only our own SDK would have sent.

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
    /// The key of the object.
    pub key: &'a str,
    /// Its content type.
    pub content_type: &'a str,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: Digest,
    /// How long the permission lasts.
    pub expires: Duration,
}

/// What a client may get.
#[derive(Clone, Copy, Debug)]
pub struct GetTerms<'a> {
    /// The key of the object.
    pub key: &'a str,
    /// The content type of the answer.
    pub content_type: &'a str,
    /// The file name for saving; without one browsers show the file.
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
    /// Presigns an upload of one object on these terms, from `now` on.
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
        // The SDK would add a checksum of its own, which a browser would not send.
        let frugal = Builder::new().request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        let signed = request.customize().config_override(frugal).presigned(config).await;
        let signed = signed.map_err(BlobError::of)?;
        let headers = signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (url, method) = (signed.uri().to_owned(), signed.method().to_owned());
        Ok(Presigned { url, method, headers, until })
    }

    /// Presigns a download of one object on these terms, from `now` on.
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

/// The period of a signature, and its end.
fn window(now: Timestamp, expires: Duration) -> Result<(PresigningConfig, Timestamp), BlobError> {
    let config = PresigningConfig::builder().start_time(SystemTime::from(now)).expires_in(expires);
    // S3 accepts no signature for more than a week.
    let config = config.build().map_err(|e| BlobError::Refused(chain(&e)))?;
    Ok((config, now + expires))
}

/// The name twice: in ASCII for old clients, in full for all others. A file name can neither end the
/// header nor begin another parameter.
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
