//! Why not, by name.

use money::Currency;
use serde::Serialize;

use super::MOST_LINES;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    NotForSale(NotForSale),
    #[error("a service is put in with its slot")]
    SlotMissing,
    #[error("a made-to-order part is put in with its quote")]
    QuoteMissing,
    #[error("what is neither booked nor made to order has no slot and no quote")]
    NotThatKind,
    #[error("the quantity of a service is 1")]
    OneSlot,
    #[error("this slot or quote is in the cart already")]
    AlreadyIn,
    #[error("a cart holds at most {MOST_LINES} lines")]
    Full,
    #[error("everything in this cart is in {0}")]
    OtherCurrency(Currency),
    #[error("there are {have} in the cart already, and at most {most} of a line")]
    TooMany { have: u32, most: u32 },
    /// The owner has no cart with anything in it.
    #[error("no such cart")]
    NoSuchCart,
    #[error("no such line is in the cart")]
    NoSuchLine,
    #[error("there is no such guest's cart")]
    NoSuchGuestCart,
    #[error("this guest's cart has become part of another account's")]
    MergedElsewhere,
    #[error("the prices have changed again since they were shown")]
    ChangedAgain,
}

/// Why the catalog does not sell something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotForSale {
    #[error("there is no such variant")]
    UnknownVariant,
    #[error("this is not on sale")]
    NotOnSale,
    #[error("this has no price in that currency")]
    NoPrice,
}

impl NotForSale {
    /// The catalog says it like this.
    pub fn code(self) -> &'static str {
        match self {
            NotForSale::UnknownVariant => "unknown_variant",
            NotForSale::NotOnSale => "not_on_sale",
            NotForSale::NoPrice => "no_price",
        }
    }

    /// What the catalog means. A reason that we do not know yet means that it is not sold.
    pub fn read(code: &str) -> NotForSale {
        match code {
            "unknown_variant" => NotForSale::UnknownVariant,
            "no_price" => NotForSale::NoPrice,
            _ => NotForSale::NotOnSale,
        }
    }
}
