//! The people and programs of a test, with tokens that a room believes.

use std::collections::{BTreeMap, BTreeSet};

use auth::issue::Issuer;
use auth::{ApiKey, Claims, MerchantRole, Role};
use clock::Clock;
use ids::{AccountId, ApiKeyId, MerchantId, Mint};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Who signs the tokens of a test.
pub const ISSUER: &str = "https://snail.test";
/// For whom they are signed.
pub const AUDIENCE: &str = "snail";

/// Signs tokens and API keys.
pub struct People {
    issuer: Issuer,
    clock: Clock,
    mint: Mint,
}

impl People {
    /// People whose tokens are signed with a key that only tests know.
    pub fn new(clock: Clock, mint: Mint) -> People {
        People { issuer: Issuer::from_seed([7; 32], "test", ISSUER, AUDIENCE), clock, mint }
    }

    /// The key set that believes them.
    pub fn jwks(&self) -> String {
        self.issuer.jwks()
    }

    /// A token of somebody new with these roles, here and there.
    pub fn token(&self, roles: &[Role], merchants: &[(MerchantId, MerchantRole)]) -> String {
        self.token_of(AccountId::mint(&self.mint), roles, merchants)
    }

    /// A token of this account.
    pub fn token_of(
        &self,
        account: AccountId,
        roles: &[Role],
        merchants: &[(MerchantId, MerchantRole)],
    ) -> String {
        self.issuer.sign(&Claims {
            sub: account,
            roles: roles.iter().copied().collect::<BTreeSet<_>>(),
            merchants: merchants.iter().copied().collect::<BTreeMap<_, _>>(),
            session: "test".into(),
            locale: None,
            exp: self.clock.now() + SignedDuration::from_mins(10),
        })
    }

    /// An API key with these scopes, and its entry in the ring.
    pub fn api_key(&self, scopes: &[&str], tier: &str, merchant: Option<MerchantId>) -> (String, Value) {
        let mint = &self.mint;
        let mut random = |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(8) {
                let word = mint.uuid().as_u64_pair().1.to_le_bytes();
                chunk.copy_from_slice(&word[..chunk.len()]);
            }
        };
        let key = ApiKey::mint(&mut random);
        let entry = json!({
            "id": ApiKeyId::mint(mint),
            "digest": key.digest(),
            "scopes": scopes,
            "tier": tier,
            "merchant": merchant,
            "expires_at": self.clock.now() + SignedDuration::from_hours(24 * 365),
        });
        (key.reveal().to_owned(), entry)
    }
}
