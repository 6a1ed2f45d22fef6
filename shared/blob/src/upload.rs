//! Writing an object part by part.
//!
//! Invariants: at most one part is held in memory; the object appears with [`Upload::finish`] and not
//! before; and an upload that lost a part, to an error or to a dropped future, can only be aborted, so
//! that no object has a hole.

use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};

use crate::{BlobError, Bucket};

/// The size of a part. S3 wants at least 5 MiB and at most 10,000 parts.
pub const PART: usize = 8 * 1024 * 1024;

/// An object that is being written. One that fits into a part is sent as a plain PUT.
///
/// It must end in [`finish`](Upload::finish) or [`abort`](Upload::abort). An upload that is only
/// dropped leaves its parts to the bucket's lifecycle rule, and logs a warning.
#[derive(Debug)]
pub struct Upload {
    bucket: Bucket,
    key: String,
    content_type: String,
    buffer: BytesMut,
    parts: Option<Parts>,
    holed: bool,
}

#[derive(Debug)]
struct Parts {
    upload_id: String,
    sent: Vec<CompletedPart>,
}

impl Upload {
    pub(crate) fn new(bucket: Bucket, key: String, content_type: String) -> Upload {
        Upload { bucket, key, content_type, buffer: BytesMut::new(), parts: None, holed: false }
    }

    /// Appends bytes; sends a part whenever one is full.
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), BlobError> {
        let mut rest = bytes.as_ref();
        while !rest.is_empty() {
            // A full buffer stays until the next byte, because `finish` sends the last part.
            if self.buffer.len() == PART {
                let part = self.buffer.split().freeze();
                self.send(part).await?;
            }
            let (now, later) = rest.split_at(rest.len().min(PART - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            rest = later;
        }
        Ok(())
    }

    /// Completes the object. If that fails, the object does not appear and the parts are deleted.
    pub async fn finish(mut self) -> Result<(), BlobError> {
        let finished = self.complete().await;
        if finished.is_err() {
            // The caller gets the first error; this one is only logged.
            if let Err(error) = self.discard().await {
                tracing::warn!(key = self.key, %error, "the parts of a failed upload were not removed");
            }
        }
        finished
    }

    /// Deletes the parts; the object does not appear.
    pub async fn abort(mut self) -> Result<(), BlobError> {
        self.discard().await
    }

    async fn complete(&mut self) -> Result<(), BlobError> {
        if self.holed {
            return Err(BlobError::Refused("a part of this upload was lost".to_owned()));
        }
        let last = self.buffer.split().freeze();
        if self.parts.is_none() {
            return self.bucket.put(&self.key, last, &self.content_type).await;
        }
        self.send(last).await?;
        let Some(Parts { upload_id, sent }) = &self.parts else { return Ok(()) };
        let request = self.bucket.client.complete_multipart_upload().bucket(&self.bucket.name).key(&self.key);
        let parts = CompletedMultipartUpload::builder().set_parts(Some(sent.clone())).build();
        request.upload_id(upload_id).multipart_upload(parts).send().await.map_err(BlobError::of)?;
        self.parts = None;
        Ok(())
    }

    async fn send(&mut self, part: Bytes) -> Result<(), BlobError> {
        if self.holed {
            return Err(BlobError::Refused("a part of this upload was lost".to_owned()));
        }
        // Until S3 has the part there is a hole; only the last line of this function clears the mark.
        self.holed = true;
        let Upload { bucket, key, content_type, .. } = &*self;
        if self.parts.is_none() {
            let request = bucket.client.create_multipart_upload().bucket(&bucket.name).key(key);
            let begun = request.content_type(content_type).send().await.map_err(BlobError::of)?;
            let upload_id = begun.upload_id.ok_or_else(|| BlobError::Refused("no upload id".to_owned()))?;
            self.parts = Some(Parts { upload_id, sent: Vec::new() });
        }
        let Some(parts) = &mut self.parts else { return Ok(()) };
        let number = i32::try_from(parts.sent.len() + 1).unwrap_or(i32::MAX);
        let request = self.bucket.client.upload_part().bucket(&self.bucket.name).key(&self.key);
        let request = request.upload_id(&parts.upload_id).part_number(number).body(part.into());
        let answer = request.send().await.map_err(BlobError::of)?;
        // The checksum that the SDK computed belongs to the part: S3 wants it again.
        let done = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(answer.e_tag)
            .set_checksum_crc32(answer.checksum_crc32)
            .build();
        parts.sent.push(done);
        self.holed = false;
        Ok(())
    }

    async fn discard(&mut self) -> Result<(), BlobError> {
        let Some(parts) = self.parts.take() else { return Ok(()) };
        let request = self.bucket.client.abort_multipart_upload().bucket(&self.bucket.name).key(&self.key);
        match request.upload_id(parts.upload_id).send().await.map_err(BlobError::of) {
            // It is already gone.
            Ok(_) | Err(BlobError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.parts.is_some() {
            tracing::warn!(key = self.key, "an upload was dropped, neither finished nor aborted");
        }
    }
}
