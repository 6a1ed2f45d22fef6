//! An account, for the people who run the market.

use dynamo::Versioned;
use facts::identity::Tier;
use ids::AccountId;

use super::{App, AppError};
use crate::domain::{Account, Email, KeyOwner, Refusal};

/// An account with what lies beside it.
#[derive(Clone, Debug)]
pub struct Found {
    pub account: Account,
    pub version: u64,
    pub tier: Tier,
}

impl App {
    pub async fn find_account(&self, email: &Email) -> Result<Found, AppError> {
        let behind = self.store.account_behind(email).await?.ok_or(Refusal::NoSuchAccount)?;
        self.read_account(behind).await
    }

    /// The account of this name, closed ones included.
    pub async fn read_account(&self, account: AccountId) -> Result<Found, AppError> {
        let Versioned { version, body: account } =
            self.store.account(account).await?.ok_or(Refusal::NoSuchAccount)?;
        let (_, ring) = self.store.keyring(KeyOwner::Account(account.id)).await?;
        Ok(Found { account, version, tier: ring.tier })
    }
}
