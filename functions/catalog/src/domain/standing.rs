//! Whether a shop may sell.

use serde::{Deserialize, Serialize};

/// How a shop stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may not sell: not yet, not now, or never again.
    #[default]
    Halted,
    /// It sells.
    Open,
}
