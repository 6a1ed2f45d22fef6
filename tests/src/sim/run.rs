//! One run: open the market, let everybody act, let the weather calm down, judge.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use embedded::Act;
use futures::FutureExt;
use jiff::SignedDuration;

use super::judge::{Broken, items, overreach, stock, verdict};
use super::officials;
use super::people::{Actor, Diary, Shop};
use super::poison;
use super::post::Post;
use super::pump::Pump;
use super::sabotage::Bug;
use super::shopkeepers::Street;
use super::stage::Stage;
use super::world::World;
use super::{Chance, Trail};

/// Longer than a message stays hidden in any queue of the template.
const HIDDEN: SignedDuration = SignedDuration::from_secs(181);
/// So many quiet rounds of [`HIDDEN`] are longer than the longest delay of a timer.
const QUIET_ROUNDS: usize = 6;
const MOST_STEPS: usize = 200_000;
/// So many messages are thrown in that nobody can hear.
const MOST_POISON: usize = 2;

/// What is run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// By which everything is drawn.
    pub seed: u64,
    /// What is broken on purpose.
    pub bug: Option<Bug>,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How many requests were made of the rooms' APIs.
    pub requests: usize,
    /// What functions may do, and did not do in this run.
    pub unused: BTreeSet<Act>,
    /// What happened.
    pub trail: Vec<String>,
    /// What must not be.
    pub broken: Vec<Broken>,
}

/// A run that broke an invariant.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What replays it.
    pub seed: u64,
    /// What must not be.
    pub broken: Vec<Broken>,
    /// What happened.
    pub trail: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LAST: usize = 40;
        let skipped = self.trail.len().saturating_sub(LAST);
        writeln!(f, "… {skipped} lines, all of them with: simulate --seed {} --trail", self.seed)?;
        self.trail[skipped..].iter().try_for_each(|line| writeln!(f, "{line}"))?;
        writeln!(f, "seed {} broke:", self.seed)?;
        self.broken.iter().try_for_each(|broken| writeln!(f, "  {broken}"))
    }
}

/// Runs the market of this plan.
pub fn run(plan: Plan) -> Result<Outcome, Box<Failure>> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).max_blocking_threads(1).build();
    let runtime = runtime.expect("a runtime of one thread needs nothing");
    // The SDK draws the pauses between its retries from here.
    fastrand::seed(plan.seed);
    let trail = Rc::new(RefCell::new(None));
    let market = AssertUnwindSafe(market(plan, trail.clone())).catch_unwind();
    let outcome = runtime.block_on(market);
    let outcome = outcome.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
        let broken = vec![Broken::of("panic", said.unwrap_or_default())];
        let trail: Option<Trail> = trail.borrow().clone();
        Outcome {
            requests: 0,
            unused: BTreeSet::new(),
            trail: trail.map(|trail| trail.lines()).unwrap_or_default(),
            broken,
        }
    });
    match outcome.broken.is_empty() {
        true => Ok(outcome),
        false => Err(Box::new(Failure { seed: plan.seed, broken: outcome.broken, trail: outcome.trail })),
    }
}

struct Market {
    world: Rc<World>,
    stage: Stage,
    pump: Pump,
    diary: Rc<RefCell<Diary>>,
    /// Whether timers are brought at all: in some markets only TTL gives back what is held.
    timers: bool,
    /// Whether TTL has deleted anything.
    swept: bool,
}

async fn market(Plan { seed, bug }: Plan, told: Rc<RefCell<Option<Trail>>>) -> Outcome {
    let stage_chance = Chance::of(seed.rotate_left(32) ^ 0x5eed);
    let weather = u32::try_from(stage_chance.below(120)).unwrap_or(0);
    let clockless = Trail::new(clock::Clock::fixed(jiff::Timestamp::UNIX_EPOCH));
    let mut stage = Stage::new(stage_chance.clone(), clockless);
    let world = Rc::new(World::open(seed, bug, stage.script()).await);
    stage.write_to(world.trail.clone());
    *told.borrow_mut() = Some(world.trail.clone());
    let diary = Rc::new(RefCell::new(Diary { latest: world.clock.now(), ..Diary::default() }));
    let pump = Pump::new(world.clone(), bug);
    let timers = !stage_chance.permille(250);
    world.trail.say(format_args!("weather {weather}, timers {timers}, bug {bug:?}"));
    let mut market = Market { world, stage, pump, diary, timers, swept: false };

    let shops = market.open_shops().await;
    market.world.weather.rise(weather);
    market.populate(shops);
    let mut broken = market.live().await;
    if broken.is_empty() {
        broken = market.rest_and_judge().await;
    }
    broken.extend(overreach(&market.world));
    let requests = market.diary.borrow().requests;
    let (granted, used) = market.world.engines.guard().granted_and_used();
    let unused = granted.difference(&used).cloned().collect();
    Outcome { requests, unused, trail: market.world.trail.lines(), broken }
}

impl Market {
    /// Two shops are let in on a calm morning. What the catalog hears of it is still under way.
    async fn open_shops(&mut self) -> Vec<Rc<Shop>> {
        let world = self.world.clone();
        world.appoint("boss@snail.test", "a market of my own").await;
        let shops = [officials::apply(&world, 0).await, officials::apply(&world, 1).await];
        self.drain().await;
        for shop in &shops {
            officials::let_in(&world, shop).await;
        }
        shops.into()
    }

