//! The function of the room, in whatever role its environment names.

fn main() {
    lambda::run(catalog::room())
}
