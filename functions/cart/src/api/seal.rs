//! The value by which a guest's cart is known: `crt_….<signature>`.
//!
//! Whoever holds it has the cart, so it is made such that nobody can make one: the id alone, which
//! is guessed easily enough, opens nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use ids::CartId;
use sha2::Sha256;
use vault::{Secret, Vault, VaultError};

/// What a signature of ours is for: no other thing that is signed with the same secret is a cart.
const PURPOSE: &[u8] = b"cart:";
const LONGEST: usize = 128;

/// Signs carts, and knows the signature again.
#[derive(Clone)]
pub(super) struct Seal {
    vault: Vault,
    secret: String,
}

impl Seal {
    /// Signs with the secret of this name. It holds one key, or after a rotation `new,old`.
    pub(super) fn new(vault: Vault, secret: &str) -> Seal {
        Seal { vault, secret: secret.to_owned() }
    }

    /// The value for this cart.
    pub(super) async fn value(&self, cart: CartId) -> Result<String, VaultError> {
        let secret = self.vault.read(&self.secret).await?;
        let key = keys(&secret).next().unwrap_or_default();
        let signature = URL_SAFE_NO_PAD.encode(mac(key, cart).finalize().into_bytes());
        Ok(format!("{cart}.{signature}"))
    }

    /// The cart of this value, if it is one that we made.
    pub(super) async fn cart(&self, value: &str) -> Result<Option<CartId>, VaultError> {
        let Some((cart, signature)) = parts(value) else { return Ok(None) };
        let secret = self.vault.read(&self.secret).await?;
        if keys(&secret).any(|key| mac(key, cart).verify_slice(&signature).is_ok()) {
            return Ok(Some(cart));
        }
        // Another instance may sign with a key that has come since this one read the secret.
        let secret = self.vault.read_again(&self.secret).await?;
        let known = keys(&secret).any(|key| mac(key, cart).verify_slice(&signature).is_ok());
        Ok(known.then_some(cart))
    }
}

fn parts(value: &str) -> Option<(CartId, Vec<u8>)> {
    let (cart, signature) = value.split_once('.').filter(|_| value.len() <= LONGEST)?;
    Some((cart.parse().ok()?, URL_SAFE_NO_PAD.decode(signature).ok()?))
}

fn keys(secret: &Secret) -> impl Iterator<Item = &str> {
    secret.reveal().split(',').map(str::trim).filter(|key| !key.is_empty())
}

fn mac(key: &str, cart: CartId) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(PURPOSE);
    mac.update(cart.to_string().as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::Clock;
    use ids::Uuid;

    fn seal(keys: &str) -> (Seal, Vault) {
        let vault = Vault::memory(Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap()));
        vault.put("cart", keys);
        (Seal::new(vault.clone(), "cart"), vault)
    }

    fn cart() -> CartId {
        CartId::from_uuid(Uuid::from_u128(7))
    }

    #[tokio::test]
    async fn a_value_of_ours_is_known_again_and_no_other() {
        let (seal, _) = seal("first");
        let value = seal.value(cart()).await.unwrap();
        assert_eq!(seal.cart(&value).await.unwrap(), Some(cart()));
        let other = CartId::from_uuid(Uuid::from_u128(8)).to_string();
        let signature = value.split_once('.').unwrap().1;
        let mut flipped = value.clone().into_bytes();
        *flipped.last_mut().unwrap() ^= 4;
        let flipped = String::from_utf8(flipped).unwrap();
        let forged = [format!("{other}.{signature}"), flipped, cart().to_string(), format!("{}.", cart())];
        for bad in forged.iter().map(String::as_str).chain(["", ".", "x.y", "é.é", &"a".repeat(5_000)]) {
            assert_eq!(seal.cart(bad).await.unwrap(), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn after_a_rotation_the_old_values_are_still_known_and_new_ones_are_signed_anew() {
        let (before, _) = seal("first");
        let old = before.value(cart()).await.unwrap();
        let (after, _) = seal("second, first");
        let new = after.value(cart()).await.unwrap();
        assert_ne!(old, new);
        assert_eq!(after.cart(&old).await.unwrap(), Some(cart()));
        assert_eq!(after.cart(&new).await.unwrap(), Some(cart()));
        let (later, _) = seal("second");
        assert_eq!(later.cart(&old).await.unwrap(), None);
    }

    #[tokio::test]
    async fn without_its_secret_nobody_is_believed() {
        let seal = Seal::new(Vault::memory(Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap())), "none");
        assert!(seal.value(cart()).await.is_err());
    }
}
