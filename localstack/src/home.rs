//! The data directory of a market: its lock, and whether it is seeded.
//!
//! Invariants: one process at a time uses a directory. The lock is the operating system's, so it is
//! free as soon as its holder is dead. Only the owner can read the files, whichever engine has written
//! them.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::Mode;
use rustix::process::umask;

/// A data directory that this process has locked.
#[derive(Debug)]
pub struct Home {
    directory: PathBuf,
    lock: File,
}

/// Why a directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Another process uses it.
    #[error("{0} is in use by {1}; stop that one, or choose another directory with --data DIR")]
    Taken(PathBuf, String),
    /// Its tables have a format that is not read any more.
    #[error("{0} holds the data of an earlier market; remove it, or choose another with --data DIR")]
    Outgrown(PathBuf),
    /// An error of the file system.
    #[error("{0}: {1}")]
    Unusable(PathBuf, io::Error),
}

const LOCK: &str = "lock";
/// The file with the format of the data.
const FORMAT: &str = "format";
/// The present format. It is counted up when a room cannot read what an earlier version has written and
/// no stage on AWS has to; once one has to, data are migrated instead.
const PRESENT: &str = "4";
/// A directory that every market makes.
const ENGINES: &str = "engines";
const SEEDED: &str = "demo-data-is-in";

/// The permissions of all others than the owner.
const OTHERS: u32 = 0o077;

/// The files of a market, and of the emulator's scripts.
const OURS: &[&str] = &[ENGINES, "keys", LOCK, FORMAT, SEEDED, crate::owner::FILE, "emulator"];

/// Removes the permissions of others that an earlier version had left. A closed directory is not
/// walked, since no one else can enter it. A directory with other files too keeps its own permissions,
/// and only the market's files are closed.
fn close_what_is_ours(directory: &Path) -> io::Result<()> {
    let directory = directory.canonicalize()?;
    if std::fs::metadata(&directory)?.permissions().mode() & OTHERS == 0 {
        return Ok(());
    }
    let mut all_ours = true;
    for entry in std::fs::read_dir(&directory)? {
        let entry = entry?;
        match OURS.iter().any(|ours| entry.file_name() == *ours) {
            true => close(&entry.path())?,
            false => all_ours = false,
        }
    }
    if all_ours { close(&directory) } else { Ok(()) }
}

/// Closes a path with everything below it. A directory is closed last, so that an interrupted walk is
/// repeated.
fn close(path: &Path) -> io::Result<()> {
    let metadata = std::fs::symlink_metadata(path)?;
    let mode = metadata.permissions().mode();
    if metadata.is_symlink() || mode & OTHERS == 0 {
        return Ok(());
    }
    if metadata.is_dir() {
        for entry in std::fs::read_dir(path)? {
            close(&entry?.path())?;
        }
    }
    std::fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS))
}

impl Home {
    /// Locks the directory, or says which market uses it.
    pub fn claim(directory: &Path) -> Result<Home, HomeError> {
        let unusable = |error| HomeError::Unusable(directory.to_owned(), error);
        // Everything that the engines make from now on is for the owner alone, journals and uploads
        // included.
        umask(Mode::from_raw_mode(OTHERS));
        std::fs::create_dir_all(directory).map_err(unusable)?;
        close_what_is_ours(directory).map_err(unusable)?;
        let format = directory.join(FORMAT);
        let written = std::fs::read_to_string(&format).ok();
        if directory.join(ENGINES).exists() && written.as_deref() != Some(PRESENT) {
            return Err(HomeError::Outgrown(directory.to_owned()));
        }
        std::fs::write(&format, PRESENT).map_err(unusable)?;
        let file = directory.join(LOCK);
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(file)
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Home { directory: directory.to_owned(), lock }),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
            Err(TryLockError::WouldBlock) => {
                let mut who = String::new();
                lock.read_to_string(&mut who).map_err(unusable)?;
                let who = if who.is_empty() { "another process".to_owned() } else { who };
                Err(HomeError::Taken(directory.to_owned(), who))
            }
        }
    }

    /// Writes the address of this market into the lock, for the error of a second process.
    pub fn sign(&mut self, url: &str) -> io::Result<()> {
        self.lock.set_len(0)?;
        self.lock.rewind()?;
        write!(self.lock, "another snail (process {}, {url})", std::process::id())
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether the demo data are complete.
    pub fn is_seeded(&self) -> bool {
        self.directory.join(SEEDED).exists()
    }

    /// Marks the demo data as complete.
    pub fn set_seeded(&self) -> io::Result<()> {
        File::create(self.directory.join(SEEDED))?.sync_all()
    }
}
