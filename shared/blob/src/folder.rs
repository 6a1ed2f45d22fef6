//! Folders of a bucket into which clients put files: how their files are named, which are permitted,
//! and what has come.
//!
//! A room declares a [`Folder`] for each kind of file that it takes. Then a client announces a file, the
//! room awaits it and the client gets a permit ([`Folder::permit`]), S3 tells the room that something of
//! this name has come ([`Folder::read`]), and the room looks at it ([`Folder::look`]) and believes it or
//! not. Invariant: nothing is permitted that is larger than the folder takes, and what has come is what
//! its bytes say, not what its sender said.

use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use failure::AppError;
use jiff::Timestamp;

use crate::sniff::{MARK, content_type};
use crate::{BlobError, Bucket, Digest, Presigned, PutTerms};

/// Files of one kind, each named by whose it is and by its own id: `logos/<merchant>/<logo>`.
#[derive(Debug)]
pub struct Folder<Owner, Id> {
    prefix: &'static str,
    suffix: &'static str,
    most: u64,
    lasts: Duration,
    ids: PhantomData<fn() -> (Owner, Id)>,
}

/// A file as its sender announces it.
#[derive(Clone, Copy, Debug)]
pub struct Announced {
    /// What it says it is.
    pub content_type: &'static str,
    /// How many bytes it has.
    pub bytes: u64,
    /// What it hashes to.
    pub sha256: Digest,
}

/// Something that is awaited, and how to send it.
#[derive(Clone, Debug)]
pub struct Awaited<T> {
    /// What is awaited.
    pub what: T,
    /// How to send it.
    pub permit: Presigned,
}

/// What has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Came {
    /// What its first bytes say it is; `None` of what is unknown, or larger than is taken.
    pub content_type: Option<&'static str>,
    /// How many bytes it has.
    pub bytes: u64,
}

/// A file that would be empty, or larger than is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a file has from 1 to {most} bytes")]
pub struct BadSize {
    /// How many bytes are taken.
    pub most: u64,
}

impl<Owner, Id> Folder<Owner, Id> {
    /// Files whose names begin with `prefix`, of at most so many bytes; a permit to send one lasts so long.
    pub const fn new(prefix: &'static str, most: u64, lasts: Duration) -> Self {
        Folder { prefix, suffix: "", most, lasts, ids: PhantomData }
    }

    /// The same, with names that end like this.
    #[must_use]
    pub const fn ending(self, suffix: &'static str) -> Self {
        Folder { suffix, ..self }
    }

    /// How many bytes a file has at most.
    pub const fn most(&self) -> u64 {
        self.most
    }
}

impl<Owner: Display + FromStr, Id: Display + FromStr> Folder<Owner, Id> {
    /// The name of a file.
    pub fn name(&self, owner: Owner, id: Id) -> String {
        let Folder { prefix, suffix, .. } = self;
        format!("{prefix}{owner}/{id}{suffix}")
    }

    /// Whose file has this name, and which one; `None` when no file of this folder has it.
    pub fn read(&self, name: &str) -> Option<(Owner, Id)> {
        let name = name.strip_prefix(self.prefix)?.strip_suffix(self.suffix)?;
        let (owner, id) = name.split_once('/')?;
        Some((owner.parse().ok()?, id.parse().ok()?))
    }

    /// A permit to send one file, exactly as it was announced. It is signed before anything is saved,
    /// so whoever refuses afterwards must not show it.
    pub async fn permit<R: From<BadSize>>(
        &self,
        bucket: &Bucket,
        (owner, id): (Owner, Id),
        announced: Announced,
        now: Timestamp,
    ) -> Result<Awaited<Id>, AppError<R>>
    where
        Id: Copy,
    {
        let Announced { content_type, bytes, sha256 } = announced;
        if !(1..=self.most).contains(&bytes) {
            return Err(AppError::Refused(BadSize { most: self.most }.into()));
        }
        let key = self.name(owner, id);
        let terms = PutTerms { key: &key, content_type, length: bytes, sha256, expires: self.lasts };
        Ok(Awaited { what: id, permit: bucket.presign_put(terms, now).await? })
    }

    /// Looks at what has come; `None` when it is not there any more.
    pub async fn look(&self, bucket: &Bucket, owner: Owner, id: Id) -> Result<Option<Came>, BlobError> {
        let key = self.name(owner, id);
        let Some(head) = bucket.head(&key).await? else { return Ok(None) };
        let mark = bucket.get_range(&key, 0..MARK).await?.unwrap_or_default();
        let known = content_type(&mark).filter(|_| head.size <= self.most);
        Ok(Some(Came { content_type: known, bytes: head.size }))
    }
}
