//! The contract as a file: whoever changes it sees the difference.

#[test]
fn the_contract_in_the_file_is_the_contract_of_the_code() {
    let folder = env!("CARGO_MANIFEST_DIR");
    testkit::reviewed(folder, &catalog::routes().document(folder).unwrap());
}
