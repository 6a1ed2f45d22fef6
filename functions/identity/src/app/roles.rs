//! Who runs the market and its workshop.

use dynamo::{Receipt, Versioned};
use ids::AccountId;

use super::{App, AppError, Who};
use crate::domain::{Account, Entry, Event, Refusal, Role};
use crate::store::Known;

impl App {
    /// Grants a role. Granted twice it is granted.
    pub async fn grant_role(
        &self,
        admin: &Who,
        account: AccountId,
        role: Role,
        seen: Option<u64>,
        receipt: Receipt<Known>,
    ) -> Result<Known, AppError> {
        self.change_roles(admin, account, (Event::RoleGranted, role), seen, receipt, |account| {
            if !account.is_confirmed() {
                return Err(Refusal::Unconfirmed.into());
            }
            account.granted.insert(role);
            Ok(())
        })
        .await
    }

    /// Takes a role away. Tokens that were signed before still say it for ten minutes, and are not
    /// believed in it.
    pub async fn revoke_role(
        &self,
        admin: &Who,
        account: AccountId,
        role: Role,
        seen: Option<u64>,
        receipt: Receipt<Known>,
    ) -> Result<Known, AppError> {
        // Or there could be nobody left who may give it back.
        if admin.account == account && role == Role::Admin {
            return Err(Refusal::OwnRole.into());
        }
        self.change_roles(admin, account, (Event::RoleRevoked, role), seen, receipt, |account| {
            account.granted.remove(&role);
            Ok(())
        })
        .await
    }

    async fn change_roles(
        &self,
        admin: &Who,
        account: AccountId,
        (event, role): (Event, Role),
        seen: Option<u64>,
        receipt: Receipt<Known>,
        change: impl Fn(&mut Account) -> Result<(), AppError> + Send + Sync,
    ) -> Result<Known, AppError> {
        self.amend_in_charge(admin, account, |known, transaction| {
            let account = &known.body;
            known.is_seen(seen)?;
            let mut changed = account.clone();
            change(&mut changed)?;
            let about = match role {
                Role::Operator => "operator",
                Role::Admin => "admin",
            };
            let entry =
                Entry::new(event, &Default::default(), transaction.now()).about(about).by(admin.account);
            let new = Versioned { version: known.version + 1, body: changed };
            let transaction = transaction.account(known.version, &new.body)?.audit(account.id, &entry)?;
            Ok((transaction.sign(receipt.write(&new)?), new))
        })
        .await
    }
}
