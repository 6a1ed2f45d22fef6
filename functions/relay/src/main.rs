//! The relay as a Lambda function.

fn main() {
    lambda::run(relay::room())
}
