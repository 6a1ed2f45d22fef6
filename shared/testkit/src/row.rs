//! What one thing cost.

use dynamo::Spend;

/// What one thing cost at the table of its room.
#[derive(Clone, Debug)]
pub struct Row {
    /// In which room.
    pub room: &'static str,
    /// The operation, the fact that was heard, or the role that was called.
    pub name: String,
    /// Under which circumstances, where they make a difference.
    pub note: String,
    /// What it cost.
    pub spend: Spend,
}

impl Row {
    /// How it is called in a table.
    pub fn label(&self) -> String {
        match self.note.is_empty() {
            true => self.name.clone(),
            false => format!("{}, {}", self.name, self.note),
        }
    }
}

/// What one thing cost beside another.
pub fn beside(all: Spend, other: Spend) -> Spend {
    Spend {
        requests: all.requests - other.requests,
        read_milli: all.read_milli - other.read_milli,
        write_milli: all.write_milli - other.write_milli,
    }
}
