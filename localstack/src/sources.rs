//! Lambda's event sources and schedules: they invoke functions until the market closes.
//!
//! Invariants: every source of the template runs by itself, so a failing one delays no other; a source
//! that is stopped finishes its batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use clock::Clock;
use embedded::Engines;
use embedded::sources::{Pump, SourceError, Turn, pumps};
use embedded::template::{Expression, ScheduleSource, Source, Stack};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::functions::Functions;
use crate::wake::Waker;

/// How long a queue is polled for, in seconds. It is also how long closing may take.
const PATIENCE: i32 = 1;
/// The pause between two reads of a stream without a signal.
const NAP: Duration = Duration::from_millis(250);
/// How long writes are gathered before a stream is read.
const GATHERING: Duration = Duration::from_millis(5);
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How often the clock is read while waiting for an instant.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// DynamoDB deletes expired items hours later. Here it takes half a minute.
const SWEEP: Duration = Duration::from_secs(30);

/// All event sources.
pub struct Sources {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
    gauges: Vec<Arc<Gauge>>,
}

/// The state of one source.
#[derive(Debug)]
pub struct Gauge {
    source: String,
    function: String,
    settled: AtomicU64,
    failed: AtomicU64,
    /// When the source was last empty, in milliseconds.
    empty_at: AtomicI64,
    busy: AtomicU64,
}

/// The state of one source, to be shown.
#[derive(Debug, Serialize)]
pub struct Reading {
    source: String,
    function: String,
    /// How many records or messages were settled since the start.
    settled: u64,
    /// How many turns failed since the start.
    failed: u64,
    /// How long it has not been empty.
    busy_ms: i64,
}

impl Sources {
    /// Starts every source of the stack.
    pub fn start(
        engines: &Engines,
        stack: &Stack,
        functions: &Functions,
        waker: &Waker,
        clock: &Clock,
    ) -> Result<Sources, SourceError> {
        let (stop, stopped) = watch::channel(false);
        let mut sources = Sources { tasks: JoinSet::new(), stop, gauges: Vec::new() };
        for pump in pumps(engines, stack)? {
            let gauge = Arc::new(Gauge::of(&pump, clock.now()));
            sources.gauges.push(gauge.clone());
            let turning = Turning {
                polls: is_queue(stack, &pump),
                woken: waker.listen(pump.table().map(str::to_owned)),
                pump,
                functions: functions.clone(),
                stopped: stopped.clone(),
                gauge,
                clock: clock.clone(),
            };
            sources.tasks.spawn(turning.turn());
        }
        for function in &stack.functions {
            for source in &function.sources {
                if let Source::Schedule(schedule) = source
                    && schedule.enabled
                {
                    let id = function.logical_id.clone();
                    sources.tasks.spawn(ring(
                        schedule.clone(),
                        id,
                        functions.clone(),
                        stopped.clone(),
                        clock.clone(),
                    ));
                }
            }
        }
        sources.tasks.spawn(sweep(engines.clone(), waker.clone(), stopped));
        Ok(sources)
    }

    /// The state of each source.
    pub fn gauges(&self) -> Vec<Arc<Gauge>> {
        self.gauges.clone()
    }

    /// Lets each source finish its batch.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(error = error.to_string(), "an event source had died");
            }
        }
    }
}

impl Gauge {
    fn of(pump: &Pump, now: Timestamp) -> Gauge {
        Gauge {
            source: pump.source.clone(),
            function: pump.function.clone(),
            settled: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            empty_at: AtomicI64::new(now.as_millisecond()),
            busy: AtomicU64::new(0),
        }
    }

    fn note(&self, turned: &Result<Turn, SourceError>, now: Timestamp) {
        let idle = matches!(turned, Ok(Turn::Idle));
        self.busy.store(u64::from(!idle), Ordering::Relaxed);
        match turned {
            Ok(Turn::Idle) => self.empty_at.store(now.as_millisecond(), Ordering::Relaxed),
            Ok(Turn::Settled(n)) => drop(self.settled.fetch_add(*n as u64, Ordering::Relaxed)),
            Ok(Turn::Failed) | Err(_) => drop(self.failed.fetch_add(1, Ordering::Relaxed)),
        }
    }

    /// The present state.
    pub fn read(&self, now: Timestamp) -> Reading {
        let busy = self.busy.load(Ordering::Relaxed) > 0;
        let since = now.as_millisecond() - self.empty_at.load(Ordering::Relaxed);
        Reading {
            source: self.source.clone(),
            function: self.function.clone(),
            settled: self.settled.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            busy_ms: if busy { since.max(0) } else { 0 },
        }
    }
}

/// One source and its loop.
struct Turning {
    pump: Pump,
    /// Whether the source itself waits for messages, as a queue does.
    polls: bool,
    functions: Functions,
    woken: watch::Receiver<()>,
    stopped: watch::Receiver<bool>,
    gauge: Arc<Gauge>,
    clock: Clock,
}

