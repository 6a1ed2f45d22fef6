//! What lies beside a shop: its promises, its account, its holidays.

use std::collections::BTreeMap;

use dynamo::{Aggregate, Error, Key, Stored, Versioned, Write};
use ids::MerchantId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Store, keys};
use crate::app::AppError;
use crate::domain::{Calendar, Locale, PayoutAccount, PolicyKind, PolicyText, Refusal, Shop};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policies {
    pub texts: BTreeMap<Locale, PolicyText>,
}

impl Store {
    pub(crate) async fn policy(&self, merchant: MerchantId, kind: PolicyKind) -> Result<Policies, Error> {
        let found = self.table.get::<Policies>(&keys::policy(merchant, kind)).await?;
        Ok(found.map(|policies| policies.body).unwrap_or_default())
    }

    /// One of the promises of a public shop, and the shop.
    pub(crate) async fn public_policy(
        &self,
        merchant: MerchantId,
        kind: PolicyKind,
    ) -> Result<(Versioned<Shop>, Policies), AppError> {
        let (shop, policies) = self.public_beside::<Policies>(merchant, keys::policy(merchant, kind)).await?;
        let policies = policies.map(|policies| policies.body).filter(|policies| !policies.texts.is_empty());
        Ok((shop, policies.ok_or(Refusal::NoSuchPolicy)?))
    }

    /// The write that puts a promise in its place. It belongs into the save of the shop.
    pub(crate) fn put_policy(
        &self,
        merchant: MerchantId,
        kind: PolicyKind,
        policies: &Policies,
    ) -> Result<Write, Error> {
        let key = keys::policy(merchant, kind);
        if policies.texts.is_empty() { Ok(Write::delete(key)) } else { Write::put(key, policies) }
    }

    /// The write that puts the account in its place. It belongs into the save of the shop.
    pub(crate) fn put_payout_account(
        &self,
        merchant: MerchantId,
        account: &PayoutAccount,
    ) -> Result<Write, Error> {
        Write::put(keys::payout(merchant), account)
    }

    pub(crate) fn calendar_at(&self, merchant: MerchantId) -> Key {
        keys::calendar(merchant)
    }

    /// The holidays of a public shop, and the shop.
    pub(crate) async fn public_calendar(
        &self,
        merchant: MerchantId,
    ) -> Result<(Versioned<Shop>, Versioned<Calendar>), AppError> {
        let (shop, calendar) = self.public_beside(merchant, keys::calendar(merchant)).await?;
        Ok((shop, calendar.unwrap_or_default()))
    }

    /// A public shop and something beside it, as they may have been a moment ago, in one
    /// request.
    async fn public_beside<T: DeserializeOwned>(
        &self,
        merchant: MerchantId,
        key: Key,
    ) -> Result<(Versioned<Shop>, Option<Versioned<T>>), AppError> {
        let found: Vec<Stored<Value>> = self.table.get_many(&[keys::shop(merchant), key]).await?;
        let (mut shop, mut beside) = (None, None);
        for Stored { key, version, body } in found {
            if key.sk == keys::SHOP {
                shop = Some(Versioned { version, body: read::<Shop>(body)? });
            } else {
                beside = Some(Versioned { version, body: read(body)? });
            }
        }
        let shop = shop.filter(|shop| shop.body.state.is_public()).ok_or(Refusal::NoSuchShop)?;
        Ok((shop, beside))
    }
}

impl Aggregate for Calendar {
    type Refusal = Refusal;

    /// It tells nothing.
    fn subject(&self) -> String {
        String::new()
    }

    fn missing() -> Result<Calendar, Refusal> {
        Ok(Calendar::default())
    }

    fn judge(refusals: &[dynamo::Refusal]) -> Option<Refusal> {
        super::judge(refusals)
    }
}

pub(super) fn read<T: DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|e| Error::Malformed(e.to_string()))
}
