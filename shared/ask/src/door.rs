//! The answering side: a handler that has a [`FromPeer`] in hand was asked by one of our rooms.
//!
//! Invariant: the signature is checked over the bytes as they arrived, before anything in them is
//! believed, and for the operation that the path names. Being asked twice verifies twice; that the
//! second time changes nothing is the promise of the room, which is why the id is handed on.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, OriginalUri, Request};
use clock::Clock;
use http::StatusCode;
use problem::Problem;
use serde::de::DeserializeOwned;

use crate::keys::SIGNATURE;
use crate::peers::scope;
use crate::{KeyRing, LARGEST, Unsigned};

/// What a room needs to believe an ask.
#[derive(Clone, Debug)]
pub struct AskDoor {
    /// Where the keys hang that asks are signed with.
    pub keys: Arc<dyn KeyRing>,
    /// What tells how old a signature is.
    pub clock: Clock,
}

/// An ask of another room of ours. Which fields `T` refuses, the ask may not have.
#[derive(Debug)]
pub struct FromPeer<T> {
    /// What makes it the same ask when it comes again.
    pub id: String,
    /// The particulars.
    pub body: T,
}

impl<S, T> FromRequest<S> for FromPeer<T>
where
    S: Send + Sync,
    AskDoor: FromRef<S>,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<FromPeer<T>, Problem> {
        let door = AskDoor::from_ref(state);
        let scope = scope_of(&request).ok_or_else(|| Problem::internal("this path is not one of an ask"))?;
        let headers = request.headers().clone();
        let body = axum::body::to_bytes(request.into_body(), LARGEST).await.map_err(malformed)?;
        // Strangers, who sign nothing, are not worth a look into the vault.
        if !headers.contains_key(SIGNATURE) {
            return Err(unsigned(Unsigned::Header("webhook-signature")));
        }
        let keys = door.keys.keys().await.map_err(|why| Problem::unavailable(1).inside(why))?;
        let id = keys.verify(&scope, &headers, &body, door.clock.now()).map_err(unsigned)?;
        // Rooms ask with objects; anything else could share its bytes with a timestamp (see `keys`).
        if body.first() != Some(&b'{') {
            return Err(malformed("not a JSON object"));
        }
        let body = serde_json::from_slice(&body).map_err(malformed)?;
        Ok(FromPeer { id, body })
    }
}

/// What a signature must be good for here: read from the path that was really called, also when
/// the router is nested or lives under a prefix.
fn scope_of(request: &Request) -> Option<String> {
    let original = request.extensions().get::<OriginalUri>();
    let path = original.map_or(request.uri(), |original| &original.0).path();
    let mut backwards = path.rsplit('/');
    let (operation, asks, room) = (backwards.next()?, backwards.next()?, backwards.next()?);
    (asks == "asks").then(|| scope(room, operation))
}

fn unsigned(why: Unsigned) -> Problem {
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "unsigned_ask");
    problem.detail("Only the rooms of this market may ask this.").inside(why)
}

fn malformed(why: impl std::fmt::Display) -> Problem {
    Problem::bad_request("malformed_ask").detail("The ask cannot be read.").inside(why)
}
