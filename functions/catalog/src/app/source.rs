//! The bytes of a merchant's file, block by block, as text: from S3 as they lie there, or, for a
//! workbook, from the disk of the function, where it was unpacked.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use blob::Bucket;
use bytes::Bytes;
use failure::Failure;

use super::AppError;
use crate::domain::Format;
use crate::files::{self, BadFile, HEAD, Layout};

const BLOCK: u64 = 1024 * 1024;

pub(super) enum Source {
    Object { bucket: Bucket, key: String },
    Disk(File),
}

pub(super) enum Unopened {
    /// It is wrong, and will be wrong tomorrow.
    Bad(BadFile),
    NotNow(AppError),
}

impl Source {
    pub(super) async fn open(
        bucket: &Bucket,
        key: &str,
        format: Format,
    ) -> Result<(Source, Layout), Unopened> {
        let object = Source::Object { bucket: bucket.clone(), key: key.to_owned() };
        let mut source = match format {
            Format::Csv | Format::Ndjson => object,
            Format::Xlsx => unpack(object).await?,
        };
        let head = source.read(0, HEAD as u64).await.map_err(Unopened::NotNow)?;
        let layout = files::layout(format, &head).map_err(Unopened::Bad)?;
        Ok((source, layout))
    }

    /// The next block from this byte on; an empty one behind the end.
    pub(super) async fn block(&mut self, from: u64) -> Result<Bytes, AppError> {
        self.read(from, BLOCK).await
    }

    async fn read(&mut self, from: u64, length: u64) -> Result<Bytes, AppError> {
        match self {
            Source::Object { bucket, key } => {
                Ok(bucket.get_range(key, from..from + length).await?.ok_or(blob::BlobError::Missing)?)
            }
            Source::Disk(file) => {
                let mut block = Vec::new();
                file.seek(SeekFrom::Start(from)).map_err(disk)?;
                file.take(length).read_to_end(&mut block).map_err(disk)?;
                Ok(block.into())
            }
        }
    }
}

/// Copies a workbook to the disk, because a zip is read from its end, and unpacks it there. The
/// same workbook unpacks to the same bytes every time, so a reader that goes on where another has
/// stopped finds its place.
async fn unpack(mut workbook: Source) -> Result<Source, Unopened> {
    let mut packed = tempfile::tempfile().map_err(|error| Unopened::NotNow(disk(error)))?;
    let mut position = 0;
    loop {
        let block = workbook.block(position).await.map_err(Unopened::NotNow)?;
        if position == 0 && block.is_empty() {
            return Err(Unopened::Bad(BadFile::Empty));
        }
        if position == 0 && !files::is_zip(&block) {
            let not_excel = BadFile::NotWhatItSays { announced: "XLSX", found: "a file of another kind" };
            return Err(Unopened::Bad(not_excel));
        }
        if block.is_empty() {
            break;
        }
        position += block.len() as u64;
        packed.write_all(&block).map_err(|error| Unopened::NotNow(disk(error)))?;
    }
    // Unpacking takes seconds of pure work; other tasks of this process should not wait.
    let unpacked = tokio::task::spawn_blocking(move || {
        let mut csv = tempfile::tempfile().map_err(|error| BadFile::Disk(error.to_string()))?;
        files::unpack(packed, std::io::BufWriter::new(&mut csv)).map(|()| csv)
    });
    match unpacked.await {
        Ok(Ok(csv)) => Ok(Source::Disk(csv)),
        Ok(Err(BadFile::Disk(why))) => Err(Unopened::NotNow(disk(why))),
        Ok(Err(bad)) => Err(Unopened::Bad(bad)),
        Err(panicked) => Err(Unopened::NotNow(disk(panicked))),
    }
}

fn disk(error: impl std::fmt::Display) -> AppError {
    Failure::Unavailable(format!("the disk: {error}")).into()
}
