//! The names of things: one type per kind of thing, all in one alphabetical registry.
//!
//! An id is a UUIDv7 written as a prefix and 26 characters of lower-case Crockford base32, such as
//! `prd_01kag9x3r6e8v9w2m4n5p7q8rs`. Invariants: an id of one kind never parses as another; every id
//! has exactly one spelling, so a key made from it is unique; the text sorts like the moment of
//! minting. An id is never a secret.

mod mint;
mod registry;
mod sku;
mod text;

use registry::registry;

pub use mint::Mint;
pub use sku::{BadSku, Sku};
pub use text::BadId;
#[doc(no_inline)]
pub use uuid::Uuid;

registry! {
    /// A person who can sign in.
    AccountId "acc",
    /// A key that a program signs in with.
    ApiKeyId "key",
    /// A cart, of a guest or of a customer.
    CartId "crt",
    /// A shelf in the tree of categories.
    CategoryId "cat",
    /// A paper that a merchant shows before the shop opens.
    DocumentId "doc",
    /// Days on which a shop is closed.
    HolidayId "hol",
    /// One file of products that a merchant dropped.
    ImportId "imp",
    /// A seat in a shop, offered to somebody by e-mail.
    InvitationId "inv",
    /// A mail that one of our rooms has reason to send.
    LetterId "ltr",
    /// A picture or another file shown with a product.
    MediaId "med",
    /// A shop.
    MerchantId "mer",
    /// One line of the stock ledger.
    MovementId "mov",
    /// A customer's order.
    OrderId "ord",
    /// Something a merchant sells.
    ProductId "prd",
    /// A price worked out for a customer's own file.
    QuoteId "quo",
    /// One HTTP request.
    RequestId "req",
    /// Stock held for an owner until it expires.
    ReservationId "rsv",
    /// What the market takes of a sale, and of which sales.
    RuleId "rul",
    /// One sign-in, with every token that came of it.
    SessionId "ses",
    /// An hour somebody can book.
    SlotId "slt",
    /// The thing that is actually bought: a product in one size, colour, length.
    VariantId "var",
    /// A place where stock lies.
    WarehouseId "whs",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_alphabetical_and_no_prefix_is_taken_twice() {
        let names: Vec<&str> = REGISTRY.iter().map(|(_, name)| *name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");

        let mut prefixes: Vec<&str> = REGISTRY.iter().map(|(prefix, _)| *prefix).collect();
        prefixes.sort_unstable();
        assert!(prefixes.is_sorted_by(|a, b| a < b), "{prefixes:?}");
    }

    #[test]
    fn a_prefix_is_three_small_letters() {
        for (prefix, name) in REGISTRY {
            assert!(prefix.len() == 3 && prefix.bytes().all(|b| b.is_ascii_lowercase()), "{name}: {prefix}");
        }
    }
}
