//! What lies beside a shop: its promises, its account, its holidays.

use std::collections::BTreeMap;

use dynamo::{Error, Save, Stored, Write};
use ids::MerchantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Kept, Store, Unsaved, keys, unsaved};
use crate::domain::{Calendar, Locale, PayoutAccount, PolicyKind, PolicyText, Shop};

/// A promise in all its languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// The words by language.
    pub texts: BTreeMap<Locale, PolicyText>,
}

impl Store {
    /// A promise as it was last written.
    pub async fn policy(&self, merchant: MerchantId, kind: PolicyKind) -> Result<Policies, Error> {
        let found = self.table.get::<Policies>(&keys::policy(merchant, kind)).await?;
        Ok(found.map(|policies| policies.body).unwrap_or_default())
    }

    /// A shop and one of its promises as they may have been a moment ago, in one request.
    pub async fn peek_policy(
        &self,
        merchant: MerchantId,
        kind: PolicyKind,
    ) -> Result<Option<(Kept, Policies)>, Error> {
        let found = self.peek_beside(merchant, keys::policy(merchant, kind)).await?;
        Ok(found.map(|(kept, policies)| (kept, policies.map(|(policies, _)| policies).unwrap_or_default())))
    }

    /// The write that puts a promise in its place. It belongs into the save of the shop.
    pub fn put_policy(merchant: MerchantId, kind: PolicyKind, policies: &Policies) -> Result<Write, Error> {
        let key = keys::policy(merchant, kind);
        if policies.texts.is_empty() { Ok(Write::delete(key)) } else { Write::put(key, policies) }
    }

    /// The write that puts the account in its place. It belongs into the save of the shop.
    pub fn put_payout_account(merchant: MerchantId, account: &PayoutAccount) -> Result<Write, Error> {
        Write::put(keys::payout(merchant), account)
    }

    /// The holidays as they were last written, with their version.
    pub async fn calendar(&self, merchant: MerchantId) -> Result<(Calendar, u64), Error> {
        let found = self.table.get::<Calendar>(&keys::calendar(merchant)).await?;
        Ok(found.map(|calendar| (calendar.body, calendar.version)).unwrap_or_default())
    }

    /// A shop and its holidays as they may have been a moment ago, in one request.
    pub async fn peek_calendar(
        &self,
        merchant: MerchantId,
    ) -> Result<Option<(Kept, (Calendar, u64))>, Error> {
        let found = self.peek_beside(merchant, keys::calendar(merchant)).await?;
        Ok(found.map(|(kept, calendar)| (kept, calendar.unwrap_or_default())))
    }

    /// Saves the next version of the holidays.
    pub async fn save_calendar(
        &self,
        merchant: MerchantId,
        loaded: u64,
        calendar: &Calendar,
        sign: Option<Write>,
        now: Timestamp,
    ) -> Result<(), Unsaved> {
        let save = Save {
            key: keys::calendar(merchant),
            aggregate: "",
            loaded,
            body: calendar,
            facts: Vec::new(),
            at: now,
        };
        let save = Write::save(save).map_err(Unsaved::Table)?;
        self.table.commit([save].into_iter().chain(sign).collect()).await.map_err(unsaved)
    }

    async fn peek_beside<T: serde::de::DeserializeOwned>(
        &self,
        merchant: MerchantId,
        key: dynamo::Key,
    ) -> Result<Option<(Kept, Option<(T, u64)>)>, Error> {
        let found: Vec<Stored<Value>> = self.table.get_many(&[keys::shop(merchant), key]).await?;
        let (mut shop, mut beside) = (None, None);
        for Stored { key, version, body } in found {
            if key.sk == keys::SHOP {
                shop = Some(Kept { shop: read::<Shop>(body)?, version });
            } else {
                beside = Some((read(body)?, version));
            }
        }
        Ok(shop.map(|shop| (shop, beside)))
    }
}

pub(super) fn read<T: serde::de::DeserializeOwned>(body: Value) -> Result<T, Error> {
    serde_json::from_value(body).map_err(|e| Error::Malformed(e.to_string()))
}
