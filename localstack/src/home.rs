//! The directory in which a market lives: who is at home, and whether the demo data are in.
//!
//! Invariants: one process at a time. The lock is the operating system's, so that it is free again
//! the moment its holder is dead, however it died. Nobody but the owner reads anything here, whichever
//! engine has written it.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::Mode;
use rustix::process::umask;

/// A data directory that is ours for as long as this lives.
#[derive(Debug)]
pub struct Home {
    directory: PathBuf,
    lock: File,
}

/// Why a directory cannot be lived in.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Another process is there.
    #[error("{0} is in use by {1}; stop that one, or choose another directory with --data DIR")]
    Taken(PathBuf, String),
    /// A market whose tables say things that nobody here reads any more.
    #[error("{0} holds the data of an earlier market; remove it, or choose another with --data DIR")]
    Outgrown(PathBuf),
    /// The file system says no.
    #[error("{0}: {1}")]
    Unusable(PathBuf, io::Error),
}

const LOCK: &str = "lock";
/// Says which market's data these are.
const FORMAT: &str = "format";
/// The present one. It is counted up when a room cannot go on with what an earlier one has written and
/// no stage on AWS has to; from then on data are carried over instead.
const PRESENT: &str = "4";
/// What any market leaves here.
const ENGINES: &str = "engines";
const SEEDED: &str = "demo-data-is-in";

/// Everything that is for others than the owner.
const OTHERS: u32 = 0o077;

/// What a market leaves here, and what the emulator's scripts do.
const OURS: &[&str] = &[ENGINES, "keys", LOCK, FORMAT, SEEDED, crate::owner::FILE, "emulator"];

/// Takes away from others what an earlier market left open to them. Nobody gets past a directory that is
/// closed, so a closed one is not walked through. One that holds other things too stays as open as its
/// owner has it, and only what is ours in it is closed.
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

/// Closes something with all that is in it. A directory goes last, so that a walk that was cut off is
/// walked again.
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
    /// Moves in, or says who is there already.
    pub fn claim(directory: &Path) -> Result<Home, HomeError> {
        let unusable = |error| HomeError::Unusable(directory.to_owned(), error);
        // What the engines make from now on is made for the owner alone, journals and uploads included.
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

    /// Leaves word of who lives here, for whoever finds the door locked.
    pub fn sign(&mut self, url: &str) -> io::Result<()> {
        self.lock.set_len(0)?;
        self.lock.rewind()?;
        write!(self.lock, "another snail (process {}, {url})", std::process::id())
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether the demo data are in, all of them.
    pub fn is_seeded(&self) -> bool {
        self.directory.join(SEEDED).exists()
    }

    /// Remembers that the demo data are in.
    pub fn set_seeded(&self) -> io::Result<()> {
        File::create(self.directory.join(SEEDED))?.sync_all()
    }
}
