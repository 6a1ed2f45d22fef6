//! The Lambda binary of `cart`, in every role.

fn main() {
    lambda::run(cart::room())
}
