//! Queues: how a fact leaves, how it is heard, and how a room wakes itself up later.
//!
//! [`Queue::send_all`] carries facts to a room's FIFO queue. [`hear_facts`] and [`hear_messages`]
//! turn a batch from SQS into calls and their failures back into SQS's partial answer, and so does
//! [`hear_notices`] for what S3 says of a bucket. [`Timers`] are messages to oneself. A fact too
//! large for a message travels as a reference to a blob: a [`Parcel`].
//!
//! Invariants: on a FIFO queue nothing of a group is heard after a failure in that group; a fact
//! that the room does not subscribe to is counted and let go; a message that cannot be read is failed, so that
//! SQS sets it aside after the queue's few tries, and never loops.

mod hear;
mod notice;
mod parcel;
mod send;
mod timer;

pub use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
pub use hear::{HearError, Heard, hear_facts, hear_messages};
pub use notice::hear_notices;
pub use parcel::{LARGEST_MESSAGE, PARCELS, Parcel};
pub use send::{Outgoing, Queue, SendError};
pub use timer::{LONGEST_DELAY, Timers};