    /// Two shops with a few things each, and people who want the same few units.
    fn populate(&mut self, shops: Vec<Rc<Shop>>) {
        let world = self.world.clone();
        let chance = &world.chance;
        for (n, shop) in shops.iter().enumerate() {
            let owner = self.actor(format!("owner-{n}"));
            let products = 1 + chance.below(2);
            self.stage.script().enter(owner.name.clone(), owner.fill_shelves(shop.clone(), products));
            for clerk in 0..2 {
                let actor = self.actor(format!("clerk-{n}{clerk}"));
                let rounds = 4 + chance.below(4);
                self.stage.script().enter(actor.name.clone(), actor.keep_shop(shop.clone(), rounds));
            }
            if chance.permille(600) {
                let importer = self.actor(format!("file-{n}"));
                let files = 1 + chance.below(2);
                self.stage.script().enter(importer.name.clone(), importer.bring_files(shop.clone(), files));
            }
        }
        let boss = self.actor("boss".to_owned());
        self.stage.script().enter(boss.name.clone(), boss.watch_over(shops.clone()));
        let (post, street) = (Rc::new(Post::new(&world)), Rc::new(Street::default()));
        for n in 0..2 + chance.below(3) {
            let customer = self.actor(format!("customer-{n}"));
            let coming = customer.clone().come_and_go(shops.clone(), post.clone(), street.clone());
            self.stage.script().enter(customer.name, coming);
        }
        for n in 0..6 + chance.below(6) {
            let actor = self.actor(format!("ord-{n}"));
            self.stage.script().enter(actor.name.clone(), actor.buy(shops.clone()));
        }
    }

    fn actor(&self, name: String) -> Actor {
        Actor { world: self.world.clone(), diary: self.diary.clone(), name }
    }

    /// Everybody acts, everything is brought, and the clock moves, until the actors have left.
    async fn live(&mut self) -> Vec<Broken> {
        let world = self.world.clone();
        let chance = &world.chance;
        for _ in 0..MOST_STEPS {
            if self.stage.is_empty() {
                return Vec::new();
            }
            match chance.below(10_000) {
                0..8_000 => self.stage.step().await,
                8_000..9_850 => {
                    let line = chance.below(self.pump.lines());
                    self.pump.turn(line, self.stage.functions(), self.timers).await;
                }
                // A message may not come back while its last try goes on.
                9_850..9_930 if self.stage.spares_somebody() => self.stage.step().await,
                9_850..9_930 => self.turn_clock(SignedDuration::from_millis(chance.from(0, 3_000))),
                9_930..9_960 => self.turn_clock(SignedDuration::from_millis(chance.from(-800, 0))),
                9_960..9_970 => self.leap(SignedDuration::from_secs(chance.from(16, 400))),
                9_973..9_976 => self.poison().await,
                9_970..9_973 => {
                    let by = *chance.pick(&[10, 20, 75]);
                    self.leap(SignedDuration::from_mins(by));
                    self.swept |= world.engines.dynamo.sweep().expect("the engine in memory sweeps") > 0;
                }
                _ => {
                    let mut broken = stock(&world, false).await;
                    // What TTL has deleted is explained again once its deletion has been heard.
                    broken.retain(|broken| !(self.swept && broken.evidence.contains("HeldUnexplained")));
                    if !broken.is_empty() {
                        return broken;
                    }
                }
            }
        }
        panic!("the market does not come to an end");
    }

    fn turn_clock(&self, by: SignedDuration) {
        self.world.hands.advance(by);
        let now = self.world.clock.now();
        let mut diary = self.diary.borrow_mut();
        diary.latest = diary.latest.max(now);
    }

    /// Throws something into a queue that is no message of ours, now and then.
    async fn poison(&mut self) {
        let n = self.diary.borrow().poisoned.len();
        if n < MOST_POISON {
            let mut poisoned = std::mem::take(&mut self.diary.borrow_mut().poisoned);
            poison::throw(&self.world, n, &mut poisoned).await;
            self.diary.borrow_mut().poisoned = poisoned;
        }
    }

    /// Further than any function may run, so none lives on but one that is spared: for that the clock
    /// waits.
    fn leap(&mut self, by: SignedDuration) {
        if self.stage.spares_somebody() {
            return;
        }
        self.world.trail.say(format_args!("the clock leaps by {by:#}"));
        self.stage.kill_functions();
        self.turn_clock(by);
    }

    async fn rest_and_judge(&mut self) -> Vec<Broken> {
        let world = self.world.clone();
        world.weather.calm_down();
        world.trail.say("the weather calms down");
        self.drain().await;
        if self.timers {
            let broken = stock(&world, true).await;
            if !broken.is_empty() {
                return broken;
            }
        }
        // Beyond every end of a hold, and the hour that TTL waits after it.
        self.leap(SignedDuration::from_hours(2));
        world.engines.dynamo.sweep().expect("the engine in memory sweeps");
        self.drain().await;
        self.timers = true;
        self.drain().await;
        let mut broken = stock(&world, true).await;
        let items = items(&world, "inventory").await;
        let heard = self.pump.heard.take();
        let diary = self.diary.take();
        broken.extend(verdict(&world, items, &heard, &diary).await);
        self.diary.replace(diary);
        broken
    }

    /// Brings everything there is to bring, and waits for what is hidden or delayed.
    async fn drain(&mut self) {
        let mut quiet = 0;
        for _ in 0..MOST_STEPS {
            while !self.stage.is_empty() {
                self.stage.step().await;
            }
            let mut busy = false;
            for line in 0..self.pump.lines() {
                busy |= self.pump.turn(line, self.stage.functions(), self.timers).await;
            }
            if busy {
                quiet = 0;
            } else if quiet == QUIET_ROUNDS || self.world.engines.sqs.is_idle().expect("in memory") {
                return;
            } else {
                quiet += 1;
                self.turn_clock(HIDDEN);
            }
        }
        panic!("the market does not come to rest");
    }
}
