//! The template's blocks: each room has everything that its roles take, in the order of the other rooms.
//! What only AWS would miss (a permission, a policy, an alarm, a group of logs) is missed here.

use lambda::Role;

use crate::template::{Declared, declared};
use crate::{complains, nothing_to_complain_about};

/// What stands in a block, in this order, and the role that takes it; the rest every room has.
const PARTS: &[(Option<Role>, &[&str])] = &[
    (None, &["Table", "Queue", "DeadQueue"]),
    (
        Some(Role::Uploads),
        &["UploadsQueue", "UploadsDeadQueue", "UploadsQueuePolicy", "Bucket", "BucketPolicy"],
    ),
    (Some(Role::Timer), &["TimersQueue", "TimersDeadQueue"]),
    (None, &["Logs", "Api"]),
    (Some(Role::Worker), &["Worker"]),
    (Some(Role::Uploads), &["Uploads"]),
    (Some(Role::Timer), &["Timer"]),
    (Some(Role::Expiry), &["Expiry"]),
    (Some(Role::Schedule), &["Schedule"]),
    (Some(Role::Worker), &["WorkerSource"]),
    (Some(Role::Uploads), &["UploadsSource"]),
    (Some(Role::Timer), &["TimerSource"]),
    (Some(Role::Expiry), &["ExpirySource"]),
    (Some(Role::Schedule), &["Calendar", "CalendarDoor"]),
    (None, &["Integration", "Route", "Door", "DeadAlarm", "ErrorAlarm", "ThrottleAlarm", "SlowAlarm"]),
];

/// The four golden signals, each a widget of the dashboard.
const SIGNALS: [&str; 4] = ["latency", "traffic", "errors", "saturation"];

fn block(template: &str, room: &Declared) -> Vec<String> {
    let (first, rest) = room.name.split_at(1);
    let ids: Vec<&str> = template
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
        .filter(|id| !id.starts_with(' '))
        .collect();
    let plays = |role: &Option<Role>| role.is_none_or(|role| room.needs.iter().any(|need| need.role == role));
    let parts = PARTS.iter().filter(|(role, _)| plays(role)).flat_map(|(_, parts)| *parts);
    let (mut found, mut last) = (Vec::new(), ("its beginning".to_owned(), 0));
    for part in parts {
        let id = format!("{}{rest}{part}", first.to_uppercase());
        match ids.iter().position(|known| *known == id) {
            None => found.push(format!("{id} is missing")),
            Some(at) if at < last.1 => found.push(format!("{id} stands before {}", last.0)),
            Some(at) => last = (id, at),
        }
    }
    let widgets = SIGNALS.map(|signal| format!("\"title\":\"{}: {signal}\"", room.name));
    let missing = widgets.into_iter().filter(|widget| !template.contains(widget.as_str()));
    found.extend(missing.map(|widget| format!("the dashboard has no {widget}")));
    found
}

#[test]
fn every_room_has_all_that_its_roles_take_in_the_order_of_the_others() {
    let template = std::fs::read_to_string(tests::root().join("template.yaml")).unwrap();
    let rooms: Vec<_> = declared().into_iter().filter(|room| room.name != "relay").collect();
    nothing_to_complain_about(rooms.iter().flat_map(|room| block(&template, room)).collect());
    let room = |name| rooms.iter().find(|room| room.name == name).unwrap();
    let spoiled = |from: &str, to: &str, name| block(&template.replace(from, to), room(name));
    complains(spoiled("  CartDoor:\n", "  CartGate:\n", "cart"), "CartDoor is missing");
    complains(spoiled("  MerchantsUploadsQueuePolicy:\n", "", "merchants"), "UploadsQueuePolicy is missing");
    complains(spoiled("  InventoryLogs:\n", "", "inventory"), "InventoryLogs is missing");
    let turned =
        template.replace("  CartTable:\n", "").replace("  CartDoor:\n", "  CartTable:\n  CartDoor:\n");
    complains(block(&turned, room("cart")), "CartQueue stands before CartTable");
    complains(
        spoiled("cart: errors", "carts: errors", "cart"),
        "the dashboard has no \"title\":\"cart: errors\"",
    );
}
