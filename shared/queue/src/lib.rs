//! Queues: sending facts, receiving them, and timers of a room.
//!
//! [`Queue::send_all`] sends facts to a room's FIFO queue. [`hear_facts`] and [`hear_messages`] turn a
//! batch from SQS into calls and their failures into SQS's partial batch response, and so does
//! [`hear_notices`] for the notices of S3. [`Timers`] are messages of a room to itself. A fact too
//! large for a message travels as a reference to an object: a [`Parcel`].
//!
//! Invariants: on a FIFO queue nothing of a group is handled after a failure in that group; a fact
//! without a subscription is counted and dropped; a message that cannot be read fails, so that SQS
//! moves it to the dead-letter queue after a few tries.

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
