//! Files of a shop: a permit to send one, what happens when it has come, links, and the end.

use std::time::Duration;

use blob::{Announced, Awaited, GetTerms, Link};
use dynamo::{Receipt, Versioned};
use ids::{DocumentId, MediaId, MerchantId};
use jiff::Timestamp;

use super::{Actor, App, AppError};
use crate::domain::{Decided, DocumentKind, FileType, Refusal, Shop, ShopFile};
use crate::store::objects::{self, Arrived, DOCUMENTS, LOGOS};

/// As long as it takes to click on it.
const PAPER_LASTS: Duration = Duration::from_secs(5 * 60);
const LOGO_LASTS: Duration = Duration::from_secs(60 * 60);

/// A file that a shop awaits, at the shop's version.
pub(crate) type Upload<Id> = Versioned<Awaited<Id>>;

impl App {
    pub(crate) async fn request_logo_upload(
        &self,
        actor: &Actor,
        file: FileType,
        announced: Announced,
        receipt: Receipt<Upload<MediaId>>,
    ) -> Result<Upload<MediaId>, AppError> {
        let id = MediaId::mint(&self.mint);
        let now = self.clock.now();
        let awaited = LOGOS.permit(self.bucket()?, (actor.merchant, id), announced, now).await?;
        let decide = |shop: &mut Shop, now| shop.expect_logo(id, file, announced.bytes, now);
        self.expect_file(actor, awaited, receipt, decide).await
    }

    pub(crate) async fn request_document_upload(
        &self,
        actor: &Actor,
        (kind, file): (DocumentKind, FileType),
        announced: Announced,
        receipt: Receipt<Upload<DocumentId>>,
    ) -> Result<Upload<DocumentId>, AppError> {
        let id = DocumentId::mint(&self.mint);
        let now = self.clock.now();
        let awaited = DOCUMENTS.permit(self.bucket()?, (actor.merchant, id), announced, now).await?;
        let decide = |shop: &mut Shop, now| shop.expect_document(id, kind, file, announced.bytes, now);
        self.expect_file(actor, awaited, receipt, decide).await
    }

    async fn expect_file<Id: Clone + Send + Sync + 'static>(
        &self,
        actor: &Actor,
        awaited: Awaited<Id>,
        receipt: Receipt<Upload<Id>>,
        decide: impl Fn(&mut Shop, Timestamp) -> Decided + Send + Sync,
    ) -> Result<Upload<Id>, AppError> {
        let upload = move |shop: &Versioned<Shop>| shop.with(awaited.clone());
        let receipt = receipt.of(upload.clone());
        Ok(upload(&self.change_with(actor, Vec::new(), Some(receipt), decide).await?))
    }

    /// Believes a file that is what it was said to be, and refuses another. One that the shop does not name
    /// is deleted: it was taken back meanwhile, or replaced, or the shop is closed. An id is named before
    /// its upload is permitted and never again after it was dropped, so what is not named now never will be.
    pub(crate) async fn receive_file(&self, Arrived { merchant, file }: Arrived) -> Result<(), AppError> {
        let shop = self.store.shop(merchant).await?;
        let Some(shop) = shop.filter(|shop| shop.body.files().contains(&file)) else {
            observe::count("files_for_nobody", 1);
            return self.delete_files(merchant, [file]).await;
        };
        let bucket = self.bucket()?;
        let came = match file {
            ShopFile::Document(document) => DOCUMENTS.look(bucket, merchant, document).await?,
            ShopFile::Logo(media) => LOGOS.look(bucket, merchant, media).await?,
        };
        let Some(came) = came else { return Ok(()) };
        let receive = |shop: &mut Shop, _| match file {
            ShopFile::Document(document) => shop.receive_document(document, came.content_type, came.bytes),
            ShopFile::Logo(media) => shop.receive_logo(media, came.content_type, came.bytes),
        };
        match self.store.change_shop(&self.clock, merchant).read(shop).decide(receive).await {
            Ok(_) => observe::count("files_received", 1),
            // It has come before, or was dropped in this moment, and then the worker deletes it.
            Err(AppError::Refused(_)) => observe::count("files_for_nobody", 1),
            Err(failed) => return Err(failed),
        }
        Ok(())
    }

    /// Deletes files. To delete one twice is fine, and no id is named again after it was dropped.
    pub(crate) async fn delete_files(
        &self,
        merchant: MerchantId,
        files: impl IntoIterator<Item = ShopFile>,
    ) -> Result<(), AppError> {
        for file in files {
            self.bucket()?.delete(&objects::name(merchant, file)).await?;
            observe::count("files_deleted", 1);
        }
        Ok(())
    }

    pub(crate) async fn document_link(&self, actor: &Actor, id: DocumentId) -> Result<Link, AppError> {
        let document = actor.shop.body.received_document(id)?;
        let key = DOCUMENTS.name(actor.merchant, id);
        let name = format!("{id}.{}", document.file.extension());
        // Under a name of its own it is saved and not shown: no paper runs in anybody's browser.
        let content_type = document.file.as_str();
        let terms = GetTerms { key: &key, content_type, save_as: Some(&name), expires: PAPER_LASTS };
        Ok(self.bucket()?.presign_get(terms, self.clock.now()).await?)
    }

    pub(crate) async fn logo_link(&self, merchant: MerchantId) -> Result<String, AppError> {
        let shop = self.store.public_shop(merchant).await?.body;
        let logo = shop.logo.as_ref().ok_or(Refusal::NoLogo)?;
        let key = LOGOS.name(merchant, logo.media);
        let content_type = logo.file.as_str();
        let terms = GetTerms { key: &key, content_type, save_as: None, expires: LOGO_LASTS };
        Ok(self.bucket()?.presign_get(terms, self.clock.now()).await?.url)
    }
}
