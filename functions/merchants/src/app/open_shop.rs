//! A shop begins as a draft that belongs to the account which opens it.

use dynamo::{Receipt, Versioned};
use ids::{AccountId, MerchantId};

use super::{App, AppError};
use crate::domain::{Locale, NewShop, Shop, Slug, Words, Zone};

pub(crate) struct OpenShop {
    pub locale: Locale,
    pub words: Words,
    /// The last part of its address; made from the name when missing.
    pub slug: Option<Slug>,
    /// Where it keeps its hours; UTC when missing.
    pub zone: Option<Zone>,
}

impl App {
    pub(crate) async fn open_shop(
        &self,
        owner: AccountId,
        OpenShop { locale, words, slug, zone }: OpenShop,
        receipt: Receipt<Versioned<Shop>>,
    ) -> Result<Versioned<Shop>, AppError> {
        let (id, now) = (MerchantId::mint(&self.mint), self.clock.now());
        let (shop, facts) = Shop::open(NewShop { id, owner, locale, words, slug, zone }, now)?;
        self.store.create_shop(shop, facts, receipt, now).await
    }
}
