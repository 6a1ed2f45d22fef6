//! What each function may do, as its policies say it, against what its room declares and what follows
//! from its environment and its event sources.

use std::collections::BTreeSet;

use embedded::template::{Function, Resource, Right, Source, Stack};
use lambda::{May, Need, Role};
use testkit::House;

use crate::template::{Declared, declared, role, template};
use crate::{complains, nothing_to_complain_about};

const STREAM: &[&str] = &["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
const LISTEN: &[&str] = &["DeleteMessage", "GetQueueAttributes", "ReceiveMessage"];

/// Rights as they are put together.
#[derive(Default)]
struct Rights(BTreeSet<Right>);

impl Rights {
    fn add(&mut self, service: &str, actions: &[&str], resource: &str) {
        let right = |action| Right { action: format!("{service}:{action}"), resource: resource.to_owned() };
        self.0.extend(actions.iter().map(right));
    }
}

/// What a function must be allowed, and all that it may be allowed.
fn due(stack: &Stack, function: &Function, need: &Need) -> BTreeSet<Right> {
    let mut rights = Rights::default();
    let variable = |name: &str| function.environment.get(name).map(String::as_str);
    let table = variable("TABLE").and_then(|name| stack.table(name));
    let bucket = |name: &str| stack.buckets.iter().find(|bucket| variable(name) == Some(&bucket.name));
    let secret = |name: &str| {
        let named = variable(name).filter(|_| name.ends_with("_SECRET"));
        stack.secrets.iter().find(|secret| named == Some(&secret.name))
    };
    for may in need.may {
        match *may {
            May::Table(actions) => table.iter().for_each(|t| rights.add("dynamodb", actions, &t.arn)),
            May::Objects(prefix, actions) => {
                let objects = bucket("BUCKET").map(|bucket| format!("{}/{prefix}*", bucket.arn));
                objects.iter().for_each(|objects| rights.add("s3", actions, objects));
            }
            May::MissObjects => {
                bucket("BUCKET").iter().for_each(|bucket| rights.add("s3", &["ListBucket"], &bucket.arn));
            }
            May::Ask(rooms) => {
                for room in rooms {
                    let name = ask::function_of(&stack.name, room);
                    rights.add(
                        "lambda",
                        &["InvokeFunction"],
                        &format!("arn:aws:lambda:us-east-1:000000000000:function:{name}"),
                    );
                }
            }
            May::ReplaceSecret(name) => {
                let secret = secret(name);
                secret.iter().for_each(|s| rights.add("secretsmanager", &["PutSecretValue"], &s.arn));
            }
        }
    }
    for name in need.variables.iter().copied() {
        let queue = stack.queues.iter().find(|queue| variable(name) == Some(&queue.url));
        queue.iter().for_each(|queue| rights.add("sqs", &["SendMessage"], &queue.arn));
        secret(name).iter().for_each(|secret| rights.add("secretsmanager", &["GetSecretValue"], &secret.arn));
    }
    // Facts that are too large are laid down by the relay and picked up by the workers.
    if let Some(facts_bucket) = bucket("FACTS_BUCKET") {
        let action = if need.role == Role::Relay { "PutObject" } else { "GetObject" };
        rights.add("s3", &[action], &format!("{}/{}*", facts_bucket.arn, queue::PARCELS));
    }
    for source in &function.sources {
        match source {
            Source::Queue(source) => rights.add("sqs", LISTEN, &source.queue_arn),
            Source::Stream(source) => {
                let table = stack.table(&source.table).expect("a stream belongs to a table");
                rights.add("dynamodb", STREAM, &format!("{}/stream/latest", table.arn));
                source.on_failure.iter().for_each(|arn| rights.add("sqs", &["SendMessage"], arn));
            }
            Source::Bucket(_) | Source::Schedule(_) => {}
        }
    }
    rights.0
}

/// What would give a function rights that do not stand in its policies: a role or a policy of its own,
/// and SAM's shorthand for event sources, which attaches a policy over every queue of the account.
fn elsewhere(stack: &Stack) -> impl Iterator<Item = String> {
    let iam = stack.resources.iter().filter(|(_, resource)| resource.kind.starts_with("AWS::IAM::"));
    let iam = iam.map(|(id, resource)| format!("{id} gives rights outside of a function: {}", resource.kind));
    let functions = stack.functions.iter().flat_map(|function| {
        let id = &function.logical_id;
        let given = |name: &&str| stack.resources[id].properties.get(*name).is_some();
        let given = ["Role", "PermissionsBoundary", "Events"].into_iter().filter(given);
        given
            .map(move |name| format!("{id} has {name}, and with it rights that do not stand in its policies"))
    });
    iam.chain(functions)
}

/// Compares what functions are allowed with what they do.
fn wrong_rights(stack: &Stack, rooms: &[Declared]) -> Vec<String> {
    let mut found: Vec<_> = elsewhere(stack).collect();
    for function in &stack.functions {
        let id = &function.logical_id;
        let room = rooms.iter().find(|room| room.name == function.binary);
        let need = room.and_then(|room| room.needs.iter().find(|need| role(function) == Some(need.role)));
        let Some(need) = need else {
            found.push(format!("nobody knows what {id} does"));
            continue;
        };
        let due = due(stack, function, need);
        let missing = due.difference(&function.rights);
        found.extend(
            missing.map(|Right { action, resource }| format!("{id} may not {action} with {resource}")),
        );
        let more = function.rights.difference(&due);
        found.extend(
            more.map(|Right { action, resource }| {
                format!("{id} may {action} with {resource}, and never does")
            }),
        );
    }
    found
}

#[test]
fn every_function_may_do_what_it_does_and_nothing_else() {
    let (_, _, stack) = template();
    nothing_to_complain_about(wrong_rights(&stack, &declared()));
}

#[test]
fn a_right_too_many_is_seen_whatever_it_is_to() {
    let (_, _, stack) = template();
    let with = |action: &str, resource: &str| {
        let mut stack = stack.clone();
        let right = Right { action: action.into(), resource: resource.into() };
        stack.functions.iter_mut().for_each(|function| assert!(function.rights.insert(right.clone())));
        wrong_rights(&stack, &declared())
    };
    let of = |service: &str, name: &str| format!("arn:aws:{service}:us-east-1:000000000000:{name}");
    for (action, resource) in [
        ("dynamodb:*", of("dynamodb", "table/snail-inventory")),
        ("dynamodb:Scan", of("dynamodb", "table/snail-inventory")),
        ("dynamodb:GetItem", of("dynamodb", "table/snail-*")),
        ("dynamodb:Query", of("dynamodb", "table/snail-inventory/index/gsi1")),
        ("s3:GetObject", "*".to_owned()),
        ("s3:GetObject", "arn:aws:s3:::snail-catalog-000000000000/*".to_owned()),
        ("s3:ListBucket", "arn:aws:s3:::snail-facts-000000000000".to_owned()),
        ("sqs:SendMessage", of("sqs", "snail-inventory-dead.fifo")),
        ("secretsmanager:PutSecretValue", of("secretsmanager", "secret:snail-cart")),
        ("lambda:InvokeFunction", of("lambda", "function:snail-*-api")),
        ("lambda:InvokeFunction", of("lambda", "function:snail-payments-api")),
    ] {
        let found = with(action, &resource);
        for function in ["InventoryApi", "CatalogUploads", "Relay", "IdentitySchedule"] {
            complains(found.clone(), &format!("{function} may {action} with {resource}, and never does"));
        }
    }
}

#[test]
fn a_right_that_stands_elsewhere_is_seen() {
    let (_, _, stack) = template();
    let with = |id: &str, change: &dyn Fn(&mut Resource)| {
        let mut stack = stack.clone();
        change(stack.resources.get_mut(id).unwrap());
        wrong_rights(&stack, &declared())
    };
    let found = with("CartTable", &|table| table.kind = "AWS::IAM::ManagedPolicy".into());
    complains(found, "CartTable gives rights outside of a function");
    for name in ["Role", "PermissionsBoundary", "Events"] {
        let found = with("CartApi", &|api| api.properties[name] = "something".into());
        complains(found, &format!("CartApi has {name}"));
    }
}

#[test]
fn a_right_too_few_is_seen_whatever_it_is_to() {
    let (_, _, stack) = template();
    for (n, function) in stack.functions.iter().enumerate() {
        for right in &function.rights {
            let mut spoiled = stack.clone();
            assert!(spoiled.functions[n].rights.remove(right));
            let Right { action, resource } = right;
            let expect = format!("{} may not {action} with {resource}", function.logical_id);
            assert_eq!(wrong_rights(&spoiled, &declared()), [expect]);
        }
    }
}

/// Of what a function may not do nothing is done, and the test in which it tried fails: otherwise a
/// counter or a timer that is not written would be missed by nobody.
#[tokio::test]
#[should_panic(expected = "CartApi: dynamodb:GetItem on table/snail-cart")]
async fn a_function_without_a_right_that_it_needs_is_refused_and_its_house_says_so() {
    let house = House::open(cart::room()).await;
    house.get("/cart").as_customer().send().await.expect(200);
    let mut stack = testkit::template();
    let api = stack.functions.iter_mut().find(|function| function.logical_id == "CartApi").unwrap();
    api.rights.retain(|right| right.action != "dynamodb:GetItem");
    house.engines.install(&stack).await.unwrap();
    house.get("/cart").as_customer().send().await.expect(500);
}

#[test]
fn what_a_room_declares_and_the_template_does_not_allow_is_seen() {
    let (_, _, stack) = template();
    let with = |role: Role, may: &'static [May]| {
        let mut rooms = declared();
        let needs = rooms.iter_mut().flat_map(|room| &mut room.needs);
        needs.filter(|need| need.role == role).for_each(|need| need.may = may);
        wrong_rights(&stack, &rooms)
    };
    complains(with(Role::Api, &[May::Table(&["Scan"])]), "CartApi may not dynamodb:Scan with");
    complains(with(Role::Api, &[]), "CartApi may dynamodb:GetItem with");
    let elsewhere = with(Role::Uploads, &[May::Objects("elsewhere/", &["GetObject"])]);
    complains(elsewhere, "may not s3:GetObject with arn:aws:s3:::snail-catalog-000000000000/elsewhere/*");
    complains(with(Role::Schedule, &[]), "IdentitySchedule may secretsmanager:PutSecretValue");
    complains(wrong_rights(&stack, &[]), "nobody knows what CartApi does");
}
