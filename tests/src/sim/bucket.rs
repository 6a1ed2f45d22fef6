//! S3 without its threads.
//!
//! The engine keeps objects as files and has threads of its own to read and write them: when one of
//! them is done is nobody's choice, and a market in which that mattered would not run again by its
//! seed. So whoever polls a request here waits until the engine has answered it. What may happen
//! before the request gets there, and after the answer has left, is up to the weather as everywhere.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use bytes::Bytes;
use dynamo::Item;
use embedded::{Handler, Reply};
use futures::FutureExt;
use tokio::task::coop::unconstrained;

use super::judge::Broken;
use super::world::World;

/// A handler whose answers are there as soon as they are asked for.
#[derive(Clone, Debug)]
pub struct AtOnce(pub Arc<dyn Handler>);

impl Handler for AtOnce {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let engine = self.0.clone();
        async move { to_the_end(unconstrained(engine.handle(request))) }.boxed()
    }
}

/// Wakes a thread that has nothing else to do.
struct Sleeper(Thread);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn to_the_end<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Sleeper(std::thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return answer;
        }
        std::thread::park();
    }
}

/// FIL-1, at a moment when every message has been heard: then nothing has to wait for its day.
pub async fn judge(world: &World, merchants: Vec<Item>, catalog: Vec<Item>) -> Vec<Broken> {
    let unnamed = [
        ::merchants::unnamed(merchants, world.objects("merchants").await),
        ::catalog::unnamed(catalog, world.objects("catalog").await),
    ];
    let unnamed = unnamed.into_iter().flat_map(|found| found.expect("a room reads its own items"));
    unnamed.map(|object| Broken::of("FIL-1", format!("no item names {object}"))).collect()
}
