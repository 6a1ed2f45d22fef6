//! What an account says to its owner.

use super::{App, Trouble, Who};
use crate::store::Known;

impl App {
    /// The account of whoever asks.
    pub async fn read_me(&self, who: &Who) -> Result<Known, Trouble> {
        let present = self.present(who).await?;
        Ok((present.version, present.account))
    }
}
