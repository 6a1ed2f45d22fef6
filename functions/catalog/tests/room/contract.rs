//! The contract as a file: a change of it is seen as a difference.

#[test]
fn the_room_does_what_it_says_of_itself() {
    testkit::contract(&catalog::room(), env!("CARGO_MANIFEST_DIR"));
}
