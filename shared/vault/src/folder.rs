//! Secrets as files of a folder on a laptop.
//!
//! A file is a few dozen bytes on a local disk and is read once in five minutes, so it is read in place
//! and not on a thread of its own.
//!
//! Invariants: only the owner can read a file or list the folder; a process that dies while it
//! replaces a secret leaves the old one whole; a name cannot lead out of the folder.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::{Secret, VaultError};

pub fn read(folder: &Path, name: &str) -> Result<Secret, VaultError> {
    let path = place(folder, name)?;
    let mut file = File::open(&path).map_err(|error| failed(name, error))?;
    // The open file is checked and not its path, which may lead to another one meanwhile.
    if others_may_read(&file).map_err(|error| failed(name, error))? {
        return Err(VaultError::Exposed(path));
    }
    let mut text = Zeroizing::new(String::new());
    match file.read_to_string(&mut text) {
        // Editors end a file with a line break; no secret of ours ends in one.
        Ok(_) => Ok(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned())),
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(VaultError::NotText(name.to_owned())),
        Err(error) => Err(failed(name, error)),
    }
}

pub fn replace(folder: &Path, name: &str, text: &str) -> Result<(), VaultError> {
    let path = place(folder, name)?;
    // No name begins with a dot, so a draft is never read as a secret.
    let draft = folder.join(format!(".{name}.new"));
    let written = make(folder).and_then(|()| write(&draft, text)).and_then(|()| fs::rename(&draft, &path));
    written.and_then(|()| File::open(folder)?.sync_all()).map_err(|error| failed(name, error))
}

fn place(folder: &Path, name: &str) -> Result<PathBuf, VaultError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match !name.is_empty() && !name.starts_with('.') && name.bytes().all(known) {
        true => Ok(folder.join(name)),
        false => Err(VaultError::BadName(name.to_owned())),
    }
}

fn make(folder: &Path) -> io::Result<()> {
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => close(folder),
        made => made,
    }
}

/// An existing folder may be open to others.
fn close(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    fs::metadata(folder).map(drop)
}

fn write(draft: &Path, text: &str) -> io::Result<()> {
    // A draft of a dead process may have any mode; a new file has ours.
    match fs::remove_file(draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn others_may_read(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_: &File) -> io::Result<bool> {
    Ok(false)
}

fn failed(name: &str, error: io::Error) -> VaultError {
    let name = name.to_owned();
    match error.kind() {
        ErrorKind::NotFound => VaultError::Missing(name),
        ErrorKind::PermissionDenied => VaultError::Refused { name, why: error.to_string() },
        _ => VaultError::Unavailable { name, why: error.to_string() },
    }
}
