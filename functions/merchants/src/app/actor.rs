//! Who asks for something, and whether they may: judged on the shop itself, every time it is read.

use dynamo::{Attempts, Versioned};
use facts::merchants::MerchantRole;
use ids::{AccountId, MerchantId};

use super::{App, AppError};
use crate::domain::{Refusal, Shop, State};

/// Who acts for a shop, or upon it, with the shop as it was when they were let in.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub merchant: MerchantId,
    pub by: By,
    pub shop: Versioned<Shop>,
    /// The version in `If-Match`: the shop's, or that of what lies beside it.
    pub seen: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A member, for something that takes at least this role.
    Member {
        account: AccountId,
        least: MerchantRole,
    },
    /// A program with a key of the shop, which does what a manager does.
    Program,
    Market,
}

impl By {
    /// Whether they may act for the shop as it is.
    pub(crate) fn may(&self, shop: &Shop) -> Result<(), Refusal> {
        let may = match self {
            By::Member { account, least } => shop.role_of(*account).is_some_and(|role| role >= *least),
            // A closed shop has no members, and no program works for it.
            By::Program => shop.state != State::Closed,
            By::Market => true,
        };
        if may { Ok(()) } else { Err(Refusal::NotAMember) }
    }
}

impl Actor {
    /// The person, where nothing else will do.
    pub(crate) fn person(&self) -> Result<AccountId, Refusal> {
        match self.by {
            By::Member { account, .. } => Ok(account),
            By::Program | By::Market => Err(Refusal::NotAPerson),
        }
    }
}

impl App {
    /// Lets in who works for the shop. To others a shop that is not there is a shop where they
    /// do not work.
    pub(crate) async fn let_in(
        &self,
        merchant: MerchantId,
        by: By,
        seen: Option<u64>,
    ) -> Result<Actor, AppError> {
        let shop = self.store.shop(merchant).await?;
        let shop = shop.filter(|shop| by.may(&shop.body).is_ok()).ok_or(match by {
            By::Market => Refusal::NoSuchShop,
            By::Member { .. } | By::Program => Refusal::NotAMember,
        })?;
        Ok(Actor { merchant, by, shop, seen })
    }

    /// The shop as the actor acts on it: as it was when they were let in, and at a later attempt as it is,
    /// if they still may.
    pub(super) async fn current(
        &self,
        actor: &Actor,
        attempts: &Attempts<'_>,
    ) -> Result<Versioned<Shop>, AppError> {
        if attempts.is_first() {
            return Ok(actor.shop.clone());
        }
        let shop = self.store.shop(actor.merchant).await?.ok_or(Refusal::NoSuchShop)?;
        actor.by.may(&shop.body)?;
        Ok(shop)
    }
}
