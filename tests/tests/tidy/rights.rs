//! What each function may do, as its policies say it, against what its environment and its event
//! sources imply that it does.

use std::collections::{BTreeMap, BTreeSet};

use embedded::template::{Function, Parameters, Resource, Source, Stack, Template};
use serde_json::Value;

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    pub actions: Vec<String>,
    pub resources: Vec<String>,
}

/// Every function's rights, by its logical id, shared policies included.
pub fn rights(template: &Template, parameters: &Parameters, stack: &Stack) -> BTreeMap<String, Vec<Right>> {
    let resolved = |path: &str, resource: &Resource| {
        let value = template.value(parameters, path, &resource.properties).unwrap();
        serde_json::to_value(value).unwrap()
    };
    let mut shared = BTreeMap::new();
    for (id, resource) in &stack.resources {
        if resource.kind == "AWS::IAM::ManagedPolicy" {
            let path = format!("Resources.{id}.Properties");
            let arn = format!("arn:aws:iam::{}:policy/{}-{id}", parameters.account, parameters.stack);
            shared.insert(arn, statements(&resolved(&path, resource)["PolicyDocument"]));
        }
    }
    let mut rights = BTreeMap::new();
    for function in &stack.functions {
        let resource = &stack.resources[&function.logical_id];
        let properties = resolved(&format!("Resources.{}.Properties", function.logical_id), resource);
        let mut all = Vec::new();
        for policy in list(&properties["Policies"]) {
            match policy.as_str() {
                None => all.extend(statements(policy)),
                Some(arn) => {
                    let known = shared.get(arn);
                    all.extend(
                        known.unwrap_or_else(|| panic!("{arn} is no policy of ours: {shared:?}")).clone(),
                    );
                }
            }
        }
        rights.insert(function.logical_id.clone(), all);
    }
    rights
}

fn statements(document: &Value) -> Vec<Right> {
    let texts = |value: &Value| {
        let texts = list(value).into_iter().map(|text| text.as_str().expect("a policy is text").to_owned());
        texts.collect()
    };
    let statements = list(&document["Statement"]).into_iter().map(|statement| {
        assert_eq!(statement["Effect"], "Allow", "a policy that denies is read by nobody");
        Right { actions: texts(&statement["Action"]), resources: texts(&statement["Resource"]) }
    });
    statements.collect()
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    }
}

/// Actions that are right for a function that has a table, and those without which it is none.
const TABLE: &[&str] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
];
const STREAM: &[&str] =
    &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
