//! The Lambda binary of `inventory`, in every role.

fn main() {
    lambda::run(inventory::room())
}
