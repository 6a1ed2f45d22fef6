//! Whose cart it is. An owner has one, and it lives for as long as such an owner comes back.

use std::fmt;
use std::str::FromStr;

use ids::{AccountId, CartId};
use jiff::SignedDuration;

use super::Quantity;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    Account(AccountId),
    /// A guest's, who has nothing but the cart itself.
    Guest(CartId),
    /// A user's of the LOMS contract, who is a number.
    Loms(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cart belongs to acc_…, crt_… or loms#<number>")]
pub struct BadOwner;

const LOMS: &str = "loms#";

impl Owner {
    /// For how long a cart lives after it was used.
    pub fn life(self) -> SignedDuration {
        match self {
            Owner::Guest(_) => SignedDuration::from_hours(24),
            Owner::Account(_) | Owner::Loms(_) => SignedDuration::from_hours(30 * 24),
        }
    }

    /// The most of one line. The foreign contract counts as far as a uint32 goes.
    pub fn most(self) -> u32 {
        match self {
            Owner::Account(_) | Owner::Guest(_) => Quantity::MOST,
            Owner::Loms(_) => u32::MAX,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Account(account) => account.fmt(f),
            Owner::Guest(cart) => cart.fmt(f),
            Owner::Loms(user) => write!(f, "{LOMS}{user}"),
        }
    }
}

impl FromStr for Owner {
    type Err = BadOwner;

    fn from_str(text: &str) -> Result<Owner, BadOwner> {
        if let Some(user) = text.strip_prefix(LOMS) {
            let user: Option<ids::Sku> = user.parse().ok();
            return user.map(|user| Owner::Loms(user.get())).ok_or(BadOwner);
        }
        let account = text.parse().map(Owner::Account);
        account.or_else(|_| text.parse().map(Owner::Guest)).map_err(|_| BadOwner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::Uuid;

    #[test]
    fn an_owner_reads_back_as_itself_and_nobody_else_is_one() {
        let account = Owner::Account(AccountId::from_uuid(Uuid::from_u128(1)));
        for owner in [account, Owner::Guest(CartId::from_uuid(Uuid::from_u128(1))), Owner::Loms(7)] {
            assert_eq!(owner.to_string().parse(), Ok(owner));
        }
        for bad in ["", "acc_", "loms#", "loms#0", "loms#-1", "loms#01", "LOMS#7", "ord_x"] {
            assert_eq!(bad.parse::<Owner>(), Err(BadOwner), "{bad}");
        }
    }
}
