//! What a shop promises its customers.

use ids::MerchantId;

use super::{App, AppError};
use crate::domain::{Locale, PolicyKind};
use crate::store::Policies;

/// A promise in all its languages.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The words by language; never none.
    pub policies: Policies,
    /// The shop's own language.
    pub locale: Locale,
    /// The shop's version, which a promise shares.
    pub version: u64,
}

impl App {
    /// A promise of a shop that everybody may see.
    pub async fn get_policy(&self, merchant: MerchantId, kind: PolicyKind) -> Result<Policy, AppError> {
        let found = self.store.peek_policy(merchant, kind).await?;
        let (kept, policies) =
            found.filter(|(kept, _)| kept.shop.state.is_public()).ok_or(AppError::NoSuchShop)?;
        if policies.texts.is_empty() {
            return Err(AppError::NoSuchPolicy);
        }
        Ok(Policy { policies, locale: kept.shop.locale, version: kept.version })
    }
}