const LISTEN: &[&str] = &["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];

/// An action with the resource that it is about.
type Act = (String, String);

/// What a function must be allowed, and what it may be allowed besides.
fn implied(stack: &Stack, function: &Function) -> (BTreeSet<Act>, BTreeSet<Act>) {
    let (mut must, mut may) = (BTreeSet::new(), BTreeSet::new());
    let mut add = |set: u8, actions: &[&str], resource: &str| {
        let acts = actions.iter().map(|action| ((*action).to_owned(), resource.to_owned()));
        if set == 0 { must.extend(acts) } else { may.extend(acts) }
    };
    let variable = |name: &str| function.environment.get(name).map(String::as_str);
    if let Some(table) = variable("TABLE").and_then(|name| stack.table(name)) {
        add(0, TABLE, &table.arn);
        for index in &table.indexes {
            let actions: Vec<_> = TABLE.to_vec();
            add(1, &actions, &format!("{}/index/{}", table.arn, index.name));
            add(0, &["dynamodb:Query"], &format!("{}/index/{}", table.arn, index.name));
        }
    }
    for (name, url) in &function.environment {
        if let Some(queue) = stack.queues.iter().find(|queue| queue.url == *url && name.contains("QUEUE")) {
            add(0, &["sqs:SendMessage"], &queue.arn);
        }
        let secret = stack.secrets.iter().find(|secret| secret.name == *url);
        if let Some(secret) = secret.filter(|_| name.ends_with("_SECRET")) {
            let secret = secret_called(&secret.name);
            // Whoever has a door signs asks and believes them; the others know the name alone.
            if name != "ASK_SECRET" || variable("ROLE") == Some("api") {
                add(0, &["secretsmanager:GetSecretValue"], &secret);
            }
            // Whoever is called by the calendar alone puts another key in the place of the one that signs.
            if name == "SIGNING_SECRET" && variable("ROLE") == Some("schedule") {
                add(0, &["secretsmanager:PutSecretValue"], &secret);
            }
        }
        let Some(bucket) = stack.buckets.iter().find(|bucket| bucket.name == *url) else { continue };
        // Facts that are too large are laid down by the relay and picked up by the workers.
        let actions = match (name.as_str(), function.binary.as_str()) {
            ("FACTS_BUCKET", "relay") => &["s3:PutObject"][..],
            ("FACTS_BUCKET", _) => &["s3:GetObject"],
            // Whoever reads what was uploaded may have something to write beside it.
            _ if variable("ROLE") == Some("uploads") => &["s3:GetObject"],
            _ => &["s3:GetObject", "s3:PutObject"],
        };
        add(0, actions, &format!("{}/", bucket.arn));
        if variable("ROLE") == Some("uploads") {
            add(1, &["s3:PutObject"], &format!("{}/", bucket.arn));
        }
        // Who may not list a bucket is told 403 of an object that is not there, and nobody knows what
        // to think. Who writes in parts may give up.
        add(1, &["s3:ListBucket", "s3:AbortMultipartUpload"], &format!("{}/", bucket.arn));
    }
    for source in &function.sources {
        match source {
            Source::Queue(source) => add(0, LISTEN, &source.queue_arn),
            Source::Stream(source) => {
                let table = stack.table(&source.table).expect("a stream belongs to a table");
                add(0, STREAM, &format!("{}/stream/latest", table.arn));
                source.on_failure.iter().for_each(|arn| add(0, &["sqs:SendMessage"], arn));
            }
            Source::Bucket(_) | Source::Schedule(_) => {}
        }
    }
    (must, may)
}

/// Compares what functions are allowed with what they do.
pub fn check_rights(stack: &Stack, rights: &BTreeMap<String, Vec<Right>>) -> Vec<String> {
    let mut found = Vec::new();
    for (id, rights) in rights {
        let Some(function) = stack.function(id) else { continue };
        let (must, may) = implied(stack, function);
        let mut allowed: BTreeSet<Act> = BTreeSet::new();
        for Right { actions, resources } in rights {
            for (action, resource) in actions.iter().flat_map(|a| resources.iter().map(move |r| (a, r))) {
                if action.contains('*') {
                    found.push(format!("{id} may do any action that is called {action}"));
                }
                let objects = action.starts_with("s3:") && resource.ends_with("/*");
                if resource.contains('*') && !objects {
                    found.push(format!("{id} may {action} with any resource like {resource}"));
                }
                let table = stack.tables.iter().find(|table| resource.starts_with(&table.arn));
                let own = table.is_none_or(|table| function.environment.get("TABLE") == Some(&table.name));
                if !own && !resource.contains("/stream/") {
                    found.push(format!("{id} may {action} with another room's table"));
                }
                allowed.insert((action.clone(), subject(resource)));
            }
        }
        let missing = must.difference(&allowed);
        found.extend(missing.map(|(action, on)| format!("{id} may not {action} with {on}, and has to")));
        let more = allowed.iter().filter(|act| !must.contains(act) && !may.contains(act));
        found.extend(more.map(|(action, on)| format!("{id} may {action} with {on}, and never does")));
    }
    found
}

fn secret_called(name: &str) -> String {
    format!("the secret {name}")
}

/// What a resource is, without the part that differs by prefix or by deployment.
fn subject(resource: &str) -> String {
    if let Some((_, name)) = resource.split_once(":secret:") {
        return secret_called(name);
    }
    match resource.split_once(":::") {
        Some((service, objects)) if service.ends_with(":s3") => {
            let bucket = objects.split('/').next().unwrap_or_default();
            format!("{service}:::{bucket}/")
        }
        _ => resource.to_owned(),
    }
}
