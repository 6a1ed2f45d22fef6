//! The template against the rooms: everything that a room needs stands in it, and nothing else.

use std::collections::BTreeSet;
use std::time::Duration;

use embedded::template::{Function, Parameters, Queue, Source, Stack, Template};
use lambda::{Need, Role};
use serde_json::Value;

use crate::{complains, nothing_to_complain_about};

/// CloudFormation's own limit.
const MOST_RESOURCES: usize = 500;

/// A room as the template should know it.
pub struct Declared {
    pub name: &'static str,
    pub needs: Vec<Need>,
    /// Method and path of every operation; none for a room without an API.
    pub operations: Vec<(String, String)>,
}

pub fn declared() -> Vec<Declared> {
    let owners = tests::rooms().into_iter().map(|(room, document)| {
        let paths = document["paths"].as_object().unwrap().clone();
        let operations = paths.into_iter().flat_map(|(path, item)| {
            let methods: Vec<_> = item.as_object().unwrap().keys().map(|m| m.to_uppercase()).collect();
            methods.into_iter().map(move |method| (method, path.clone()))
        });
        Declared { name: room.name, needs: room.needs.to_vec(), operations: operations.collect() }
    });
    let relay = relay::room();
    let relay = Declared { name: relay.name, needs: relay.needs.to_vec(), operations: Vec::new() };
    owners.chain([relay]).collect()
}

pub fn template() -> (Template, Parameters, Stack) {
    let text = std::fs::read_to_string(tests::root().join("template.yaml")).unwrap();
    let template = Template::parse(&text).unwrap();
    let parameters = Parameters::new("snail").with("LomsContract", "on");
    let stack = template.resolve(&parameters).unwrap();
    (template, parameters, stack)
}

pub fn role(function: &Function) -> Option<Role> {
    function.environment.get("ROLE")?.parse().ok()
}

/// What every function is given: the template's globals.
fn globals(stack: &Stack) -> BTreeSet<&str> {
    let names = |function: &'_ Function| function.environment.keys().cloned().collect::<BTreeSet<_>>();
    let mut functions = stack.functions.iter();
    let first = functions.next().expect("the template has functions");
    let rest: Vec<_> = functions.map(names).collect();
    let shared = first.environment.keys().filter(|name| rest.iter().all(|names| names.contains(*name)));
    shared.map(String::as_str).filter(|name| *name != "ROLE").collect()
}

/// A function for every role of the room, each with the variables that it needs and no other.
fn functions(stack: &Stack, room: &Declared) -> Vec<String> {
    let mut found = Vec::new();
    let globals = globals(stack);
    let of_room = || stack.functions.iter().filter(|function| function.binary == room.name);
    for need in &room.needs {
        let playing: Vec<_> = of_room().filter(|function| role(function) == Some(need.role)).collect();
        let [function] = playing[..] else {
            found.push(format!("{} has {} functions for {}", room.name, playing.len(), need.role));
            continue;
        };
        let lacking = need.variables.iter().filter(|name| !function.environment.contains_key(**name));
        found.extend(lacking.map(|name| format!("{} lacks {name}", function.logical_id)));
        let given = function.environment.keys().map(String::as_str);
        let given = given.filter(|name| *name != "ROLE" && !globals.contains(name));
        let idle = given.filter(|name| !need.variables.contains(name));
        found
            .extend(idle.map(|name| format!("{} is given {name} and does not need it", function.logical_id)));
    }
    let idle = of_room().filter(|function| !room.needs.iter().any(|need| role(function) == Some(need.role)));
    found.extend(idle.map(|function| format!("{} plays no role of {}", function.logical_id, room.name)));
    found
}

