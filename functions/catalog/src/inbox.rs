//! What this room hears: which shops may sell, which pictures are not named any more, and everything that
//! comes into its bucket.
//!
//! Invariant: everything here may be heard twice and late, and about something that is gone. What is heard
//! of a shop counts unless something later of it has been heard.

use facts::catalog::{MediaDropped, ShopSwept};
use facts::merchants::{MerchantActivated, MerchantClosed, MerchantRestricted};
use ids::MerchantId;
use queue::{HearError, Heard};

use crate::app::{App, AppError};
use crate::domain::Standing;
use crate::store::objects::Arrived;

/// A product names some pictures no longer: they are deleted. The fact comes through the outbox, so a
/// function that dies right after the save leaves nothing behind.
pub(crate) async fn media_dropped(app: App, heard: Heard<MediaDropped>) -> Result<(), HearError> {
    Ok(app.delete_media(heard.fact.product, heard.fact.media).await?)
}

/// A page of a closed shop's products has no pictures any more: the next page is looked at.
pub(crate) async fn shop_swept(app: App, heard: Heard<ShopSwept>) -> Result<(), HearError> {
    Ok(app.sweep_shop(heard.fact.merchant, Some(heard.fact.until)).await?)
}

/// A shop sells, for the first time or again: what it has published is seen.
pub(crate) async fn merchant_activated(app: App, heard: Heard<MerchantActivated>) -> Result<(), HearError> {
    stands(&app, heard.fact.merchant, Standing::Open, heard.version).await
}

/// A shop may not sell until the market decides otherwise: what it has published is not seen.
pub(crate) async fn merchant_restricted(app: App, heard: Heard<MerchantRestricted>) -> Result<(), HearError> {
    stands(&app, heard.fact.merchant, Standing::Halted, heard.version).await
}

/// A shop is no more: what it has published is not seen again, and its pictures go.
pub(crate) async fn merchant_closed(app: App, heard: Heard<MerchantClosed>) -> Result<(), HearError> {
    stands(&app, heard.fact.merchant, Standing::Closed, heard.version).await?;
    Ok(app.sweep_shop(heard.fact.merchant, None).await?)
}

async fn stands(app: &App, merchant: MerchantId, standing: Standing, version: u64) -> Result<(), HearError> {
    Ok(app.store.save_standing(merchant, standing, version).await.map_err(AppError::from)?)
}

/// A merchant's file has come, a note to go on with one, or a picture.
pub(crate) async fn arrived(app: App, arrived: Arrived) -> Result<(), HearError> {
    match arrived {
        Arrived::File { merchant, import, again } => {
            app.read_import(merchant, import).await?;
            Ok(app.delete_note(merchant, import, again).await?)
        }
        Arrived::Picture { product, media } => Ok(app.attach_media(product, media).await?),
    }
}
