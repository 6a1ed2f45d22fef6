//! The public half of what tokens are signed with.

use serde_json::{Value, json};

use super::{App, AppError};

impl App {
    /// The key set (JWKS) by which tokens are verified now: those that sign, those that will, and
    /// those whose last token is not dead yet.
    pub async fn show_keys(&self) -> Result<Value, AppError> {
        let keys = self.secrets.signing().await?;
        let published = keys.published(self.clock.now()).map(|key| self.public_half(&key.secret));
        Ok(json!({ "keys": published.collect::<Vec<_>>() }))
    }

    fn public_half(&self, secret: &str) -> Value {
        let set: Value = serde_json::from_str(&self.issuer(secret).jwks()).expect("a key set is JSON");
        set["keys"][0].clone()
    }

    /// The name of the key that follows from a secret.
    pub(super) fn kid(&self, secret: &str) -> String {
        self.public_half(secret)["kid"].as_str().unwrap_or_default().to_owned()
    }
}