/// A table with a stream and TTL, and a queue in order with a place for what cannot be heard.
fn belongings(stack: &Stack, room: &Declared) -> Vec<String> {
    let mut found = Vec::new();
    let name = format!("{}-{}", stack.name, room.name);
    match stack.table(&name) {
        None => found.push(format!("{} has no table {name}", room.name)),
        Some(table) => {
            let keyed = (table.key.hash.as_str(), table.key.range.as_deref()) == ("pk", Some("sk"));
            if !keyed || table.ttl.as_deref() != Some("ttl") {
                found.push(format!("{name} is not keyed by pk and sk with ttl"));
            }
            if table.stream.as_deref() != Some("NEW_AND_OLD_IMAGES") {
                found.push(format!("{name} has no stream of both images, so nobody hears its facts"));
            }
        }
    }
    let queue = stack.queues.iter().find(|queue| queue.name == format!("{name}.fifo"));
    let dead = format!("{name}-dead.fifo");
    match queue {
        None => found.push(format!("{} has no queue {name}.fifo", room.name)),
        Some(queue) if !queue.fifo => found.push(format!("{name}.fifo keeps no order")),
        Some(queue) => {
            let aside = queue.redrive.as_ref().and_then(|r| stack.queue_by_arn(&r.dead_letter_arn));
            if aside.is_none_or(|aside| aside.name != dead) {
                found.push(format!("{name}.fifo does not put aside into {dead}"));
            }
        }
    }
    found
}

/// Nothing waits for ever, and nothing comes again while somebody is still at work on it. AWS asks
/// for six times the function's timeout, because a throttled batch is tried again within it; a
/// source that takes one message at a time within its own bound is not throttled, and may come back
/// a minute after its function must have died.
fn queues(stack: &Stack) -> Vec<String> {
    let mut found = Vec::new();
    let dead: BTreeSet<&str> =
        stack.queues.iter().filter_map(|q| Some(q.redrive.as_ref()?.dead_letter_arn.as_str())).collect();
    let failures: BTreeSet<&str> = sources(stack).filter_map(|(_, source)| on_failure(source)).collect();
    for queue in &stack.queues {
        let aside = dead.contains(queue.arn.as_str()) || failures.contains(queue.arn.as_str());
        if queue.redrive.is_none() && !aside {
            found.push(format!("{} has no dead-letter queue", queue.name));
        }
        if aside && queue.retention < Duration::from_secs(14 * 24 * 3600) {
            found.push(format!("{} forgets before anybody has read it", queue.name));
        }
    }
    for (function, source) in sources(stack) {
        let Source::Queue(source) = source else { continue };
        let Some(queue) = stack.queue_by_arn(&source.queue_arn) else { continue };
        let one_by_one = source.batch == 1 && source.concurrency.is_some();
        let least = match one_by_one {
            true => function.timeout + Duration::from_secs(60),
            false => function.timeout * 6,
        };
        if queue.visibility < least {
            let (name, has) = (&queue.name, queue.visibility.as_secs());
            found.push(format!(
                "{name} hides a message for {has} s, and {} needs {least:?}",
                function.logical_id
            ));
        }
        if !source.reports_failures {
            found.push(format!("{} does not report which messages failed", source.logical_id));
        }
    }
    found
}

fn sources(stack: &Stack) -> impl Iterator<Item = (&Function, &Source)> {
    stack.functions.iter().flat_map(|function| function.sources.iter().map(move |source| (function, source)))
}

fn on_failure(source: &Source) -> Option<&str> {
    match source {
        Source::Stream(source) => source.on_failure.as_deref(),
        _ => None,
    }
}

/// Every role is woken by what it is for, and by nothing else.
fn wakings(stack: &Stack, room: &Declared) -> Vec<String> {
    let mut found = Vec::new();
    let own = format!("{}-{}", stack.name, room.name);
    for function in stack.functions.iter().filter(|function| function.binary == room.name) {
        let Some(role) = role(function) else {
            found.push(format!("{} has no role", function.logical_id));
            continue;
        };
        let queue = |name: &str| stack.queues.iter().find(|queue| queue.name == name);
        let from = |wanted: Option<&Queue>| {
            let arns = function.sources.iter().map(|source| match source {
                Source::Queue(source) => Some(source.queue_arn.as_str()),
                _ => None,
            });
            wanted.is_some() && arns.collect::<Vec<_>>() == [wanted.map(|queue| queue.arn.as_str())]
        };
        let right = match role {
            Role::Api => function.sources.is_empty(),
            Role::Worker => from(queue(&format!("{own}.fifo"))),
            Role::Timer => from(queue(&format!("{own}-timers"))),
            Role::Uploads => {
                let uploads = queue(&format!("{own}-uploads"));
                let told = stack.buckets.iter().filter(|bucket| bucket.name.starts_with(&own));
                let told = told
                    .flat_map(|bucket| &bucket.notices)
                    .any(|notice| uploads.is_some_and(|queue| queue.arn == notice.queue_arn));
                told && from(uploads)
            }
            Role::Expiry => match &function.sources[..] {
                [Source::Stream(source)] => {
                    source.table == own
                        && filters_match(source, &swept("Service"))
                        && !filters_match(source, &swept("User"))
                        && !filters_match(source, &emitting())
                }
                _ => false,
            },
            Role::Schedule => matches!(&function.sources[..], [Source::Schedule(_), ..]),
            Role::Relay => {
                let tables: BTreeSet<_> = stack.tables.iter().map(|table| table.name.as_str()).collect();
                let followed: BTreeSet<_> = function.sources.iter().filter_map(emitting_source).collect();
                tables == followed && followed.len() == function.sources.len()
            }
        };
        if !right {
            found.push(format!("{} is not woken by what a {role} is for", function.logical_id));
        }
    }
    found
}

