//! Whether a shop may sell.

use serde::{Deserialize, Serialize};

/// How a shop stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may not sell: not yet, or not now.
    #[default]
    Halted,
    /// It is no more.
    Closed,
    /// It sells.
    Open,
}
