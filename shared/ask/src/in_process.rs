//! Asks on the embedded host and in tests: the other room's router, called where it stands.
//!
//! Invariant: a room cannot tell the difference. It sees the same request with the same signature,
//! and its panic is its own.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::StatusCode;
use tower::ServiceExt;

use crate::{Carrier, CarryError, LARGEST};

/// Carries asks to routers in the same process. Clones share the rooms, because a room must be
/// given its carrier before the routers of all the others exist.
#[derive(Clone, Default)]
pub struct InProcess {
    rooms: Arc<RwLock<HashMap<String, Router>>>,
}

impl InProcess {
    /// A house in which no room is open yet.
    pub fn new() -> InProcess {
        InProcess::default()
    }

    /// Opens a room: from now on asks reach it. Opening it again replaces its router.
    pub fn open(&self, room: &str, router: Router) {
        // Inserting cannot leave half a map behind, so a poisoned lock is still right.
        self.rooms.write().unwrap_or_else(PoisonError::into_inner).insert(room.to_owned(), router);
    }

    fn router(&self, room: &str) -> Option<Router> {
        self.rooms.read().unwrap_or_else(PoisonError::into_inner).get(room).cloned()
    }
}

impl Carrier for InProcess {
    fn carry(
        &self,
        room: &str,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, CarryError>> {
        let router = self.router(room).ok_or_else(|| CarryError::because(format!("no room {room} is open")));
        async move {
            let answer = router?.oneshot(request.map(Body::from));
            let Ok(answer) = AssertUnwindSafe(answer).catch_unwind().await else {
                // What a gateway says when the function behind it died.
                let mut broken = http::Response::new(Bytes::new());
                *broken.status_mut() = StatusCode::BAD_GATEWAY;
                return Ok(broken);
            };
            let (parts, body) = answer.map_err(CarryError::because)?.into_parts();
            let body = axum::body::to_bytes(body, LARGEST).await.map_err(CarryError::because)?;
            Ok(http::Response::from_parts(parts, body))
        }
        .boxed()
    }
}
