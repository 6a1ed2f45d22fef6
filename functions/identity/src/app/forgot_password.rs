//! Somebody has forgotten a password, or says so: the owner of the e-mail gets a letter, and whoever
//! asked learns nothing.

use ids::LetterId;

use super::register_account::Asked;
use super::{App, AppError};
use crate::domain::{Cause, Email, Origin, Purpose};

/// The e-mail's letters, the sender's, the account, the letter, and a line of the trail.
const WRITES: usize = 5;

impl App {
    /// Writes the owner of the e-mail a letter by which another password is chosen.
    pub async fn forgot_password(&self, email: &Email, origin: &Origin) -> Result<(), AppError> {
        let letter = LetterId::mint(&self.mint);
        self.again(|| async {
            let Asked { known, has_enough, transaction } =
                self.asked(email, Cause::Forgotten, origin).await?;
            // Nobody, or somebody who has had enough letters: both look the same from outside.
            let transaction = match known.filter(|_| !has_enough) {
                Some(known) => transaction.way_back(&known, letter, Purpose::ResetPassword, origin)?,
                None => transaction,
            };
            let transaction = transaction.padded(WRITES, email, Purpose::ResetPassword.word(), origin)?;
            Ok((transaction, ()))
        })
        .await
    }
}
