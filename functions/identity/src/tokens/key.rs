//! API keys that can be shown again for as long as their receipt is kept, and no longer.
//!
//! The memory behind `Idempotency-Key` gives the same answer again, and an answer with a key in it
//! must not lie in a table. So the receipt holds a nonce instead, from which only the vault's secret
//! makes the key. When the receipt is gone, nothing does.

use auth::ApiKey;
use ids::ApiKeyId;
use vault::Seal;

use super::message;

/// The key that belongs to this nonce: by the present secret, or by the one whose prefix is known.
pub fn api_key(seal: &Seal, id: ApiKeyId, nonce: &str, prefix: Option<&str>) -> Option<ApiKey> {
    let message = message("api-key", &[&id.to_string(), nonce]);
    let mut keys = seal.sign_by_each(&message).map(|root| {
        let mut stream = Stream { root: hex::encode(root), block: [0; 32], n: 0 };
        ApiKey::mint(&mut |bytes| bytes.fill_with(|| stream.next()))
    });
    keys.find(|key| prefix.is_none_or(|prefix| key.prefix() == prefix))
}

/// As many bytes as it takes out of one root.
struct Stream {
    root: String,
    block: [u8; 32],
    n: usize,
}

impl Stream {
    fn next(&mut self) -> u8 {
        let at = self.n % self.block.len();
        if at == 0 {
            use sha2::{Digest, Sha256};
            let block = Sha256::digest(format!("{}:{}", self.root, self.n / self.block.len()));
            self.block = block.into();
        }
        self.n += 1;
        self.block[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    #[test]
    fn a_nonce_brings_its_key_again_and_only_with_the_secret() {
        let [old, new] = ["an old secret that only tests know of", "a new secret that only tests know of"];
        let id = ApiKeyId::from_uuid(Uuid::from_u128(1));
        let seal = Seal::read(old).unwrap();
        let key = api_key(&seal, id, "nonce", None).unwrap();
        assert!(ApiKey::parse(key.reveal()).is_ok());
        assert_eq!(api_key(&seal, id, "nonce", Some(key.prefix())).unwrap().reveal(), key.reveal());
        assert_ne!(api_key(&seal, id, "other", None).unwrap().reveal(), key.reveal());
        let other = ApiKeyId::from_uuid(Uuid::from_u128(2));
        assert_ne!(api_key(&seal, other, "nonce", None).unwrap().reveal(), key.reveal());
        let rotated = Seal::read(&format!("{new},{old}")).unwrap();
        assert_eq!(api_key(&rotated, id, "nonce", Some(key.prefix())).unwrap().reveal(), key.reveal());
        let forgotten = Seal::read(new).unwrap();
        assert!(api_key(&forgotten, id, "nonce", Some(key.prefix())).is_none());
    }
}
