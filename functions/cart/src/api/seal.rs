//! The value by which a guest's cart is known: `crt_….<signature>`.
//!
//! The value alone opens the cart, so only we can make one: the id, which is guessed easily enough,
//! opens nothing without its signature.

use ids::CartId;
use vault::{Vault, VaultError};

const LONGEST: usize = 128;

#[derive(Clone)]
pub(super) struct Seal {
    vault: Vault,
    secret: String,
}

impl Seal {
    pub(super) fn new(vault: Vault, secret: &str) -> Seal {
        Seal { vault, secret: secret.to_owned() }
    }

    pub(super) async fn value(&self, cart: CartId) -> Result<String, VaultError> {
        let signature = self.vault.seal(&self.secret).await?.sign_text(&message(cart));
        Ok(format!("{cart}.{signature}"))
    }

    /// The cart of this value, if it is one that we made.
    pub(super) async fn cart(&self, value: &str) -> Result<Option<CartId>, VaultError> {
        let parts = value.split_once('.').filter(|_| value.len() <= LONGEST);
        let parts = parts.and_then(|(cart, signature)| Some((cart.parse().ok()?, signature)));
        let Some((cart, signature)) = parts else { return Ok(None) };
        let ours = |seal: &vault::Seal| seal.verify_text(&message(cart), signature).then_some(cart);
        self.vault.unseal(&self.secret, ours).await
    }
}

/// What is signed. It says what for: nothing else that is signed with the same secret is a cart.
fn message(cart: CartId) -> Vec<u8> {
    format!("cart:{cart}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::Clock;
    use ids::Uuid;

    const SECRET: &str = "a secret that only tests know of";

    fn seal(keys: &str) -> Seal {
        let vault = Vault::memory(Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap()));
        vault.put("cart", keys);
        Seal::new(vault, "cart")
    }

    fn cart() -> CartId {
        CartId::from_uuid(Uuid::from_u128(7))
    }

    #[tokio::test]
    async fn a_value_of_ours_is_known_again_and_no_other() {
        let seal = seal(SECRET);
        let value = seal.value(cart()).await.unwrap();
        assert_eq!(value, "crt_00000000000000000000000007.a5BhhQp5yhdTkopy9COTe0PUFLWbQpR0a94hsAgGvjU");
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
    async fn without_its_secret_nobody_is_believed() {
        let seal = Seal::new(Vault::memory(Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap())), "none");
        assert!(seal.value(cart()).await.is_err());
    }
}
