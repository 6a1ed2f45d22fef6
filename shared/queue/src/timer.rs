//! Timers: messages of a room to itself on a standard queue with a delay.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::DisplayErrorContext;
use jiff::SignedDuration;
use serde::Serialize;

use crate::SendError;

/// The longest delay of SQS. A timer further away fires early, and its handler sets a new one.
pub const LONGEST_DELAY: SignedDuration = SignedDuration::from_secs(900);

/// A room's timers.
#[derive(Clone, Debug)]
pub struct Timers {
    client: Client,
    url: String,
}

impl Timers {
    /// Timers on the queue at this address.
    pub fn new(client: Client, url: impl Into<String>) -> Timers {
        Timers { client, url: url.into() }
    }

    /// Delivers the message to the room's `timer` role after the delay, or up to a second later. It may
    /// come twice, and earlier than a delay longer than [`LONGEST_DELAY`]: the handler checks the
    /// clock.
    pub async fn set<T: Serialize>(&self, after: SignedDuration, message: &T) -> Result<(), SendError> {
        let body = serde_json::to_string(message).map_err(|e| SendError::Defect(e.to_string()))?;
        let request = self.client.send_message().queue_url(&self.url).message_body(body);
        let sent = request.delay_seconds(delay_seconds(after)).send().await;
        sent.map(drop).map_err(|e| SendError::not_now(DisplayErrorContext(e)))
    }
}

/// Rounded up: a timer that fires early would have to be set again.
fn delay_seconds(after: SignedDuration) -> i32 {
    let after = after.clamp(SignedDuration::ZERO, LONGEST_DELAY);
    let seconds = after.as_secs() + i64::from(after.subsec_nanos() > 0);
    i32::try_from(seconds.min(LONGEST_DELAY.as_secs())).expect("900 fits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_never_short_never_negative_and_never_more_than_sqs_takes() {
        let check = |millis, expect| {
            assert_eq!(delay_seconds(SignedDuration::from_millis(millis)), expect, "{millis} ms")
        };
        check(-5_000, 0);
        check(0, 0);
        check(1, 1);
        check(1_000, 1);
        check(899_001, 900);
        check(7_200_000, 900);
    }
}
