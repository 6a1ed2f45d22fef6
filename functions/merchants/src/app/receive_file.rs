//! A file has come. What it is, its first bytes say.

use ids::MerchantId;

use super::change::won;
use super::{App, Trouble};
use crate::domain::FileType;
use crate::store::Change;
use crate::store::objects::{self, Arrived};

/// The longest of the marks that files begin with.
const MARK: u64 = 16;

impl App {
    /// Believes a file that is what it was said to be, and refuses another. Nothing happens when
    /// nobody waits for it: it came twice, or was taken back meanwhile.
    pub async fn receive_file(&self, arrived: Arrived) -> Result<(), Trouble> {
        let (merchant, key): (MerchantId, String) = match arrived {
            Arrived::Document(merchant, document) => (merchant, objects::document(merchant, document)),
            Arrived::Logo(merchant, media) => (merchant, objects::logo(merchant, media)),
        };
        let Some(head) = self.bucket()?.head(&key).await? else { return Ok(()) };
        let mark = self.bucket()?.get_range(&key, 0..MARK).await?.unwrap_or_default();
        let found = FileType::of(&mark);
        let mut race = self.store.race();
        while race.goes_on().await {
            let Some(old) = self.store.shop(merchant).await? else { return Ok(()) };
            let mut new = old.shop.clone();
            let awaited = match arrived {
                Arrived::Document(_, document) => new.receive_document(document, found, head.size),
                Arrived::Logo(_, media) => new.receive_logo(media, found, head.size),
            };
            if !awaited {
                observe::count("files_for_nobody", 1);
                return Ok(());
            }
            let at = self.clock.now();
            let change = Change { old: Some(&old), new: &new, facts: Vec::new(), at, beside: Vec::new() };
            if won(self.store.save(change).await)?.is_some() {
                observe::count("files_received", 1);
                return Ok(());
            }
        }
        Err(Trouble::Busy)
    }
}
