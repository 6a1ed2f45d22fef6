//! What a room's driver is: everything that suites over all rooms have to know of one room.

use std::collections::BTreeMap;

use embedded::template::Function;
use futures::future::LocalBoxFuture;
use ids::Mint;
use lambda::Room;
use serde_json::Value;

use crate::{Operation, Stage};

/// The ids of what is in a room, by the names of path parameters.
pub type Known = BTreeMap<&'static str, String>;

/// Something that is done in a room.
pub type Act = for<'a> fn(&'a mut Stage) -> LocalBoxFuture<'a, ()>;

/// What happens, and the event that says so.
pub type Given = (&'static str, Value);

/// Reasons, each with the operations for which it holds.
pub type Excused = &'static [(&'static str, &'static [&'static str])];

/// A room as the suites over all rooms meet it. Each room has one beside it, in `driver/`.
#[derive(Clone)]
pub struct Driver {
    /// The room.
    pub room: Room,
    /// What its API says of itself, as it was reviewed.
    pub document: &'static str,
    /// What a test's host says otherwise than the template.
    pub variables: &'static [(&'static str, &'static str)],
    /// Puts something into the room on which every operation could be done by the right people.
    pub furnish: Act,
    /// Does everything that can happen in the room once: each operation, each ask, each fact that it hears
    /// and each role. What it cost is in the rows of the stage.
    pub walk: Act,
    /// Furnishes the room as it is on an ordinary day, for [`Driver::events`].
    pub ordinary: Act,
    /// What one of its functions is given on an ordinary day for the nth time: something that really
    /// happens.
    pub events: fn(&Function, &Known, &Mint, u64) -> Vec<Given>,
    /// What an example with every field leaves open: of some fields one excludes another, and some name
    /// what is not there.
    pub choices: fn(&Stage, &str) -> Value,
    /// Makes the furnished room ready for an operation that cannot be done in it as it is.
    pub prepare: for<'a> fn(&'a mut Stage, &'a str) -> LocalBoxFuture<'a, ()>,
    /// What changes things and takes no version.
    pub blind: Excused,
    /// What answers with one thing and no version of it.
    pub unversioned: Excused,
    /// Whether the room knows who has signed in, and turns everybody else away.
    pub knows_sessions: bool,
}

/// Why an operation is blind: nothing is there that somebody could have seen.
pub const BEGINS: &str = "it begins something that nobody can have seen";
/// Why an operation is blind: a version would protect nothing.
pub const ONLY_READS: &str = "it changes nothing";
/// Why an operation is blind: a password or a letter says enough.
pub const PROVEN: &str = "it takes a proof, which counts more than what was seen";
/// Why an operation is blind: its outcome does not depend on what was seen.
pub const FINAL: &str = "it ends something for good, whatever it is by then";
/// Why an operation is blind: the order of two of them does not matter.
pub const ADDS: &str = "it adds to whatever there is, or takes away from it";

impl Driver {
    /// Every operation of the room's document.
    pub fn operations(&self) -> Vec<Operation> {
        crate::spec::operations(self.room.name, &self.reviewed())
    }

    /// The room's document as JSON.
    pub fn reviewed(&self) -> Value {
        serde_json::from_str(self.document).expect("an OpenAPI document is JSON")
    }
}
