//! The way from room to room: asks that get lost, are heard twice, come late, or reach a function
//! that dies over them.
//!
//! Invariant: whoever is asked lives apart from whoever asks, as two Lambda functions do. The one may
//! die and the other goes on.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use ask::{Carrier, CarryError};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::hostile::{Weather, is_spared};
use super::stage::{Errands, LONGEST_SHORT_LIFE, breathe};
use super::{Chance, Trail};

/// As long as nobody's patience in the house.
const LATE: usize = 60;

/// The doors of all rooms. Clones know the same.
#[derive(Clone, Default)]
pub struct Doors(Arc<RwLock<BTreeMap<String, Vec<Router>>>>);

impl Doors {
    /// One more instance of a room.
    pub fn open(&self, room: &str, router: Router) {
        // A push cannot leave half a list behind, so a poisoned lock is still right.
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(room.to_owned())
            .or_default()
            .push(router);
    }

    /// Closes all doors. Behind each stands a room that knows the doors of all: as long as they are
    /// open none of them can be forgotten.
    pub fn close(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn any(&self, room: &str, chance: &Chance) -> Option<Router> {
        let doors = self.0.read().unwrap_or_else(PoisonError::into_inner);
        doors.get(room).map(|open| chance.pick(open).clone())
    }
}

/// Carries asks through the weather.
#[derive(Clone)]
pub struct Courier {
    /// The doors that it knows.
    pub doors: Doors,
    /// How hostile the world is.
    pub weather: Weather,
    /// What draws the lots.
    pub chance: Chance,
    /// Where it is written down.
    pub trail: Trail,
    /// Where those who are asked live.
    pub errands: Errands,
}

impl Carrier for Courier {
    fn carry(
        &self,
        room: &str,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, CarryError>> {
        let room = room.to_owned();
        async move {
            let what = format!("{} of {room}", request.uri().path());
            self.trail.say(format_args!("? {what}"));
            if !self.weather.is_stormy() || is_spared() {
                let router = self.door(&room)?;
                return Ok(answer(router, request).await);
            }
            for _ in 0..self.chance.below(3) {
                breathe().await;
            }
            if !self.chance.permille(self.weather.permille()) {
                return self.brought(&room, &what, request).await;
            }
            match self.chance.below(5) {
                0 => self.lost(&what),
                1 => {
                    self.brought(&room, &what, request).await?;
                    self.lost(&what)
                }
                2 => {
                    self.trail.say(format_args!("~ {what} is asked twice"));
                    let (first, second) = futures::join!(
                        self.brought(&room, &what, copy(&request)),
                        self.brought(&room, &what, copy(&request)),
                    );
                    if self.chance.permille(500) { first } else { second }
                }
                3 => {
                    self.trail.say(format_args!("~ {what} is answered late"));
                    let answer = self.brought(&room, &what, request).await;
                    for _ in 0..self.chance.below(LATE) {
                        breathe().await;
                    }
                    answer
                }
                _ => {
                    self.trail.say(format_args!("~ {what} is turned away by the gateway"));
                    let status = *self.chance.pick(&[429, 502, 503, 504]);
                    let mut refused = Response::new(Bytes::new());
                    *refused.status_mut() = StatusCode::from_u16(status).map_err(CarryError::because)?;
                    Ok(refused)
                }
            }
        }
        .boxed()
    }
}

impl Courier {
    fn door(&self, room: &str) -> Result<Router, CarryError> {
        self.doors
            .any(room, &self.chance)
            .ok_or_else(|| CarryError::because(format!("no room {room} is open")))
    }

    fn lost(&self, what: &str) -> Result<Response<Bytes>, CarryError> {
        self.trail.say(format_args!("~ {what} is lost"));
        Err(CarryError::because("the world is hostile"))
    }

    async fn brought(
        &self,
        room: &str,
        what: &str,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, CarryError> {
        let router = self.door(room)?;
        let life = self.chance.permille(60).then(|| 1 + self.chance.below(LONGEST_SHORT_LIFE));
        let answer = self.errands.perform(what.to_owned(), life, answer(router, request)).await;
        answer.ok_or_else(|| CarryError::because("whoever was asked has died"))
    }
}

fn copy(request: &Request<Bytes>) -> Request<Bytes> {
    let mut copy = Request::new(request.body().clone());
    (*copy.method_mut(), *copy.uri_mut()) = (request.method().clone(), request.uri().clone());
    *copy.headers_mut() = request.headers().clone();
    copy
}

async fn answer(router: Router, request: Request<Bytes>) -> Response<Bytes> {
    let answer = router.oneshot(request.map(Body::from)).await.unwrap_or_else(|never| match never {});
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.expect("answers are whole").to_bytes();
    Response::from_parts(parts, body)
}
