//! Where everything lies.
//!
//! | What | pk | sk | Asked for as |
//! | --- | --- | --- | --- |
//! | cart | `cart#<owner>` | `cart` | the owner's |
//!
//! An owner is `acc_…`, `crt_…` or `loms#<user>`, and every question is about one owner, so one item
//! answers it. Beside these lie what the plumbing keeps: `once#…` and the buckets of the door.

use dynamo::Key;

use crate::domain::Owner;

pub(super) fn cart(owner: Owner) -> Key {
    Key::new(format!("cart#{owner}"), "cart")
}

pub(super) fn owner_of(key: &Key) -> Option<Owner> {
    key.pk.strip_prefix("cart#")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ids::{AccountId, CartId, Uuid};

    #[test]
    fn a_cart_s_key_names_its_owner() {
        let id = Uuid::from_u128(7);
        let account = Owner::Account(AccountId::from_uuid(id));
        for owner in [account, Owner::Guest(CartId::from_uuid(id)), Owner::Loms(7)] {
            assert_eq!(owner_of(&cart(owner)), Some(owner));
        }
        assert_eq!(owner_of(&Key::new("once#guest", "k")), None);
    }
}
