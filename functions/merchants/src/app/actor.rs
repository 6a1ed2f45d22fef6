//! Who asks for something, and whether they may: judged on the shop itself, every time it is read.

use dynamo::Attempts;
use facts::merchants::MerchantRole;
use ids::{AccountId, MerchantId};

use super::{App, AppError};
use crate::domain::{Shop, State};
use crate::store::Kept;

/// Somebody who acts for a shop, or upon it, with the shop as it was when they were let in.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The shop.
    pub merchant: MerchantId,
    /// Who it is.
    pub by: By,
    /// The shop as it was when they were let in.
    pub kept: Kept,
    /// The version of it that they have seen, if they said one.
    pub seen: Option<u64>,
}

/// Who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody who works there, for something that takes at least this role.
    Member {
        /// Who.
        account: AccountId,
        /// The role.
        least: MerchantRole,
    },
    /// A program with a key of the shop, which does what a manager does.
    Program,
    /// Whoever runs the market.
    Market,
}

impl By {
    /// Whether they may act for the shop as it is.
    pub fn may(&self, shop: &Shop) -> bool {
        match self {
            By::Member { account, least } => shop.role_of(*account).is_some_and(|role| role >= *least),
            // Nobody works in a closed shop, and neither does a program.
            By::Program => shop.state != State::Closed,
            By::Market => true,
        }
    }
}

impl Actor {
    /// The same, having seen a version.
    #[must_use]
    pub fn seeing(self, seen: Option<u64>) -> Actor {
        Actor { seen, ..self }
    }

    /// The person, where nothing else will do.
    pub fn person(&self) -> Result<AccountId, AppError> {
        match self.by {
            By::Member { account, .. } => Ok(account),
            By::Program | By::Market => Err(AppError::NotAPerson),
        }
    }
}

impl App {
    /// Lets somebody in who works for the shop. To everybody else a shop that is not there is a shop
    /// where they do not work.
    pub async fn let_in(&self, merchant: MerchantId, by: By) -> Result<Actor, AppError> {
        let kept = self.store.shop(merchant).await?.filter(|kept| by.may(&kept.shop));
        let kept = kept.ok_or(AppError::NotAMember)?;
        Ok(Actor { merchant, by, kept, seen: None })
    }

    /// Lets the market in, which goes everywhere.
    pub async fn let_market_in(&self, merchant: MerchantId) -> Result<Actor, AppError> {
        let kept = self.store.shop(merchant).await?.ok_or(AppError::NoSuchShop)?;
        Ok(Actor { merchant, by: By::Market, kept, seen: None })
    }

    /// The shop as somebody acts on it: as it was when they were let in, and after a lost race as it
    /// is, if they still may.
    pub(super) async fn current(&self, actor: &Actor, attempts: &Attempts<'_>) -> Result<Kept, AppError> {
        let kept = match attempts.is_first() {
            true => actor.kept.clone(),
            false => self.store.shop(actor.merchant).await?.ok_or(AppError::NoSuchShop)?,
        };
        if !actor.by.may(&kept.shop) {
            return Err(AppError::NotAMember);
        }
        match actor.seen {
            Some(seen) if seen != kept.version => Err(AppError::Stale { seen, is: kept.version }),
            _ => Ok(kept),
        }
    }
}
