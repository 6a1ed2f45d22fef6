//! Nothing is without a price, and the README says what is measured.

use std::collections::BTreeSet;

use ask::Answers;
use facts::SUBSCRIPTIONS;
use testkit::House;

use super::{Row, cells, rows};

/// What has no row, and why.
const FREE: &[(&str, &str, &str)] =
    &[("relay", "relay", "Lambda reads the streams for it, and it has no table of its own")];

/// Everything that can happen: operations, facts that are heard, and roles beside those two.
fn everything() -> BTreeSet<(String, String)> {
    let operations = tests::drivers().into_iter().flat_map(|driver| driver.operations());
    let operations = operations.map(|operation| (operation.room.to_owned(), operation.id));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let asks = runtime.expect("a runtime of one thread needs nothing").block_on(async {
        let mut asks = Vec::new();
        for (room, _) in tests::rooms() {
            let operations = House::open(room.clone()).await.door().operations().into_iter();
            asks.extend(operations.map(|operation| (room.name.to_owned(), operation.to_owned())));
        }
        asks
    });
    let heard = SUBSCRIPTIONS.iter();
    let heard = heard.flat_map(|(room, facts)| facts.iter().map(|fact| (room.to_string(), fact.to_string())));
    let functions = testkit::template().functions.into_iter();
    let roles = functions.filter_map(|function| {
        let role = function.environment.get("ROLE")?.clone();
        // What these two do is counted by operation and by fact.
        (!["api", "worker"].contains(&role.as_str())).then_some((function.binary, role))
    });
    operations.chain(asks).chain(heard).chain(roles).collect()
}

#[test]
fn whatever_can_happen_in_a_room_has_a_price() {
    let mut priced: BTreeSet<_> = rows().into_iter().map(|row| (row.room.to_owned(), row.name)).collect();
    for (room, name, why) in FREE {
        assert!(priced.insert((room.to_string(), name.to_string())), "{name} has a row, although {why}");
    }
    let missing: Vec<_> = everything().difference(&priced).cloned().collect();
    assert!(missing.is_empty(), "nobody measures {missing:?}");
    let gone: Vec<_> =
        priced.difference(&everything()).filter(|(room, _)| room != "every door").cloned().collect();
    assert!(gone.is_empty(), "nothing is called {gone:?} any more");
}

#[test]
fn the_readme_says_what_is_measured() {
    let rows = rows();
    let readme = std::fs::read_to_string(tests::root().join("tests/README.md")).expect("there is a README");
    let begins = readme.find("| Operation | Requests |").expect("the README has the table");
    let table = readme[begins..].lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut said = 0;
    for line in table {
        let shown: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let label = shown[0].split('`').nth(1).unwrap_or_else(|| panic!("{line} names no row in backticks"));
        let found: Vec<&Row> = rows.iter().filter(|row| row.label() == label).collect();
        let [row] = found[..] else { panic!("{} rows are called {label}", found.len()) };
        assert_eq!(shown[1..], cells(row.spend), "{label}");
        said += 1;
    }
    assert!(said > 20, "the README says something of {said} operations only");
}
