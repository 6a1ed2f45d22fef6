//! How a room stores its data: one DynamoDB table, through the AWS SDK on every host.
//!
//! Read in this order: an [`Item`] has a [`Key`]; a [`Write`] changes one item under a [`Condition`];
//! [`Table::commit`] carries out one write or many, all or none, so that state, facts and receipt are
//! saved together or not at all; [`Table::change`] is the loop around it that most commands are;
//! [`Query`] reads a partition page by page. [`Claim`] is the receipt behind `Idempotency-Key`,
//! [`Limit`] a rate limit, [`Spend`] counts what every request cost.
//!
//! Invariants: a versioned save never overwrites a version it has not read; `emits` holds the facts of
//! the last transition only; a lost answer is not mistaken for a refusal.

mod change;
mod claim;
mod condition;
mod error;
mod item;
mod limit;
mod projections;
mod query;
mod spend;
mod table;
mod update;
mod write;

pub use change::{Aggregate, Change, Receipt, Versioned, transition};
pub use claim::{Answer, Claim, Claimed, KEPT_FOR};
pub use condition::Condition;
pub use error::{Error, Refusal};
pub use item::{Item, Key, MARKS, Stored, decode, encode, holds};
pub use limit::{Count, Limit};
pub use projections::difference;
pub use query::{BadCursor, Cursor, LONGEST_CURSOR, Page, Query};
pub use spend::Spend;
pub use table::{Attempts, Heard, MOST_WRITES, Patience, Table};
pub use write::{Save, Update, Write};

pub use aws_sdk_dynamodb::types::AttributeValue;
