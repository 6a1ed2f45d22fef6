//! The one thread on which everything happens: whose turn it is, is drawn; and whoever is mortal may
//! die at any await.
//!
//! A [`Stage`] polls one future at a time, one poll for each [`step`](Stage::step). A function's
//! future is given a life of some polls; when it is over the future is dropped where it stands, as
//! Lambda drops a function that timed out or whose machine died. What awaits a function through
//! [`Script::perform`] is told `None` then.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures::channel::oneshot;
use tokio::sync::Notify;
use tokio::task::coop::unconstrained;

use super::{Chance, Trail};

/// Long after every pause that the SDK or a room makes between two tries.
const NOBODY_WAITS_SO_LONG: Duration = Duration::from_secs(3_600);

/// What is in flight, and who draws the lots.
pub struct Stage {
    flights: Vec<Flight>,
    script: Script,
    bell: Arc<Notify>,
    chance: Chance,
    trail: Trail,
}

/// Puts new futures on the stage, also from within one that is on it.
#[derive(Clone, Default)]
pub struct Script(Rc<RefCell<Vec<Flight>>>);

struct Flight {
    name: String,
    future: Pin<Box<dyn Future<Output = ()>>>,
    /// How many polls are left to a mortal; `None` of whoever lives for ever.
    life: Option<usize>,
    /// A function dies when the clock leaps; an actor waits.
    function: bool,
    ready: Option<Arc<Ready>>,
}

struct Ready {
    flag: AtomicBool,
    bell: Arc<Notify>,
}

impl Wake for Ready {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::Relaxed);
        self.bell.notify_one();
    }
}

impl Script {
    /// Somebody who lives for ever.
    pub fn enter(&self, name: impl Into<String>, future: impl Future<Output = ()> + 'static) {
        self.put(name.into(), None, false, future);
    }

    /// A function that nobody waits for, with a life of so many polls.
    pub fn invoke(&self, name: String, life: Option<usize>, future: impl Future<Output = ()> + 'static) {
        self.put(name, life, true, future);
    }

    /// A function whose answer somebody waits for; `None` when it died.
    pub async fn perform<T: 'static>(
        &self,
        name: String,
        life: Option<usize>,
        future: impl Future<Output = T> + 'static,
    ) -> Option<T> {
        let (tell, told) = oneshot::channel();
        self.put(name, life, true, async move {
            let answer = future.await;
            // Whoever asked may have left the stage; nobody misses the answer then.
            tell.send(answer).ok();
        });
        told.await.ok()
    }

    fn put(
        &self,
        name: String,
        life: Option<usize>,
        function: bool,
        future: impl Future<Output = ()> + 'static,
    ) {
        let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(unconstrained(future));
        self.0.borrow_mut().push(Flight { name, future, life, function, ready: None });
    }
}

impl Stage {
    /// An empty stage.
    pub fn new(chance: Chance, trail: Trail) -> Stage {
        Stage { flights: Vec::new(), script: Script::default(), bell: Arc::default(), chance, trail }
    }

    /// From now on deaths are written down here.
    pub fn write_to(&mut self, trail: Trail) {
        self.trail = trail;
    }

    /// The way onto it.
    pub fn script(&self) -> Script {
        self.script.clone()
    }

    /// How many functions are in flight.
    pub fn functions(&self) -> usize {
        let waiting = self.script.0.borrow();
        self.flights.iter().chain(waiting.iter()).filter(|flight| flight.function).count()
    }

    /// Whether nobody is on it.
    pub fn is_empty(&self) -> bool {
        self.flights.is_empty() && self.script.0.borrow().is_empty()
    }

    /// Kills every function: the clock has leapt beyond every timeout.
    pub fn kill_functions(&mut self) {
        self.admit();
        for flight in &mut self.flights {
            if flight.function {
                flight.life = Some(0);
            }
        }
        self.bury();
    }

    /// Lets somebody who is ready go on to the next await, or waits until somebody is.
    pub async fn step(&mut self) {
        self.admit();
        self.bury();
        let is_ready = |flight: &Flight| flight.ready.as_ref().is_none_or(|r| r.flag.load(Ordering::Relaxed));
        let ready: Vec<usize> = (0..self.flights.len()).filter(|n| is_ready(&self.flights[*n])).collect();
        if ready.is_empty() {
            if !self.flights.is_empty() {
                let rung = tokio::time::timeout(NOBODY_WAITS_SO_LONG, self.bell.notified()).await;
                let names = || self.flights.iter().map(|flight| flight.name.as_str()).collect::<Vec<_>>();
                assert!(rung.is_ok(), "everybody waits for somebody else: {:?}", names());
            }
            return;
        }
        let n = *self.chance.pick(&ready);
        let flight = &mut self.flights[n];
        if let Some(life) = &mut flight.life {
            *life -= 1;
        }
        let bell = self.bell.clone();
        let ready = flight.ready.get_or_insert_with(|| Arc::new(Ready { flag: AtomicBool::new(true), bell }));
        ready.flag.store(false, Ordering::Relaxed);
        let waker = Waker::from(ready.clone());
        if flight.future.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Ready(()) {
            drop(self.flights.swap_remove(n));
        }
    }

    fn admit(&mut self) {
        self.flights.append(&mut self.script.0.borrow_mut());
    }

    fn bury(&mut self) {
        let dead = self.flights.extract_if(.., |flight| flight.life == Some(0));
        for flight in dead.collect::<Vec<_>>() {
            self.trail.say(format_args!("† {}", flight.name));
        }
    }
}

/// Gives way once: an await at which others may act and the one who waits may die.
pub async fn breathe() {
    let mut breathed = false;
    std::future::poll_fn(move |context| {
        if std::mem::replace(&mut breathed, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
