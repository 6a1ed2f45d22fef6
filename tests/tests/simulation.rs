//! A fixed set of simulated markets, and the bugs that they must see.
//!
//! A seed replays its market as long as nobody adds to what can happen there: whoever draws one lot
//! more turns every seed into another market. So no list of seeds that once failed is kept here. What a
//! market has shown becomes a test of its room, which fails again when the bug is back, or a bug that
//! is planted below.

#![allow(clippy::unwrap_used, reason = "what is missing fails the test")]

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use embedded::Act;
use tests::sim::{Bug, Failure, Outcome, Plan, run};

/// So many markets are run every time; `simulate` runs more.
const SEEDS: u64 = 12;
/// So many markets a planted bug may survive.
const PATIENCE: u64 = 200;
/// Rights to tables that these markets use seldom or never, and what asks for them; the tests of the
/// rooms do. Any other right that nobody uses is one too many.
const SELDOM: &[(&str, &[&str], &str)] = &[
    ("CartApi", &["DeleteItem"], "a key is let go of a request that failed"),
    ("CartWorker", &["DeleteItem"], "somebody closes an account"),
    ("CatalogApi", &["ConditionCheckItem"], "somebody asks for a picture"),
    ("CatalogWorker", &["DeleteItem", "GetItem", "Query"], "a shop is closed that has shown pictures"),
    (
        "CatalogUploads",
        &["ConditionCheckItem", "DeleteItem"],
        "a file gives a published product a number or another name",
    ),
    ("IdentitySchedule", &["UpdateItem"], "a signing key grows old"),
    (
        "IdentityWorker",
        &["BatchGetItem", "ConditionCheckItem", "DeleteItem", "Query"],
        "somebody closes an account, or the market a shop, or leaves a shop whose keys they made",
    ),
    ("InventoryApi", &["DeleteItem"], "a key is let go of a request that failed"),
    ("InventoryExpiry", &["PutItem", "UpdateItem"], "TTL is faster than every timer"),
    ("MerchantsApi", &["BatchGetItem"], "somebody lists shops, or looks at what lies beside one"),
    (
        "MerchantsWorker",
        &["DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"],
        "somebody closes an account",
    ),
];

/// Runs seeds on every core, each market on one thread of its own, until one fails.
fn first_failure(
    seeds: impl IntoIterator<Item = u64>,
    bug: Option<Bug>,
    told: impl Fn(Outcome) + Sync,
) -> Option<Box<Failure>> {
    let seeds: Vec<u64> = seeds.into_iter().collect();
    let next = AtomicU64::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let work = || {
            loop {
                let n = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap();
                let seed = *seeds.get(n)?;
                match run(Plan { seed, bug }) {
                    Ok(outcome) => told(outcome),
                    Err(failure) => {
                        next.store(seeds.len() as u64, Ordering::Relaxed);
                        return Some(failure);
                    }
                }
            }
        };
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let failures = workers.into_iter().filter_map(|worker| worker.join().unwrap());
        failures.min_by_key(|failure| failure.seed)
    })
}

/// Rights to tables that nobody used in any of these markets, without a reason.
fn idle_rights(outcomes: &[Outcome]) -> Vec<Act> {
    let table = |act: &&Act| act.resource.starts_with("table/") && !act.resource.contains("/stream/");
    let first = outcomes.iter().flat_map(|outcome| &outcome.unused).filter(table);
    let never = first.filter(|act| outcomes.iter().all(|outcome| outcome.unused.contains(act)));
    let known = |act: &Act| {
        let action = act.action.strip_prefix("dynamodb:").unwrap();
        SELDOM.iter().any(|(function, actions, _)| *function == act.function && actions.contains(&action))
    };
    let idle: BTreeSet<_> = never.filter(|act| !known(act)).cloned().collect();
    idle.into_iter().collect()
}

#[test]
fn a_reason_for_a_right_is_about_a_right_that_there_is() {
    let functions = testkit::template().functions;
    for (function, actions, why) in SELDOM {
        let found = functions.iter().find(|known| known.logical_id == *function);
        let rights = &found.unwrap_or_else(|| panic!("there is no {function}")).rights;
        for action in *actions {
            let has = rights.iter().any(|right| right.action == format!("dynamodb:{action}"));
            assert!(has, "{function} may not {action}, and needs no reason: {why}");
        }
    }
}

