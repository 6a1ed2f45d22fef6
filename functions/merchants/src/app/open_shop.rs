//! Somebody opens a shop: as a draft, with a name, and theirs.

use ids::{AccountId, MerchantId};

use super::change::won;
use super::{App, AppError, Sign};
use crate::domain::{Locale, NewShop, Shop, Slug, Words, Zone};
use crate::store::{Change, Kept};

/// What a shop begins with.
#[derive(Clone, Debug)]
pub struct OpenShop {
    /// Its own language.
    pub locale: Locale,
    /// What it says of itself in it.
    pub words: Words,
    /// The last part of its address; made from the name when missing.
    pub slug: Option<Slug>,
    /// Where it keeps its hours; UTC when nothing is said.
    pub zone: Option<Zone>,
}

impl App {
    /// Opens a draft that belongs to the account.
    pub async fn open_shop(
        &self,
        owner: AccountId,
        command: OpenShop,
        sign: Sign<'_, Kept>,
    ) -> Result<Kept, AppError> {
        let OpenShop { locale, words, slug, zone } = command;
        let (id, now) = (MerchantId::mint(&self.mint), self.clock.now());
        let (shop, facts) = Shop::open(NewShop { id, owner, locale, words, slug, zone }, now)?;
        let kept = Kept { shop, version: 1 };
        let beside = vec![sign(&kept).map_err(AppError::Door)?];
        let change = Change { old: None, new: &kept.shop, facts, at: now, beside };
        // A new id is nobody else's, so to be overtaken here is a repeated write that met itself.
        won(self.store.save(change).await)?.ok_or(AppError::Busy)?;
        Ok(kept)
    }
}
