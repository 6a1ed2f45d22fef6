//! A file has come. What it is, its first bytes say.

use super::change::won;
use super::{App, AppError};
use crate::domain::{FileType, ShopFile};
use crate::store::Change;
use crate::store::objects::{self, Arrived};

/// The longest of the marks that files begin with.
const MARK: u64 = 16;

impl App {
    /// Believes a file that is what it was said to be, and refuses another. One that came twice changes
    /// nothing; one that the shop does not name is deleted: it was taken back meanwhile, or replaced, or
    /// the shop is closed. An id is named before its upload is permitted and never again after it was
    /// dropped, so what is not named now never will be.
    pub async fn receive_file(&self, arrived: Arrived) -> Result<(), AppError> {
        let Arrived { merchant, file } = arrived;
        let key = objects::name(merchant, file);
        let Some(head) = self.bucket()?.head(&key).await? else { return Ok(()) };
        let mark = self.bucket()?.get_range(&key, 0..MARK).await?.unwrap_or_default();
        let found = FileType::of(&mark);
        let mut attempts = self.store.attempts();
        while attempts.next().await {
            let Some(old) = self.store.shop(merchant).await? else {
                return self.delete_files(merchant, [file]).await;
            };
            let mut new = old.shop.clone();
            let awaited = match file {
                ShopFile::Document(document) => new.receive_document(document, found, head.size),
                ShopFile::Logo(media) => new.receive_logo(media, found, head.size),
            };
            if !awaited {
                observe::count("files_for_nobody", 1);
                let unnamed = Some(file).filter(|file| !old.shop.files().contains(file));
                return self.delete_files(merchant, unnamed).await;
            }
            let at = self.clock.now();
            let change = Change { old: Some(&old), new: &new, facts: Vec::new(), at, beside: Vec::new() };
            if won(self.store.save(change).await)?.is_some() {
                observe::count("files_received", 1);
                return Ok(());
            }
        }
        Err(AppError::Busy)
    }
}
