//! The way from room to room: asks that get lost, are heard twice, come late, or reach a function
//! that dies over them.
//!
//! Invariant: whoever is asked lives apart from whoever asks, as two Lambda functions do. The one may
//! die and the other goes on.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use ask::{Answer, Answers, Carrier, CarryError, Question};
use futures::FutureExt;
use futures::future::BoxFuture;
use http::StatusCode;
use lambda::Roles;

use super::hostile::{Weather, is_spared};
use super::stage::{Errands, LONGEST_SHORT_LIFE, breathe};
use super::{Chance, Trail};

/// As long as nobody's patience in the house.
const LATE: usize = 60;

/// The doors of all rooms. Clones know the same.
#[derive(Clone, Default)]
pub struct Doors(Arc<RwLock<BTreeMap<String, Vec<Roles>>>>);

impl Doors {
    /// One more instance of a room.
    pub fn open(&self, room: &str, door: Roles) {
        // A push cannot leave half a list behind, so a poisoned lock is still right.
        self.0.write().unwrap_or_else(PoisonError::into_inner).entry(room.to_owned()).or_default().push(door);
    }

    /// Closes all doors. Behind each stands a room that knows the doors of all: as long as they are
    /// open none of them can be forgotten.
    pub fn close(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn any(&self, room: &str, chance: &Chance) -> Option<Roles> {
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
    fn carry(&self, room: &str, question: Question) -> BoxFuture<'_, Result<Answer, CarryError>> {
        let room = room.to_owned();
        async move {
            let what = format!("{} of {room}", question.operation);
            self.trail.say(format_args!("? {what}"));
            if !self.weather.is_stormy() || is_spared() {
                return Ok(self.door(&room)?.answer(question).await);
            }
            for _ in 0..self.chance.below(3) {
                breathe().await;
            }
            if !self.chance.permille(self.weather.permille()) {
                return self.brought(&room, &what, question).await;
            }
            match self.chance.below(5) {
                0 => self.lost(&what),
                1 => {
                    self.brought(&room, &what, question).await?;
                    self.lost(&what)
                }
                2 => {
                    self.trail.say(format_args!("~ {what} is asked twice"));
                    let (first, second) = futures::join!(
                        self.brought(&room, &what, question.clone()),
                        self.brought(&room, &what, question),
                    );
                    if self.chance.permille(500) { first } else { second }
                }
                3 => {
                    self.trail.say(format_args!("~ {what} is answered late"));
                    let answer = self.brought(&room, &what, question).await;
                    for _ in 0..self.chance.below(LATE) {
                        breathe().await;
                    }
                    answer
                }
                _ => {
                    self.trail.say(format_args!("~ {what} is turned away by the gateway"));
                    let status = *self.chance.pick(&[429, 502, 503, 504]);
                    Ok(Answer::bare(StatusCode::from_u16(status).map_err(CarryError::because)?))
                }
            }
        }
        .boxed()
    }
}

impl Courier {
    fn door(&self, room: &str) -> Result<Roles, CarryError> {
        self.doors
            .any(room, &self.chance)
            .ok_or_else(|| CarryError::because(format!("no room {room} is open")))
    }

    fn lost(&self, what: &str) -> Result<Answer, CarryError> {
        self.trail.say(format_args!("~ {what} is lost"));
        Err(CarryError::because("the world is hostile"))
    }

    async fn brought(&self, room: &str, what: &str, question: Question) -> Result<Answer, CarryError> {
        let door = self.door(room)?;
        let life = self.chance.permille(60).then(|| 1 + self.chance.below(LONGEST_SHORT_LIFE));
        let answer =
            self.errands.perform(what.to_owned(), life, async move { door.answer(question).await }).await;
        answer.ok_or_else(|| CarryError::because("whoever was asked has died"))
    }
}