fn filters_match(source: &embedded::template::StreamSource, record: &Value) -> bool {
    embedded::pattern::Pattern::any(&source.filters, record)
}

/// The table of a stream source that lets facts through, nothing else, and loses none of them.
fn emitting_source(source: &Source) -> Option<&str> {
    let Source::Stream(source) = source else { return None };
    let careful = source.bisect && source.reports_failures && source.on_failure.is_some();
    let exact = filters_match(source, &emitting()) && !filters_match(source, &swept("Service"));
    (careful && exact).then_some(source.table.as_str())
}

fn emitting() -> Value {
    serde_json::json!({"eventName": "INSERT", "dynamodb": {"NewImage": {"emits": {"S": "[]"}}}})
}

fn swept(by: &str) -> Value {
    let who = if by == "Service" { "dynamodb.amazonaws.com" } else { "somebody" };
    serde_json::json!({
        "eventName": "REMOVE",
        "userIdentity": {"type": by, "principalId": who},
        "dynamodb": {"OldImage": {"pk": {"S": "a"}}},
    })
}

/// The relay has the address of every room that hears anything.
fn addresses(stack: &Stack, subscriptions: &[(&str, &[&str])]) -> Vec<String> {
    let relays: Vec<_> = stack.functions.iter().filter(|f| role(f) == Some(Role::Relay)).collect();
    let listening = subscriptions.iter().filter(|(_, heard)| !heard.is_empty()).map(|(room, _)| *room);
    let mut found = Vec::new();
    for room in listening {
        let url = stack.queues.iter().find(|queue| queue.name == format!("{}-{room}.fifo", stack.name));
        let variable = format!("QUEUE_{}", room.to_uppercase());
        let knows = |relay: &&&Function| relay.environment.get(&variable) == url.map(|queue| &queue.url);
        if url.is_none() || relays.iter().filter(knows).count() != 1 {
            found.push(format!("the relay does not know the queue of {room} as {variable}"));
        }
    }
    found
}

/// Every operation can be reached, and no route leads past all of them.
fn routes(stack: &Stack, rooms: &[Declared]) -> Vec<String> {
    let mut found = Vec::new();
    let room_of = |route: &embedded::template::Route| {
        let function = stack.function(&route.function).filter(|function| role(function) == Some(Role::Api));
        function.map(|function| function.binary.as_str())
    };
    for room in rooms {
        for (method, path) in &room.operations {
            let mut ways = stack.routes.iter().filter(|route| leads(route, method, path));
            if !ways.any(|route| room_of(route) == Some(room.name)) {
                found.push(format!("no route leads to {method} {path} of {}", room.name));
            }
        }
    }
    for route in &stack.routes {
        let room = rooms.iter().find(|room| room_of(route) == Some(room.name));
        let used = room.is_some_and(|room| room.operations.iter().any(|(m, p)| leads(route, m, p)));
        if !used {
            found.push(format!("{} {} leads nowhere", route.method, route.path));
        }
    }
    found
}

fn leads(route: &embedded::template::Route, method: &str, path: &str) -> bool {
    let method = route.method == "ANY" || route.method == method;
    let (mut route, mut path) = (route.path.split('/'), path.split('/'));
    let path = loop {
        match (route.next(), path.next()) {
            (Some(greedy), Some(_)) if greedy.ends_with("+}") => break true,
            (Some(a), Some(b)) if a.starts_with('{') || a == b => {}
            (None, None) => break true,
            _ => break false,
        }
    };
    method && path
}

