//! The keys of the demo on one machine: what its people's tokens are signed with, and what its program shows.
//!
//! Invariants: a secret is made once and then kept under `keys/`, readable by its owner alone; a
//! process that dies while it makes one leaves none behind, and never half of one.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use auth::ApiKey;
use auth::issue::Issuer;

/// The `iss` of tokens that a laptop signs. It is the template's default.
pub const ISSUER: &str = "snail";
/// The `aud` of those tokens.
pub const AUDIENCE: &str = "snail";

const TOKENS: &str = "token-seed";
const PROGRAM: &str = "api-key";

/// The secrets of one market.
pub struct Keys {
    /// Signs access tokens.
    pub issuer: Issuer,
    /// What the demo's program shows.
    pub program: ApiKey,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The machine gives no random numbers.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
    /// The file system says no.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, io::Error),
    /// A file holds something else.
    #[error("{0} is not a key; remove it to have a new one made, which ends every session")]
    Damaged(PathBuf),
    /// No market has ever run here.
    #[error("there are no keys in {0}: start the market there first, or name its directory with --data DIR")]
    Missing(PathBuf),
}

impl Keys {
    /// Keys that nobody will ever see again.
    pub fn passing() -> Result<Keys, KeysError> {
        let nowhere = Path::new("memory");
        Keys::of(&random_hex()?, &random_key()?, nowhere)
    }

    /// The keys of the market that lives in this directory, made now if it has none yet.
    pub fn kept(directory: &Path) -> Result<Keys, KeysError> {
        let keys = directory.join("keys");
        std::fs::create_dir_all(&keys).map_err(|error| KeysError::Unreadable(keys.clone(), error))?;
        let tokens = kept(&keys.join(TOKENS), random_hex)?;
        let program = kept(&keys.join(PROGRAM), random_key)?;
        Keys::of(&tokens, &program, &keys)
    }

    /// The keys of the market that lives in this directory, which has to have some.
    pub fn found(directory: &Path) -> Result<Keys, KeysError> {
        match directory.join("keys").join(TOKENS).exists() {
            true => Keys::kept(directory),
            false => Err(KeysError::Missing(directory.to_owned())),
        }
    }

    fn of(tokens: &str, program: &str, place: &Path) -> Result<Keys, KeysError> {
        let mut seed = [0; 32];
        let damaged = |name| KeysError::Damaged(place.join(name));
        hex::decode_to_slice(tokens, &mut seed).map_err(|_| damaged(TOKENS))?;
        Ok(Keys {
            issuer: Issuer::from_seed(seed, "laptop", ISSUER, AUDIENCE),
            program: ApiKey::parse(program).map_err(|_| damaged(PROGRAM))?,
        })
    }
}

fn kept(file: &Path, make: impl FnOnce() -> Result<String, KeysError>) -> Result<String, KeysError> {
    let unreadable = |error| KeysError::Unreadable(file.to_owned(), error);
    match std::fs::read_to_string(file) {
        Ok(text) => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unreadable(error)),
        Err(_) => {}
    }
    let text = make()?;
    let draft = file.with_extension("new");
    write_for_owner(&draft, &text).map_err(unreadable)?;
    std::fs::rename(&draft, file).map_err(unreadable)?;
    Ok(text)
}

fn write_for_owner(file: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn random_hex() -> Result<String, KeysError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(KeysError::NoRandomness)?;
    Ok(hex::encode(bytes))
}

fn random_key() -> Result<String, KeysError> {
    let mut failure = None;
    let key = ApiKey::mint(&mut |bytes| failure = failure.or(getrandom::fill(bytes).err()));
    match failure {
        None => Ok(key.reveal().to_owned()),
        Some(error) => Err(KeysError::NoRandomness(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_market_keeps_its_keys_and_another_has_others() {
        let [here, there] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        assert!(matches!(Keys::found(here.path()), Err(KeysError::Missing(_))));
        let first = Keys::kept(here.path()).unwrap().issuer.jwks();
        assert_eq!(Keys::kept(here.path()).unwrap().issuer.jwks(), first);
        assert_eq!(Keys::found(here.path()).unwrap().issuer.jwks(), first);
        assert_ne!(Keys::kept(there.path()).unwrap().issuer.jwks(), first);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        Keys::kept(home.path()).unwrap();
        for name in [TOKENS, PROGRAM] {
            let mode = home.path().join("keys").join(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn a_damaged_key_is_named_and_not_replaced() {
        let home = tempfile::tempdir().unwrap();
        Keys::kept(home.path()).unwrap();
        let file = home.path().join("keys").join(TOKENS);
        std::fs::write(&file, "half a ke").unwrap();
        assert!(matches!(Keys::kept(home.path()), Err(KeysError::Damaged(path)) if path == file));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "half a ke");
    }
}
