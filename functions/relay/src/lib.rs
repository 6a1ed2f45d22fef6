//! The relay: streams in, queues out.
//!
//! Every table's stream is a source, filtered on `emits`. A record carries the facts of one
//! transition; each goes to the FIFO queue of every room that subscribes to it
//! ([`facts::SUBSCRIPTIONS`]), grouped by aggregate and deduplicated by fact id. A fact too large
//! for a message is laid into the facts bucket and travels by reference.
//!
//! Invariants: a record counts as relayed only when every queue has every one of its facts; the
//! stream is then read again from the first record that was not, so nothing is lost and nothing
//! of an aggregate overtakes; what is sent twice has the same deduplication id and acts once.

mod carry;
mod read;

use std::collections::BTreeSet;

use lambda::{Role, Room, Surroundings, Unready};

pub use carry::{Answer, Carrier};
pub use read::Batch;

/// The relay as a room that owns nothing.
pub fn room() -> Room {
    const VARIABLES: &[&str] = &[
        "FACTS_BUCKET",
        "QUEUE_CART",
        "QUEUE_CATALOG",
        "QUEUE_IDENTITY",
        "QUEUE_INVENTORY",
        "QUEUE_MERCHANTS",
    ];
    let relay = |carrier: Carrier, batch: Batch| async move { Ok(carrier.carry(batch).await) };
    Room::of("relay", open).on(Role::Relay, VARIABLES, &[], relay).done()
}

fn open(around: &Surroundings) -> Result<Carrier, Unready> {
    let queues = listeners().into_iter().map(|room| Ok((room, around.queue(&variable(room))?)));
    Ok(Carrier::new(queues.collect::<Result<_, _>>()?, around.bucket("FACTS_BUCKET")?))
}

/// The rooms that listen to anything at all.
fn listeners() -> BTreeSet<&'static str> {
    facts::SUBSCRIPTIONS.iter().filter(|(_, names)| !names.is_empty()).map(|(room, _)| *room).collect()
}

/// The variable that holds the address of a room's queue.
fn variable(room: &str) -> String {
    format!("QUEUE_{}", room.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relay_needs_a_queue_for_every_room_that_listens_and_no_other() {
        let needed: BTreeSet<String> = room().needs[0].variables.iter().map(|v| (*v).to_owned()).collect();
        let queues: BTreeSet<String> = listeners().into_iter().map(variable).collect();
        assert_eq!(needed, queues.into_iter().chain(["FACTS_BUCKET".to_owned()]).collect());
    }
}
