//! What an account says to its owner.

use super::{App, AppError, Who};
use crate::store::Known;

impl App {
    pub async fn read_me(&self, who: &Who) -> Result<Known, AppError> {
        let present = self.present(who).await?;
        Ok(present.known)
    }
}
