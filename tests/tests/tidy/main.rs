//! Whether the house is as it says it is: the tree, its files, its dependencies, its door plates,
//! and the template against the rooms.
//!
//! Every check is a pure function from text or plain structs to complaints, so that each has a test
//! that shows it failing on a bad example, right beside the test that runs it on the house.

#![allow(clippy::unwrap_used, reason = "what is missing fails the test")]

mod blocks;
mod buckets;
mod crates;
mod edge;
mod events;
mod files;
mod layers;
mod plates;
mod rights;
mod source;
mod template;

/// Fails with all complaints at once.
#[track_caller]
fn nothing_to_complain_about(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Insists that a check sees what is wrong with a bad example.
#[track_caller]
fn complains(complaints: Vec<String>, about: &str) {
    assert!(complaints.iter().any(|complaint| complaint.contains(about)), "{about}: {complaints:?}");
}
