//! What must be true in the end, whatever happened on the way.

use std::collections::BTreeMap;
use std::fmt;

use dynamo::Item;
use facts::catalog::VariantCreated;
use facts::invariants::invariant;
use facts::{Fact, Spoken};
use inventory::{State, Violation};

use super::people::Diary;
use super::pump::Hearings;
use super::witness::{Testimony, testify};
use super::world::World;
use super::{accounts, baskets, bucket, files, officials, poison, shelves, shopkeepers};

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number.
    pub invariant: &'static str,
    /// What shows it.
    pub evidence: String,
}

impl Broken {
    /// This evidence against the invariant of this number.
    pub fn of(invariant: &'static str, evidence: impl Into<String>) -> Broken {
        Broken { invariant, evidence: evidence.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = invariant(self.invariant).unwrap_or("a room did what it never may");
        write!(f, "{} ({rule}): {}", self.invariant, self.evidence)
    }
}

/// What functions wanted to do and their policies do not allow.
pub fn overreach(world: &World) -> Vec<Broken> {
    let refusals = world.engines.guard().refusals().into_iter();
    refusals.map(|refused| Broken::of("rights", format!("template.yaml does not allow {refused}"))).collect()
}

/// Everything in a room's table.
pub async fn items(world: &World, room: &str) -> Vec<Item> {
    let name = format!("{}-{room}", world.stack.name);
    let client = world.engines.dynamo_client();
    let (mut items, mut start) = (Vec::new(), None);
    loop {
        let scan = client.scan().table_name(&name).set_exclusive_start_key(start);
        let page = scan.send().await.expect("nothing stands before this client");
        items.extend(page.items.unwrap_or_default());
        start = page.last_evaluated_key;
        if start.is_none() {
            return items;
        }
    }
}

/// The books of stock. While messages are under way only what holds at every moment is asked for.
pub async fn stock(world: &World, at_rest: bool) -> Vec<Broken> {
    let items = items(world, "inventory").await;
    let found = match at_rest {
        true => inventory::audit_at_rest(items, world.clock.now()),
        false => inventory::audit(items),
    };
    let found = found.expect("the room reads its own items");
    let broken = found.iter().map(|violation| {
        let number = match violation {
            Violation::Endless { .. } | Violation::Overdue { .. } => "STK-2",
            // The public is told by way of facts and timers: somebody did not hear, or did not act.
            Violation::WrongLevel { .. } => "FCT-1",
            _ => "STK-1",
        };
        Broken::of(number, violation.to_string())
    });
    broken.collect()
}

/// Everything else, once nothing is under way any more.
pub async fn verdict(world: &World, stock: Vec<Item>, heard: &Hearings, diary: &Diary) -> Vec<Broken> {
    let Testimony { facts, mut broken } = testify(world);
    broken.extend(order(heard));
    broken.extend(all_heard(&facts, heard));
    broken.extend(diary.broken.iter().cloned());
    broken.extend(created(&facts, diary));
    broken.extend(shelves::judge(&facts, &stock));
    broken.extend(remembered(stock, diary));
    broken.extend(files::judge(world, &diary.files, &facts).await);
    let identity = items(world, "identity").await;
    broken.extend(accounts::judge_claims(&identity));
    let merchants = items(world, "merchants").await;
    broken.extend(shopkeepers::judge(&merchants, &identity));
    let catalog = items(world, "catalog").await;
    broken.extend(officials::judge(world, &merchants, &catalog).await);
    broken.extend(bucket::judge(world, merchants, catalog).await);
    broken.extend(accounts::judge_sessions(world, &diary.families).await);
    broken.extend(baskets::judge(&items(world, "cart").await, &diary.baskets, world.clock.now()));
    broken.extend(poison::judge(world, &diary.poisoned, heard).await);
    broken
}

/// FCT-2: for the first time, the facts of an aggregate are brought in the order of its versions.
fn order(heard: &Hearings) -> Vec<Broken> {
    let mut broken = Vec::new();
    for ((room, aggregate), brought) in &heard.brought {
        if !brought.is_sorted_by(|(a, _), (b, _)| a <= b) {
            let ids: Vec<_> = brought.iter().map(|(_, id)| id.as_str()).collect();
            broken
                .push(Broken::of("FCT-2", format!("{room} was brought the facts of {aggregate} as {ids:?}")));
        }
    }
    broken
}

/// FCT-1, the other half: what was said was heard by everybody who listens.
fn all_heard(facts: &BTreeMap<String, Fact>, heard: &Hearings) -> Vec<Broken> {
    let mut broken = Vec::new();
    for fact in facts.values() {
        for room in facts::subscribers(&fact.name) {
            if !heard.done.contains(&(room.to_owned(), fact.id.clone())) {
                broken
                    .push(Broken::of("FCT-1", format!("{room} has never heard {} ({})", fact.id, fact.name)));
            }
        }
    }
    broken
}

/// A variant that was accepted was said to exist once, one that was refused never.
fn created(facts: &BTreeMap<String, Fact>, diary: &Diary) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (sku, accepted) in &diary.variants {
        let said =
            facts.values().filter(|fact| fact.name == VariantCreated::NAME && fact.data["sku"] == **sku);
        let said = said.count();
        if !fits(*accepted, said) {
            broken.push(Broken::of(
                "API-1",
                format!("{sku}: accepted {accepted:?}, and said to exist {said} times"),
            ));
        }
    }
    broken
}

/// Whether something happened as often as what was answered allows.
fn fits(accepted: Option<bool>, happened: usize) -> bool {
    match accepted {
        Some(true) => happened == 1,
        Some(false) => happened == 0,
        None => happened <= 1,
    }
}

/// What the actors were answered is what the books say: a command that was accepted is in the
/// ledger once, one that was refused is not, and of one without an answer either is right. What was
/// sold to somebody is that owner's for ever.
fn remembered(stock: Vec<Item>, diary: &Diary) -> Vec<Broken> {
    let books = inventory::read_books(stock).expect("the room reads its items");
    let mut broken = Vec::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for movement in &books.movements {
        *lines.entry(movement.note.as_ref().map(ToString::to_string).unwrap_or_default()).or_default() += 1;
    }
    for (key, command) in &diary.commands {
        let happened = lines.remove(key).unwrap_or(0);
        if !fits(command.accepted, happened) {
            let said =
                command.accepted.map_or("not answered", |yes| if yes { "accepted" } else { "refused" });
            broken.push(Broken::of("API-1", format!("{key} was {said} and happened {happened} times")));
        }
    }
    let strange = lines.iter().filter(|(note, _)| !note.is_empty());
    broken.extend(strange.map(|(note, n)| {
        Broken::of("API-1", format!("nobody asked for {note:?}, and it happened {n} times"))
    }));
    let state = |owner: &str| {
        let all = books.reservations.iter().filter(|r| r.owner.as_str() == owner);
        all.map(|r| r.state).collect::<Vec<_>>()
    };
    for (owner, end) in &diary.ends {
        let states = state(owner);
        let sold = states.iter().filter(|state| **state == State::Committed).count();
        let wrong = match end {
            State::Committed => sold != 1,
            // Whoever was told that it is over has bought nothing.
            State::Released | State::Expired => sold != 0,
            State::Active => false,
        };
        if wrong {
            let text =
                format!("{owner} was told that its reservation is {end:?}, and the books say {states:?}");
            broken.push(Broken::of("STK-1", text));
        }
    }
    broken
}
