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
