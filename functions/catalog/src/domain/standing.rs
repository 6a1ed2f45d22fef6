//! Whether a shop may sell.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may not sell: not yet, or not now.
    #[default]
    Halted,
    Closed,
    Open,
}
