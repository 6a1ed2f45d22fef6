//! The people and programs of a test, with valid tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};

use auth::issue::Issuer;
use auth::{ApiKey, Authority, Claims, KeyGrant, MerchantRole, Role, Standing, Tier, Unreachable};
use clock::Clock;
use futures::FutureExt;
use futures::future::BoxFuture;
use ids::{AccountId, ApiKeyId, MerchantId, Mint};
use jiff::SignedDuration;

/// The issuer of the test's tokens.
pub const ISSUER: &str = "https://snail.test";
/// Their audience.
pub const AUDIENCE: &str = "snail";

/// The secret of the signing key. A room that signs tokens itself gets the same.
pub(crate) const SIGNING_SECRET: &str = "a secret that only tests know, so that theirs is the key";

/// Signs tokens and API keys. Clones share what they know.
#[derive(Clone)]
pub struct People {
    issuer: Issuer,
    clock: Clock,
    mint: Mint,
    grants: Arc<Mutex<BTreeMap<String, KeyGrant>>>,
    standings: Arc<Mutex<BTreeMap<AccountId, Standing>>>,
}

impl People {
    /// People whose tokens are signed with a key for tests.
    pub fn new(clock: Clock, mint: Mint) -> People {
        let issuer = Issuer::from_secret(SIGNING_SECRET, ISSUER, AUDIENCE);
        People { issuer, clock, mint, grants: Arc::default(), standings: Arc::default() }
    }

    /// A token of a new account with these roles.
    pub fn token(&self, roles: &[Role], merchants: &[(MerchantId, MerchantRole)]) -> String {
        self.token_of(AccountId::mint(&self.mint), roles, merchants)
    }

    /// A token of this account, whose roles are from now on those of the token.
    pub fn token_of(
        &self,
        account: AccountId,
        roles: &[Role],
        merchants: &[(MerchantId, MerchantRole)],
    ) -> String {
        self.stands(account, Some(roles.iter().copied().collect()));
        self.token_in("test", account, roles, merchants)
    }

    /// Removes all roles of the account but customer, while its tokens still name them.
    pub fn dismiss(&self, account: AccountId) {
        self.stands(account, Some(BTreeSet::from([Role::Customer])));
    }

    /// Ends the session of the account, while its tokens are still valid.
    pub fn sign_out(&self, account: AccountId) {
        self.stands(account, None);
    }

    fn stands(&self, account: AccountId, standing: Standing) {
        self.standings.lock().unwrap_or_else(PoisonError::into_inner).insert(account, standing);
    }

    /// A token with these roles, of a session that `identity` itself has begun.
    pub fn token_in(
        &self,
        session: &str,
        account: AccountId,
        roles: &[Role],
        merchants: &[(MerchantId, MerchantRole)],
    ) -> String {
        self.issuer.sign(&Claims {
            sub: account,
            roles: roles.iter().copied().collect::<BTreeSet<_>>(),
            merchants: merchants.iter().copied().collect::<BTreeMap<_, _>>(),
            session: session.into(),
            locale: None,
            exp: self.clock.now() + SignedDuration::from_mins(10),
        })
    }

    /// An API key with these scopes, valid in every room but `identity`.
    pub fn api_key(&self, scopes: &[&str], tier: Tier, merchant: Option<MerchantId>) -> String {
        self.key_of(scopes, tier, merchant, None)
    }

    /// The same for a program of an account.
    pub fn account_key(&self, scopes: &[&str], tier: Tier, account: AccountId) -> String {
        self.key_of(scopes, tier, None, Some(account))
    }

    fn key_of(
        &self,
        scopes: &[&str],
        tier: Tier,
        merchant: Option<MerchantId>,
        account: Option<AccountId>,
    ) -> String {
        let mint = &self.mint;
        let mut random = |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(8) {
                let word = mint.uuid().as_u64_pair().1.to_le_bytes();
                chunk.copy_from_slice(&word[..chunk.len()]);
            }
        };
        let key = ApiKey::mint(&mut random);
        let grant = KeyGrant {
            id: ApiKeyId::mint(mint),
            scopes: scopes
                .iter()
                .map(|scope| scope.parse().expect("a test knows how scopes are written"))
                .collect(),
            tier,
            merchant,
            account,
            expires_at: self.clock.now() + SignedDuration::from_hours(24 * 365),
        };
        self.grants.lock().unwrap_or_else(PoisonError::into_inner).insert(key.digest(), grant);
        key.reveal().to_owned()
    }
}

impl Authority for People {
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>> {
        ready(Ok(self.issuer.jwks())).boxed()
    }

    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>> {
        let grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        ready(Ok(grants.get(digest).cloned())).boxed()
    }

    fn standing<'a>(
        &'a self,
        account: AccountId,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Standing, Unreachable>> {
        let standings = self.standings.lock().unwrap_or_else(PoisonError::into_inner);
        ready(Ok(standings.get(&account).cloned().flatten())).boxed()
    }
}
