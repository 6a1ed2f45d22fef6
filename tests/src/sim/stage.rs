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
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::BoxFuture;
use tokio::sync::Notify;
use tokio::task::coop::unconstrained;

use super::hostile::spared;
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

/// A life that is drawn ends within so many polls, which is about as many as a request takes.
pub const LONGEST_SHORT_LIFE: usize = 40;

/// In the names of those who may have passwords hashed.
const HASHES: &str = "/identity/";

/// Puts new futures on the stage, also from within one that is on it.
#[derive(Clone, Default)]
pub struct Script {
    waiting: Rc<RefCell<Vec<Flight>>>,
    errands: Errands,
}

/// The same for functions that are called by a room, which may not know that there is only one
/// thread.
#[derive(Clone, Default)]
pub struct Errands(Arc<Mutex<Vec<Errand>>>);

struct Errand {
    name: String,
    life: Option<usize>,
    future: BoxFuture<'static, ()>,
}

struct Flight {
    name: String,
    future: Pin<Box<dyn Future<Output = ()>>>,
    /// How many polls are left to a mortal; `None` of whoever lives for ever.
    life: Option<usize>,
    kind: Kind,
    ready: Option<Arc<Ready>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Somebody who waits when the clock leaps.
    Actor,
    /// A function, which dies then.
    Function,
    /// A function for which the clock waits.
    Spared,
}

/// Holds back the thread that hashes passwords while somebody acts who may ask for it. Whether a hash
/// is there when it is asked for would otherwise depend on which thread is faster, and a market in
/// which that matters does not run again by its seed.
struct Gate(std::sync::mpsc::Sender<()>);

impl Gate {
    /// From now on what is given to the thread has to wait. The runtime has one such thread, which does
    /// one thing after another.
    fn close() -> Gate {
        let (open, opened) = std::sync::mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || opened.recv().ok());
        Gate(open)
    }

    /// Lets the thread do what has been given to it, and waits until it has.
    async fn open(self) {
        drop(self.0);
        tokio::task::spawn_blocking(|| ()).await.expect("nothing does not fail");
    }
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
        self.put(Kind::Actor, name.into(), None, future);
    }

    /// A function that nobody waits for, with a life of so many polls.
    pub fn invoke(&self, name: String, life: Option<usize>, future: impl Future<Output = ()> + 'static) {
        self.put(Kind::Function, name, life, future);
    }

    /// A function that the world leaves alone.
    pub fn spare(&self, name: String, future: impl Future<Output = ()> + 'static) {
        self.put(Kind::Spared, name, None, spared(future));
    }

    /// A function whose answer somebody waits for; `None` when it died.
    pub async fn perform<T: 'static>(
        &self,
        name: String,
        life: Option<usize>,
        future: impl Future<Output = T> + 'static,
    ) -> Option<T> {
        let (tell, told) = oneshot::channel();
        self.put(Kind::Function, name, life, async move {
            let answer = future.await;
            // Whoever asked may have left the stage; nobody misses the answer then.
            tell.send(answer).ok();
        });
        told.await.ok()
    }

    fn put(&self, kind: Kind, name: String, life: Option<usize>, future: impl Future<Output = ()> + 'static) {
        let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(unconstrained(future));
        self.waiting.borrow_mut().push(Flight { name, future, life, kind, ready: None });
    }

    /// The way onto it for functions that rooms call.
    pub fn errands(&self) -> Errands {
        self.errands.clone()
    }
}

impl Errands {
    /// A function whose answer somebody waits for; `None` when it died.
    pub async fn perform<T: Send + 'static>(
        &self,
        name: String,
        life: Option<usize>,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (tell, told) = oneshot::channel();
        let future = unconstrained(async move {
            let answer = future.await;
            // Whoever asked may have died meanwhile; nobody misses the answer then.
            tell.send(answer).ok();
        });
        self.all(|errands| errands.push(Errand { name, life, future: future.boxed() }));
        told.await.ok()
    }

    fn all<T>(&self, f: impl FnOnce(&mut Vec<Errand>) -> T) -> T {
        // Nothing is left half done in a list of errands, so a poisoned lock is still right.
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
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
        let waiting = self.script.waiting.borrow();
        let on_stage = self.flights.iter().chain(waiting.iter()).filter(|flight| flight.kind != Kind::Actor);
        on_stage.count() + self.script.errands.all(|errands| errands.len())
    }

    /// Whether nobody is on it.
    pub fn is_empty(&self) -> bool {
        self.flights.is_empty()
            && self.script.waiting.borrow().is_empty()
            && self.script.errands.all(|errands| errands.is_empty())
    }

    /// Whether somebody is on it for whom the clock waits.
    pub fn spares_somebody(&self) -> bool {
        let waiting = self.script.waiting.borrow();
        self.flights.iter().chain(waiting.iter()).any(|flight| flight.kind == Kind::Spared)
    }

    /// Kills every function: the clock has leapt beyond every timeout.
    pub fn kill_functions(&mut self) {
        self.admit();
        for flight in &mut self.flights {
            if flight.kind == Kind::Function {
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
        let gate = flight.name.contains(HASHES).then(Gate::close);
        let done = flight.future.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Ready(());
        if let Some(gate) = gate {
            gate.open().await;
        }
        if done {
            drop(self.flights.swap_remove(n));
        }
    }

    fn admit(&mut self) {
        self.flights.append(&mut self.script.waiting.borrow_mut());
        let errands = self.script.errands.all(std::mem::take).into_iter();
        self.flights.extend(errands.map(|Errand { name, life, future }| {
            let kind = Kind::Function;
            Flight { name, future, life, kind, ready: None }
        }));
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