#[test]
fn every_role_has_its_function_with_what_it_needs_and_nothing_else() {
    let (_, _, stack) = template();
    nothing_to_complain_about(declared().iter().flat_map(|room| functions(&stack, room)).collect());
    let room = |needs: Vec<Need>| Declared { name: "inventory", needs, operations: vec![] };
    let need = |role, variables| Need { role, variables, may: &[] };
    complains(functions(&stack, &room(vec![need(Role::Uploads, &[])])), "has 0 functions for uploads");
    complains(functions(&stack, &room(vec![need(Role::Api, &["MOON"])])), "InventoryApi lacks MOON");
    complains(functions(&stack, &room(vec![need(Role::Api, &[])])), "InventoryApi is given TABLE");
    complains(functions(&stack, &room(vec![])), "InventoryApi plays no role");
}

#[test]
fn every_room_has_its_table_and_its_queue() {
    let (_, _, mut stack) = template();
    let owners = || declared().into_iter().filter(|room| room.name != "relay");
    nothing_to_complain_about(owners().flat_map(|room| belongings(&stack, &room)).collect());
    stack.tables.iter_mut().for_each(|table| table.stream = None);
    stack.queues.iter_mut().for_each(|queue| queue.redrive = None);
    let spoiled: Vec<_> = owners().flat_map(|room| belongings(&stack, &room)).collect();
    complains(spoiled.clone(), "snail-inventory has no stream");
    complains(spoiled, "does not put aside into snail-inventory-dead.fifo");
    stack.tables.clear();
    complains(owners().flat_map(|room| belongings(&stack, &room)).collect(), "has no table snail-inventory");
}

#[test]
fn no_message_waits_for_ever_or_comes_again_too_soon() {
    let (_, _, mut stack) = template();
    nothing_to_complain_about(queues(&stack));
    stack.queues.iter_mut().for_each(|queue| queue.visibility = Duration::from_secs(31));
    complains(queues(&stack), "snail-inventory.fifo hides a message for 31 s");
    stack.queues.iter_mut().for_each(|queue| queue.redrive = None);
    complains(queues(&stack), "snail-inventory.fifo has no dead-letter queue");
}

#[test]
fn every_function_is_woken_by_what_it_is_for() {
    let (_, _, mut stack) = template();
    nothing_to_complain_about(declared().iter().flat_map(|room| wakings(&stack, room)).collect());
    for function in &mut stack.functions {
        for source in &mut function.sources {
            if let Source::Stream(source) = source {
                source.filters.clear();
            }
        }
    }
    let spoiled: Vec<_> = declared().iter().flat_map(|room| wakings(&stack, room)).collect();
    complains(spoiled.clone(), "InventoryExpiry is not woken");
    complains(spoiled, "Relay is not woken");
    stack.functions.iter_mut().for_each(|function| function.sources.clear());
    let spoiled: Vec<_> = declared().iter().flat_map(|room| wakings(&stack, room)).collect();
    complains(spoiled, "InventoryWorker is not woken");
}

#[test]
fn the_relay_knows_the_address_of_everybody_who_hears() {
    let (_, _, stack) = template();
    nothing_to_complain_about(addresses(&stack, facts::SUBSCRIPTIONS));
    complains(addresses(&stack, &[("orders", &["catalog.price_changed.v1"])]), "queue of orders");
}

#[test]
fn every_operation_has_a_route_and_every_route_an_operation() {
    let (_, _, stack) = template();
    nothing_to_complain_about(routes(&stack, &declared()));
    let operations = vec![("GET".to_owned(), "/elsewhere/{id}".to_owned())];
    let strange = [Declared { name: "inventory", needs: vec![], operations }];
    complains(routes(&stack, &strange), "no route leads to GET /elsewhere/{id}");
    complains(routes(&stack, &strange), "ANY /inventory/{proxy+} leads nowhere");
}

#[test]
fn the_stack_stays_far_from_the_most_that_cloudformation_takes() {
    let (template, _, _) = template();
    let count = template.resources().len();
    assert!(count < MOST_RESOURCES, "{count} resources");
}
