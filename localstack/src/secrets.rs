//! The secrets of one market on one machine: generated as the template says, as CloudFormation does it,
//! and kept in the market's vault.
//!
//! Invariant: a secret is generated once; an existing one is never changed.

use embedded::template::{Secret, Stack};
use vault::{Vault, VaultError};

/// Why the secrets are missing.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// An error of the vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The machine gives no random numbers.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandomness(#[from] getrandom::Error),
    /// A secret has another content.
    #[error("the secret {0:?} is not what was put there")]
    Damaged(String),
}

/// Generates the secrets of the stack that are not in the vault yet. Answers how many.
pub async fn generate_missing(vault: &Vault, stack: &Stack) -> Result<usize, SecretsError> {
    let mut made = 0;
    for Secret { name, length, alphabet, .. } in &stack.secrets {
        match vault.read(name).await {
            Ok(_) => {}
            Err(VaultError::Missing(_)) => {
                vault.replace(name, &random_text(*length, alphabet)?).await?;
                made += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(made)
}

/// A random text of these characters, all equally likely.
pub fn random_text(length: usize, alphabet: &[char]) -> Result<String, getrandom::Error> {
    let choices = u32::try_from(alphabet.len()).unwrap_or(u32::MAX).max(1);
    // Above the last multiple the first characters would be likelier than the others.
    let fair = u32::MAX - u32::MAX % choices;
    let mut text = String::new();
    while text.chars().count() < length {
        let number = getrandom::u32()?;
        if number < fair {
            text.extend(alphabet.get((number % choices) as usize));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clock::Clock;
    use embedded::template::{Parameters, Template};

    use super::*;

    fn stack() -> Stack {
        let template = Template::parse(include_str!("../../template.yaml")).unwrap();
        template.resolve(&Parameters::new("snail")).unwrap()
    }

    fn clock() -> Clock {
        Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap())
    }

    #[tokio::test]
    async fn a_market_keeps_its_secrets_and_another_has_others() {
        let (stack, homes) = (stack(), [(); 2].map(|()| tempfile::tempdir().unwrap()));
        let [here, there] = [0, 1].map(|n| Vault::folder(homes[n].path().join("keys"), clock()));
        assert_eq!(generate_missing(&here, &stack).await.unwrap(), stack.secrets.len());
        assert_eq!(generate_missing(&here, &stack).await.unwrap(), 0);
        generate_missing(&there, &stack).await.unwrap();
        let again = Vault::folder(homes[0].path().join("keys"), clock());
        for Secret { name, length, alphabet, .. } in &stack.secrets {
            let text = here.read(name).await.unwrap();
            assert!(
                text.reveal().chars().count() == *length
                    && text.reveal().chars().all(|c| alphabet.contains(&c))
            );
            assert_eq!(again.read(name).await.unwrap().reveal(), text.reveal());
            assert_ne!(there.read(name).await.unwrap().reveal(), text.reveal());
        }
    }

    #[test]
    fn every_character_is_as_likely_as_any_other() {
        let alphabet: Vec<char> = ('a'..='z').chain('0'..='9').collect();
        let mut counts = BTreeMap::new();
        for c in random_text(36_000, &alphabet).unwrap().chars() {
            *counts.entry(c).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), alphabet.len());
        assert!(counts.values().all(|count| (800..1_200).contains(count)), "{counts:?}");
    }
}
