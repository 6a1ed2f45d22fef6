//! Who runs the market and its workshop.

use ids::AccountId;
use web::Expected;

use super::{App, AppError, Sign, Who};
use crate::domain::{Account, Entry, Event, Refusal, Role};
use crate::store::Known;

impl App {
    /// Grants a role. Granted twice it is granted.
    pub async fn grant_role(
        &self,
        admin: &Who,
        account: AccountId,
        role: Role,
        expected: Expected,
        sign: Sign<'_, Known>,
    ) -> Result<(), AppError> {
        self.change_roles(admin, account, (Event::RoleGranted, role), expected, sign, |account| {
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
        expected: Expected,
        sign: Sign<'_, Known>,
    ) -> Result<(), AppError> {
        // Or there could be nobody left who may give it back.
        if admin.account == account && role == Role::Admin {
            return Err(AppError::OwnRole);
        }
        self.change_roles(admin, account, (Event::RoleRevoked, role), expected, sign, |account| {
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
        expected: Expected,
        sign: Sign<'_, Known>,
        change: impl Fn(&mut Account) -> Result<(), AppError> + Send + Sync,
    ) -> Result<(), AppError> {
        self.amend_in_charge(admin, account, |(version, account), transaction| {
            expected.check(*version).map_err(AppError::Door)?;
            let mut changed = account.clone();
            change(&mut changed)?;
            let about = match role {
                Role::Operator => "operator",
                Role::Admin => "admin",
            };
            let entry =
                Entry::new(event, &Default::default(), transaction.now()).about(about).by(admin.account);
            let transaction = transaction.account(*version, &changed)?.audit(account.id, &entry)?;
            Ok(transaction.sign(sign(&(version + 1, changed)).map_err(AppError::Door)?))
        })
        .await
    }
}
