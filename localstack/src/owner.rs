//! The key of the market's owner for its AWS port: drawn at the first start and kept in the vault.
//!
//! Programs for AWS read it from a credentials file, which also has the address of the market.

use std::io;
use std::path::Path;

use embedded::Key;
use embedded::client::REGION;
use vault::{Vault, VaultError};

use crate::secrets::{SecretsError, random_text};

/// The secret in the vault: `ID:SECRET`.
const NAME: &str = "aws-owner";
/// The file in the data directory.
pub(crate) const FILE: &str = "aws";

/// The key of this market.
pub async fn key(vault: &Vault) -> Result<Key, SecretsError> {
    let text = match vault.read(NAME).await {
        Ok(secret) => secret.reveal().to_owned(),
        Err(VaultError::Missing(_)) => {
            let capitals: Vec<char> = ('A'..='Z').chain('2'..='7').collect();
            let any: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
            let drawn = format!("SNAIL{}:{}", random_text(15, &capitals)?, random_text(40, &any)?);
            vault.replace(NAME, &drawn).await?;
            drawn
        }
        Err(error) => return Err(error.into()),
    };
    let (id, secret) = text.split_once(':').ok_or_else(|| SecretsError::Damaged(NAME.to_owned()))?;
    Ok(Key::new(id, secret))
}

/// Writes the key into a credentials file of this directory. Answers the environment variable that
/// `aws` needs.
pub fn keep(directory: &Path, key: &Key, aws_url: &str) -> io::Result<String> {
    let file = directory.join(FILE);
    let (id, secret) = (key.id(), key.secret());
    // By default the command line signs its S3 links in an older way.
    let text = format!(
        "[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\nregion = {REGION}\n\
         endpoint_url = {aws_url}\ns3 =\n    signature_version = s3v4\n"
    );
    std::fs::write(&file, text)?;
    Ok(format!("AWS_SHARED_CREDENTIALS_FILE={}", quoted(&file.display().to_string())))
}

/// The same for a market without a directory.
pub fn pass(key: &Key) -> String {
    format!("AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY={} AWS_REGION={REGION}", key.id(), key.secret())
}

/// A word quoted for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    match word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use clock::Clock;

    use super::*;

    #[tokio::test]
    async fn a_market_keeps_its_key_and_another_has_another() {
        let vault = || Vault::memory(Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap()));
        let (here, there) = (vault(), vault());
        let drawn = key(&here).await.unwrap();
        let again = key(&here).await.unwrap();
        assert_eq!((drawn.id(), drawn.secret()), (again.id(), again.secret()));
        let other = key(&there).await.unwrap();
        assert!(drawn.id() != other.id() && drawn.secret() != other.secret() && drawn.secret().len() == 40);
    }

    #[test]
    fn a_path_stays_one_word_of_a_command_line() {
        for (word, expect) in
            [(".snail/aws", ".snail/aws"), ("my data/aws", "'my data/aws'"), ("it's", "'it'\\''s'")]
        {
            assert_eq!(quoted(word), expect);
        }
    }
}