#[test]
fn a_right_that_no_market_uses_is_seen() {
    let act = |function: &str, action: &str, resource: &str| Act {
        function: function.to_owned(),
        action: format!("dynamodb:{action}"),
        resource: resource.to_owned(),
    };
    let scan = act("CartApi", "Scan", "table/snail-cart");
    let reading = act("CartApi", "GetItem", "table/snail-cart");
    let closing = act("CartWorker", "DeleteItem", "table/snail-cart");
    let following = act("Relay", "GetRecords", "table/snail-cart/stream/latest");
    let idle = [&scan, &closing, &following];
    let outcome = |unused: &[&Act]| Outcome {
        requests: 0,
        unused: unused.iter().map(|act| (*act).clone()).collect(),
        trail: Vec::new(),
        broken: Vec::new(),
    };
    assert_eq!(idle_rights(&[outcome(&[&idle[..], &[&reading]].concat()), outcome(&idle)]), [scan]);
}

#[test]
fn the_market_keeps_its_invariants_in_a_hostile_world() {
    let started = Instant::now();
    let seen = Mutex::new(Vec::new());
    if let Some(failure) = first_failure(0..SEEDS, None, |outcome| seen.lock().unwrap().push(outcome)) {
        panic!("{failure}");
    }
    let idle = idle_rights(&seen.into_inner().unwrap());
    assert!(idle.is_empty(), "nobody uses, and SELDOM gives no reason for: {idle:#?}");
    let seconds = started.elapsed().as_secs_f64();
    println!("{SEEDS} markets in {seconds:.1} s, {:.1} in a second", SEEDS as f64 / seconds);
}

#[test]
fn a_seed_replays_the_same_market() {
    let seed = 3;
    let run = || run(Plan { seed, bug: None }).unwrap_or_else(|failure| panic!("{failure}")).trail;
    let (first, second) = (run(), run());
    let differing = first.iter().zip(&second).find(|(a, b)| a != b);
    assert!(differing.is_none() && first.len() == second.len(), "{differing:#?}");
}

#[track_caller]
fn is_caught(bug: Bug, expect: &[&str]) {
    let failure = first_failure(0..PATIENCE, Some(bug), drop);
    let failure = failure.unwrap_or_else(|| panic!("{bug:?} survived {PATIENCE} markets"));
    let by: Vec<_> = failure.broken.iter().map(|broken| broken.invariant).collect();
    println!("{bug:?} is caught by {by:?} in market {}", failure.seed);
    assert!(by.iter().any(|invariant| expect.contains(invariant)), "{failure}");
}

#[test]
fn a_room_that_takes_what_is_not_there_is_caught() {
    is_caught(Bug::TakesWhatIsNotThere, &["STK-1"]);
}

#[test]
fn a_room_that_acts_on_every_hearing_is_caught() {
    is_caught(Bug::ActsOnEveryHearing, &["FCT-1"]);
}

#[test]
fn a_cart_that_forgets_a_merge_is_caught() {
    is_caught(Bug::ForgetsTheMerge, &["CRT-1"]);
}

#[test]
fn a_session_that_any_of_its_tokens_renews_is_caught() {
    is_caught(Bug::RenewsByAnyToken, &["IDN-3", "IDN-2"]);
}

#[test]
fn a_catalog_that_keeps_halted_shops_open_is_caught() {
    is_caught(Bug::KeepsHaltedShopsOpen, &["SHP-1"]);
}

#[test]
fn a_room_that_leaves_files_in_its_bucket_is_caught() {
    is_caught(Bug::DeletesNothing, &["FIL-1"]);
}

#[test]
fn a_room_that_never_gives_back_is_caught() {
    // Where only TTL would have given back, the hold itself is gone by the time that anybody
    // looks, and what is left is units that nothing explains.
    is_caught(Bug::NeverGivesBack, &["STK-2", "STK-1"]);
}
