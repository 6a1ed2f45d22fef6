//! Files of a shop: a permit to send one, what happens when it has come, links, and the end.

use std::time::Duration;

use blob::{Digest, GetTerms, Link, Presigned, PutTerms};
use dynamo::{Receipt, Versioned, transition};
use failure::Failure;
use ids::{DocumentId, MediaId, MerchantId};

use super::{Actor, App, AppError};
use crate::domain::{DocumentKind, FileType, LARGEST_FILE, Refusal, Shop, ShopFile};
use crate::store::objects::{self, Arrived};

const PERMIT_LASTS: Duration = Duration::from_secs(15 * 60);
/// As long as it takes to click on it.
const PAPER_LASTS: Duration = Duration::from_secs(5 * 60);
const LOGO_LASTS: Duration = Duration::from_secs(60 * 60);
/// The longest of the marks that files begin with.
const MARK: u64 = 16;

/// A file that is to be sent.
#[derive(Clone, Copy)]
pub(crate) struct Announced {
    pub file: FileType,
    pub bytes: u64,
    pub sha256: Digest,
}

/// A file that is expected by a shop, and how to send it.
#[derive(Clone)]
pub(crate) struct Upload<Id> {
    pub shop: Versioned<Shop>,
    pub id: Id,
    pub permit: Presigned,
}

impl App {
    /// Expects a logo of exactly this type, size and digest.
    pub(crate) async fn request_logo_upload(
        &self,
        actor: &Actor,
        announced: Announced,
        receipt: Receipt<Upload<MediaId>>,
    ) -> Result<Upload<MediaId>, AppError> {
        let id = MediaId::mint(&self.mint);
        let Announced { file, bytes, .. } = announced;
        let permit = self.permit(&objects::logo(actor.merchant, id), announced).await?;
        let upload = move |shop: &Versioned<Shop>| Upload { shop: shop.clone(), id, permit: permit.clone() };
        let receipt = Some(receipt.of(upload.clone()));
        let decide = |shop: &mut Shop, now| shop.expect_logo(id, file, bytes, now);
        Ok(upload(&self.change_with(actor, Vec::new(), receipt, decide).await?))
    }

    /// Expects a paper of exactly this type, size and digest.
    pub(crate) async fn request_document_upload(
        &self,
        actor: &Actor,
        kind: DocumentKind,
        announced: Announced,
        receipt: Receipt<Upload<DocumentId>>,
    ) -> Result<Upload<DocumentId>, AppError> {
        let id = DocumentId::mint(&self.mint);
        let Announced { file, bytes, .. } = announced;
        let permit = self.permit(&objects::document(actor.merchant, id), announced).await?;
        let upload = move |shop: &Versioned<Shop>| Upload { shop: shop.clone(), id, permit: permit.clone() };
        let receipt = Some(receipt.of(upload.clone()));
        let decide = |shop: &mut Shop, now| shop.expect_document(id, kind, file, bytes, now);
        Ok(upload(&self.change_with(actor, Vec::new(), receipt, decide).await?))
    }

    /// A permit to send one object of exactly this type, size and digest.
    async fn permit(&self, key: &str, announced: Announced) -> Result<Presigned, AppError> {
        let Announced { file, bytes, sha256 } = announced;
        // Nothing is signed that would be refused: a signature is good wherever it is shown.
        if !(1..=LARGEST_FILE).contains(&bytes) {
            return Err(Refusal::FileTooLarge { most: LARGEST_FILE }.into());
        }
        let content_type = file.as_str();
        let terms = PutTerms { key, content_type, length: bytes, sha256, expires: PERMIT_LASTS };
        Ok(self.bucket()?.presign_put(terms, self.clock.now()).await?)
    }

    /// Believes a file that is what it was said to be, and refuses another. One that came twice changes
    /// nothing; one that the shop does not name is deleted: it was taken back meanwhile, or replaced, or
    /// the shop is closed. An id is named before its upload is permitted and never again after it was
    /// dropped, so what is not named now never will be.
    pub(crate) async fn receive_file(&self, Arrived { merchant, file }: Arrived) -> Result<(), AppError> {
        let key = objects::name(merchant, file);
        let Some(head) = self.bucket()?.head(&key).await? else { return Ok(()) };
        let mark = self.bucket()?.get_range(&key, 0..MARK).await?.unwrap_or_default();
        let found = FileType::of(&mark);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(old) = self.store.shop(merchant).await? else {
                return self.delete_files(merchant, [file]).await;
            };
            let mut new = old.body.clone();
            let awaited = match file {
                ShopFile::Document(document) => new.receive_document(document, found, head.size),
                ShopFile::Logo(media) => new.receive_logo(media, found, head.size),
            };
            if !awaited {
                observe::count("files_for_nobody", 1);
                let unnamed = Some(file).filter(|file| !old.body.files().contains(file));
                return self.delete_files(merchant, unnamed).await;
            }
            let (at, now) = (self.store.at(merchant), self.clock.now());
            if self.store.commit(transition(at, Some(&old), &new, Vec::new(), now)?).await? {
                observe::count("files_received", 1);
                return Ok(());
            }
        }
        Err(Failure::overtaken().into())
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

    /// A link to a paper, for the shop's owner or for the market.
    pub(crate) async fn document_link(&self, actor: &Actor, id: DocumentId) -> Result<Link, AppError> {
        let document = actor.shop.body.received_document(id)?;
        let key = objects::document(actor.merchant, id);
        let name = format!("{id}.{}", document.file.extension());
        // Under a name of its own it is saved and not shown: no paper runs in anybody's browser.
        let content_type = document.file.as_str();
        let terms = GetTerms { key: &key, content_type, save_as: Some(&name), expires: PAPER_LASTS };
        Ok(self.bucket()?.presign_get(terms, self.clock.now()).await?)
    }

    /// A link to the logo of a shop that everybody may see.
    pub(crate) async fn logo_link(&self, merchant: MerchantId) -> Result<String, AppError> {
        let shop = self.store.public_shop(merchant).await?.body;
        let logo = shop.logo.as_ref().ok_or(Refusal::NoLogo)?;
        let key = objects::logo(merchant, logo.media);
        let content_type = logo.file.as_str();
        let terms = GetTerms { key: &key, content_type, save_as: None, expires: LOGO_LASTS };
        Ok(self.bucket()?.presign_get(terms, self.clock.now()).await?.url)
    }
}
