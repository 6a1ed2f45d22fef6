//! The Lambda binary of `merchants`, in every role.

fn main() {
    lambda::run(merchants::room())
}
