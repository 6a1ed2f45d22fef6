//! One bucket: reading objects as streams, writing small ones, and asking about them.

use std::collections::HashMap;
use std::ops::Range;
use std::pin::Pin;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use tokio::io::AsyncBufRead;

use crate::error::{chain, found};
use crate::{BlobError, Upload};

/// A bucket and the client that reaches it. Clones share the client.
#[derive(Clone, Debug)]
pub struct Bucket {
    pub(crate) client: Client,
    pub(crate) presigner: Client,
    pub(crate) name: String,
}

/// What is known about an object without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many bytes it has.
    pub size: u64,
    /// The writer's claim of its type, which is not checked.
    pub content_type: Option<String>,
    /// Changes whenever the bytes do.
    pub etag: Option<String>,
    /// The metadata that its writer gave.
    pub metadata: HashMap<String, String>,
}

/// An object that is being read.
pub struct Object {
    /// How many bytes it has.
    pub size: u64,
    /// The writer's claim of its type, which is not checked.
    pub content_type: Option<String>,
    /// Changes whenever the bytes do.
    pub etag: Option<String>,
    /// The metadata that its writer gave.
    pub metadata: HashMap<String, String>,
    /// Its bytes as they arrive. A lost connection is an error of the reader.
    pub body: Reader,
}

/// A stream of bytes that can be read by lines or by blocks.
pub type Reader = Pin<Box<dyn AsyncBufRead + Send>>;

impl Bucket {
    /// The bucket of this name.
    pub fn new(client: Client, name: impl Into<String>) -> Bucket {
        Bucket { presigner: client.clone(), client, name: name.into() }
    }

    /// The same bucket, presigning for the address that browsers use, which inside an emulator's
    /// network differs from ours.
    #[must_use]
    pub fn presigning_with(self, presigner: Client) -> Bucket {
        Bucket { presigner, ..self }
    }

    /// The name of the bucket.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens an object for reading. Without the permission to list the bucket, S3 answers "refused"
    /// where it should say "missing".
    pub async fn get(&self, key: &str) -> Result<Option<Object>, BlobError> {
        let request = self.client.get_object().bucket(&self.name).key(key);
        let Some(answer) = found(request.send().await.map_err(BlobError::of))? else { return Ok(None) };
        Ok(Some(Object {
            size: size(answer.content_length),
            content_type: answer.content_type,
            etag: answer.e_tag,
            metadata: answer.metadata.unwrap_or_default(),
            body: Box::pin(answer.body.into_async_read()),
        }))
    }

    /// Reads an object whole, if it has no more bytes than `limit`.
    pub async fn read_small(&self, key: &str, limit: usize) -> Result<Option<Bytes>, BlobError> {
        let request = self.client.get_object().bucket(&self.name).key(key);
        let Some(answer) = found(request.send().await.map_err(BlobError::of))? else { return Ok(None) };
        // Checked before the body is read.
        if size(answer.content_length) > limit as u64 {
            return Err(BlobError::TooLarge { limit });
        }
        collect(answer.body).await.map(Some)
    }

    /// Reads the bytes of `range` that the object has: none when the range begins behind its end.
    pub async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Option<Bytes>, BlobError> {
        if range.is_empty() {
            return Ok(self.head(key).await?.map(|_| Bytes::new()));
        }
        let header = format!("bytes={}-{}", range.start, range.end - 1);
        let answer = self.client.get_object().bucket(&self.name).key(key).range(header).send().await;
        match answer {
            Err(error) if error.code() == Some("InvalidRange") => Ok(Some(Bytes::new())),
            answer => match found(answer.map_err(BlobError::of))? {
                Some(answer) => collect(answer.body).await.map(Some),
                None => Ok(None),
            },
        }
    }

    /// Reads what is known about an object, without its bytes.
    pub async fn head(&self, key: &str) -> Result<Option<Head>, BlobError> {
        let answer = self.client.head_object().bucket(&self.name).key(key).send().await;
        Ok(found(answer.map_err(BlobError::of))?.map(|answer| Head {
            size: size(answer.content_length),
            content_type: answer.content_type,
            etag: answer.e_tag,
            metadata: answer.metadata.unwrap_or_default(),
        }))
    }

    /// Writes an object in one request, over what was there.
    pub async fn put(&self, key: &str, bytes: impl Into<Bytes>, content_type: &str) -> Result<(), BlobError> {
        let request = self.client.put_object().bucket(&self.name).key(key).content_type(content_type);
        request.body(bytes.into().into()).send().await.map_err(BlobError::of)?;
        Ok(())
    }

    /// Writes an object in one request, unless there is one already. Answers whether it wrote.
    pub async fn put_if_absent(
        &self,
        key: &str,
        bytes: impl Into<Bytes>,
        content_type: &str,
    ) -> Result<bool, BlobError> {
        let request = self.client.put_object().bucket(&self.name).key(key).content_type(content_type);
        let answer = request.body(bytes.into().into()).if_none_match("*").send().await;
        match answer {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(false),
            // Another write is under way and has not finished: a retry will tell.
            Err(error) if error.code() == Some("ConditionalRequestConflict") => {
                Err(BlobError::Unavailable(chain(&error)))
            }
            Err(error) => Err(BlobError::of(error)),
        }
    }

    /// Begins an upload of unknown length.
    pub fn upload(&self, key: impl Into<String>, content_type: impl Into<String>) -> Upload {
        Upload::new(self.clone(), key.into(), content_type.into())
    }

    /// Deletes an object. A missing one is no error.
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        let answer = self.client.delete_object().bucket(&self.name).key(key).send().await;
        found(answer.map_err(BlobError::of))?;
        Ok(())
    }
}

async fn collect(body: ByteStream) -> Result<Bytes, BlobError> {
    let whole = body.collect().await.map_err(|e| BlobError::Unavailable(chain(&e)))?;
    Ok(whole.into_bytes())
}

fn size(content_length: Option<i64>) -> u64 {
    content_length.and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
}
