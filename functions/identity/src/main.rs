//! The Lambda binary of `identity`, in every role.

fn main() {
    lambda::run(identity::room())
}
