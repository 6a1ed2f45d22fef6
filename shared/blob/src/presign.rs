//! Letting a browser put or get one object, without passing the bytes through a function.
//!
//! What is signed is what S3 enforces: change one pinned header and the signature is wrong. The
//! length is pinned, not bounded, so a room decides on a size when it signs, and a client cannot
//! send more. Invariant: every header that is pinned is named in the answer, and no header is
//! pinned that only our own SDK would have sent.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::config::{Builder, RequestChecksumCalculation};
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::chain;
use crate::{BlobError, Bucket};

/// Exactly what a client may upload.
#[derive(Clone, Debug)]
pub struct PutTerms<'a> {
    /// Where to.
    pub key: &'a str,
    /// What it says it is.
    pub content_type: &'a str,
    /// How many bytes it has.
    pub length: u64,
    /// What it hashes to, where the client has already told.
    pub sha256: Option<[u8; 32]>,
    /// How long the permission lasts.
    pub expires: Duration,
}

/// A request that anybody may send for a while, exactly as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presigned {
    /// Where to send it. Whoever has this may act: it is a secret while it lasts.
    pub url: String,
    /// The method to send it with.
    pub method: String,
    /// The headers to send with it, letter for letter.
    pub headers: BTreeMap<String, String>,
}

/// What RFC 8187 lets stand unescaped in a file name.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Bucket {
    /// Lets a client put one object on these terms, from `now` on.
    pub async fn presign_put(&self, terms: PutTerms<'_>, now: Timestamp) -> Result<Presigned, BlobError> {
        let config = window(now, terms.expires)?;
        let length = i64::try_from(terms.length)
            .map_err(|_| BlobError::Refused("no object has that many bytes".to_owned()))?;
        let request = self
            .presigner
            .put_object()
            .bucket(&self.name)
            .key(terms.key)
            .content_type(terms.content_type)
            .content_length(length)
            .set_checksum_sha256(terms.sha256.map(|digest| STANDARD.encode(digest)));
        // The SDK likes to add a checksum of its own, which a browser would not send.
        let frugal = Builder::new().request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        let signed = request.customize().config_override(frugal).presigned(config).await;
        signed.map(Presigned::from).map_err(BlobError::of)
    }

    /// Lets a client get one object, from `now` on. With a name, browsers save it under that name
    /// instead of showing it.
    pub async fn presign_get(
        &self,
        key: &str,
        expires: Duration,
        download_name: Option<&str>,
        now: Timestamp,
    ) -> Result<Presigned, BlobError> {
        let config = window(now, expires)?;
        let request = self.presigner.get_object().bucket(&self.name).key(key);
        let signed =
            request.set_response_content_disposition(download_name.map(attachment)).presigned(config);
        signed.await.map(Presigned::from).map_err(BlobError::of)
    }
}

fn window(now: Timestamp, expires: Duration) -> Result<PresigningConfig, BlobError> {
    let config = PresigningConfig::builder().start_time(SystemTime::from(now)).expires_in(expires);
    // S3 lets nobody sign for more than a week.
    config.build().map_err(|e| BlobError::Refused(chain(&e)))
}

/// The name twice: for old clients in what ASCII there is, for all others in full. Nothing in a
/// file name can end the header or begin another parameter.
fn attachment(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || " -._()".contains(c) { c } else { '_' };
    let ascii = name.chars().map(plain).collect::<String>();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ESCAPED))
}

impl From<PresignedRequest> for Presigned {
    fn from(signed: PresignedRequest) -> Presigned {
        Presigned {
            url: signed.uri().to_owned(),
            method: signed.method().to_owned(),
            headers: signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }
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