impl Turning {
    async fn turn(mut self) {
        let mut failures = 0_u32;
        while !*self.stopped.borrow() {
            // Marked before the turn: a write while it runs is a reason for another.
            self.woken.borrow_and_update();
            let (functions, function) = (&self.functions, self.pump.function.clone());
            let turned = self.pump.turn(PATIENCE, |event| functions.invoke(&function, event)).await;
            self.gauge.note(&turned, self.clock.now());
            let pause = match turned {
                Ok(Turn::Settled(_)) => {
                    failures = 0;
                    continue;
                }
                Ok(Turn::Idle) => {
                    failures = 0;
                    if self.polls { Duration::ZERO } else { NAP }
                }
                Ok(Turn::Failed) => back_off(&mut failures),
                Err(error) => {
                    tracing::warn!(error = error.to_string(), source = self.pump.source, "a source is stuck");
                    back_off(&mut failures)
                }
            };
            tokio::select! {
                () = sleep(pause) => {}
                // The sender outlives every source, so this ends only with a signal. Where much is written,
                // what comes within a moment is read at once.
                _ = self.woken.changed(), if failures == 0 => sleep(GATHERING).await,
                _ = self.stopped.changed() => {}
            }
        }
    }
}

fn back_off(failures: &mut u32) -> Duration {
    let pause = SHORTEST_PAUSE.saturating_mul(1 << (*failures).min(10));
    *failures += 1;
    pause.min(LONGEST_PAUSE)
}

fn is_queue(stack: &Stack, pump: &Pump) -> bool {
    let function = stack.function(&pump.function);
    let mut sources = function.iter().flat_map(|function| &function.sources);
    sources.any(|source| matches!(source, Source::Queue(queue) if queue.logical_id == pump.source))
}

/// Invokes a function on a schedule: at a fixed interval, for the first time after the first interval,
/// or by a cron expression.
async fn ring(
    schedule: ScheduleSource,
    function: String,
    functions: Functions,
    mut stopped: watch::Receiver<bool>,
    clock: Clock,
) {
    let name = &schedule.logical_id;
    // A cron expression may have no next time.
    while let Some(due) = next(&schedule.expression, clock.now()) {
        tokio::select! {
            () = wait_until(due, &clock) => {}
            _ = stopped.changed() => return,
        }
        let event = schedule.input.as_deref().and_then(|input| serde_json::from_str(input).ok());
        let event = event.unwrap_or_else(|| scheduled(name, clock.now()));
        if let Err(fault) = functions.invoke(&function, event).await {
            tracing::warn!(fault, schedule = name, "a schedule's function failed");
        }
    }
}

fn next(expression: &Expression, now: Timestamp) -> Option<Timestamp> {
    match expression {
        Expression::Rate(every) => now.checked_add(*every).ok(),
        Expression::Cron(cron) => cron.after(now),
    }
}

/// Waits for an instant of the clock, since a timer would not count the time in which a laptop sleeps.
async fn wait_until(due: Timestamp, clock: &Clock) {
    while let Ok(left) = Duration::try_from(due.duration_since(clock.now()))
        && !left.is_zero()
    {
        sleep(left.min(LOOK_AGAIN)).await;
    }
}

/// EventBridge's default event of a schedule.
fn scheduled(name: &str, now: Timestamp) -> Value {
    json!({
        "version": "0",
        "id": format!("{name}-{}", now.as_millisecond()),
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "time": now,
        "resources": [format!("arn:aws:events:us-east-1:000000000000:rule/{name}")],
        "detail": {},
    })
}

/// DynamoDB's TTL.
async fn sweep(engines: Engines, waker: Waker, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        match engines.dynamo.sweep() {
            Ok(0) => {}
            Ok(_) => waker.wake(None),
            Err(error) => tracing::warn!(error = error.to_string(), "expired items cannot be swept"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_schedule_rings_by_its_rate_or_by_the_calendar() {
        let next = |expression: Expression| next(&expression, noon()).map(|at| at.to_string());
        let daily = Expression::Rate(Duration::from_secs(24 * 3600));
        assert_eq!(next(daily).as_deref(), Some("2026-11-22T12:00:00Z"));
        let cron = |text: &str| Expression::Cron(text.parse().unwrap());
        assert_eq!(next(cron("30 3 * * ? *")).as_deref(), Some("2026-11-22T03:30:00Z"));
        assert_eq!(next(cron("0 0 1 1 ? 2026")), None, "that day is over");
    }

    #[tokio::test]
    async fn a_bell_rings_when_the_clock_says_so_however_long_the_machine_slept() {
        let (clock, hands) = Clock::manual(noon());
        let due = noon() + SignedDuration::from_hours(24);
        let waiting = wait_until(due, &clock);
        tokio::pin!(waiting);
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, &mut waiting).await.is_err(), "it is not time yet");
        hands.advance(SignedDuration::from_hours(25));
        assert!(tokio::time::timeout(2 * LOOK_AGAIN, waiting).await.is_ok());
        wait_until(due, &clock).await;
    }
}
