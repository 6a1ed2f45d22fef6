//! The template resolves as it does in CloudFormation.

use std::time::Duration;

use embedded::template::{Expression, Parameters, Projection, Source, Stack, Template};

use crate::{TEMPLATE, stack};

fn refused(text: &str) -> String {
    let template = Template::parse(text);
    template.and_then(|template| template.resolve(&Parameters::new("shop"))).unwrap_err().to_string()
}

fn source<'a>(stack: &'a Stack, logical_id: &str) -> &'a Source {
    let sources = stack.functions.iter().flat_map(|function| &function.sources);
    let named = |source: &&Source| match source {
        Source::Stream(it) => it.logical_id == logical_id,
        Source::Queue(it) => it.logical_id == logical_id,
        Source::Bucket(it) => it.logical_id == logical_id,
        Source::Schedule(it) => it.logical_id == logical_id,
    };
    sources.into_iter().find(named).unwrap()
}

#[test]
fn a_table_has_its_key_index_stream_and_ttl() {
    let stack = stack();
    let table = stack.table("shop-things").unwrap();
    assert_eq!(table.arn, "arn:aws:dynamodb:us-east-1:000000000000:table/shop-things");
    assert_eq!((table.key.hash.as_str(), table.key.range.as_deref()), ("pk", Some("sk")));
    assert_eq!((table.indexes[0].name.as_str(), &table.indexes[0].projection), ("gsi1", &Projection::All));
    assert_eq!(table.ttl.as_deref(), Some("ttl"));
    assert_eq!(table.stream.as_deref(), Some("NEW_AND_OLD_IMAGES"));
    assert_eq!(table.attributes.len(), 4);
}

#[test]
fn a_queue_has_its_url_and_its_dead_letter_queue() {
    let stack = stack();
    let queue = stack.queue("Queue").unwrap();
    assert_eq!(queue.url, "http://localhost:8081/000000000000/shop-things.fifo");
    assert_eq!((queue.fifo, queue.visibility), (true, Duration::from_secs(60)));
    let redrive = queue.redrive.as_ref().unwrap();
    assert_eq!(redrive.max_receive_count, 2);
    assert_eq!(stack.queue_by_arn(&redrive.dead_letter_arn).unwrap().name, "shop-things-dead.fifo");
}

#[test]
fn a_bucket_names_the_queue_that_hears_of_its_objects() {
    let stack = stack();
    let bucket = &stack.buckets[0];
    assert_eq!(bucket.name, "shop-files-000000000000");
    let notice = &bucket.notices[0];
    assert_eq!((notice.prefix.as_str(), notice.suffix.as_str()), ("imports/", ".csv"));
    assert_eq!(notice.queue_arn, stack.queue("Uploads").unwrap().arn);
    assert_eq!(
        (bucket.cors[0].methods.join(" "), bucket.cors[0].max_age),
        ("GET PUT".to_owned(), Some(3600))
    );
}

#[test]
fn a_function_has_the_common_environment_under_its_own() {
    let stack = stack();
    let function = stack.function("ThingsApi").unwrap();
    assert_eq!((function.binary.as_str(), function.memory), ("things", 512));
    assert_eq!(function.timeout, Duration::from_secs(30));
    let environment: Vec<String> =
        function.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        environment,
        [
            "BUCKET=shop-files-000000000000",
            "KEEP=30d",
            "QUEUE_URL=http://localhost:8081/000000000000/shop-things.fifo",
            "ROLE=api",
            "SIGNING_SECRET=shop-signing",
            "STAGE=dev",
            "TABLE=shop-things",
        ]
    );
    assert_eq!(stack.function("ThingsWorker").unwrap().memory, 256);
}

#[test]
fn what_wakes_a_function_stands_in_it_or_beside_it() {
    let stack = stack();
    let Source::Stream(changes) = source(&stack, "ThingsWorkerChanges") else { panic!("not a stream") };
    assert_eq!((changes.table.as_str(), changes.bisect, changes.retries), ("shop-things", true, Some(3)));
    assert_eq!(changes.filters.len(), 1);
    assert_eq!(changes.on_failure.as_deref(), Some(stack.queue("TimersDead").unwrap().arn.as_str()));
    let Source::Queue(facts) = source(&stack, "ThingsWorkerFacts") else { panic!("not a queue") };
    assert_eq!((facts.batch, facts.reports_failures), (5, true));
    let Source::Queue(timers) = source(&stack, "TimersSource") else { panic!("not a queue") };
    assert_eq!((timers.batch, timers.concurrency), (10, Some(3)));
    let Source::Bucket(files) = source(&stack, "ThingsWorkerFiles") else { panic!("not a bucket") };
    assert_eq!((files.bucket.as_str(), files.prefix.as_str()), ("shop-files-000000000000", "media/"));
    let Source::Schedule(nightly) = source(&stack, "ThingsWorkerNightly") else { panic!("not a schedule") };
    assert_eq!(nightly.expression, Expression::Cron("0 3 * * ? *".parse().unwrap()));
    assert_eq!(nightly.input.as_deref(), Some(r#"{"sweep":true}"#));
    let Source::Schedule(ticking) = source(&stack, "Ticking") else { panic!("not a schedule") };
    assert_eq!((&ticking.expression, ticking.enabled), (&Expression::Rate(Duration::from_secs(300)), false));
}

#[test]
fn a_secret_has_its_name_and_the_characters_it_is_generated_of() {
    let stack = stack();
    let names: Vec<_> = stack.secrets.iter().map(|secret| secret.name.as_str()).collect();
    assert_eq!(names, ["shop-plain", "shop-signing"]);
    let [plain, signing] = stack.secrets.as_slice() else { panic!("two secrets") };
    assert_eq!((plain.length, plain.alphabet.len()), (32, 26 + 26 + 10 + 32));
    let alphabet: String = signing.alphabet.iter().collect();
    assert_eq!((signing.length, alphabet.as_str()), (64, "abcdefghijklmnopqrstuvwxyz23456789"));
    assert_eq!(stack.function("ThingsApi").unwrap().environment["SIGNING_SECRET"], "shop-signing");
}

#[test]
fn a_route_leads_to_a_function_while_its_condition_holds() {
    let routes = |stack: Stack| {
        let line =
            |route: &embedded::template::Route| format!("{} {} {}", route.method, route.path, route.function);
        stack.routes.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(routes(stack()), ["ANY /things/{proxy+} ThingsApi"]);
    let loud = Parameters::new("shop").with("Topic", "arn:aws:sns:us-east-1:000000000000:bells");
    let loud = Template::parse(TEMPLATE).unwrap().resolve(&loud).unwrap();
    assert!(!loud.resources.contains_key("Alarm"));
    assert_eq!(
        loud.function("ThingsApi").unwrap().environment["TOPIC"],
        "arn:aws:sns:us-east-1:000000000000:bells"
    );
    assert_eq!(routes(loud), ["GET /loud ThingsApi", "ANY /things/{proxy+} ThingsApi"]);
}

#[test]
fn a_function_may_do_what_all_of_its_policies_say() {
    let stack = stack();
    let rights = |function: &str| {
        let rights = stack.function(function).unwrap().rights.iter();
        rights.map(|right| format!("{} {}", right.action, right.resource)).collect::<Vec<_>>()
    };
    let api = [
        "dynamodb:GetItem arn:aws:dynamodb:us-east-1:000000000000:table/shop-things",
        "dynamodb:PutItem arn:aws:dynamodb:us-east-1:000000000000:table/shop-things",
        "dynamodb:Query arn:aws:dynamodb:us-east-1:000000000000:table/shop-things/index/gsi1",
        "s3:GetObject arn:aws:s3:::shop-files-000000000000/media/*",
        "s3:PutObject arn:aws:s3:::shop-files-000000000000/media/*",
        "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:000000000000:secret:shop-plain",
        "sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:shop-things.fifo",
    ];
    assert_eq!(rights("ThingsApi"), api);
    let worker = [
        "s3:GetObject arn:aws:s3:::shop-files-000000000000",
        "s3:GetObject arn:aws:s3:::shop-files-000000000000/imports/*",
        "s3:ListBucket arn:aws:s3:::shop-files-000000000000",
        "s3:ListBucket arn:aws:s3:::shop-files-000000000000/imports/*",
    ];
    assert_eq!(rights("ThingsWorker"), worker);
}

#[test]
fn what_has_no_engine_is_kept_as_it_was_written_and_can_be_resolved() {
    let template = Template::parse(TEMPLATE).unwrap();
    let alarm = &stack().resources["Alarm"];
    assert_eq!(alarm.kind, "AWS::CloudWatch::Alarm");
    let resolved = template.value(&Parameters::new("shop"), "Alarm", &alarm.properties).unwrap().unwrap();
    assert_eq!(resolved["Dimensions"][0]["Value"], "shop-things-dead.fifo");
}

#[test]
fn the_project_s_own_template_is_understood() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml")).unwrap();
    let stack = Template::parse(&text).unwrap().resolve(&Parameters::new("snail")).unwrap();
    for function in &stack.functions {
        assert!(
            !function.sources.is_empty()
                || stack.routes.iter().any(|route| route.function == function.logical_id),
            "nothing wakes {}",
            function.logical_id
        );
    }
}

#[test]
fn what_is_needed_and_not_understood_is_refused_with_its_place() {
    let table = |name: &str| {
        format!("Resources: {{ T: {{ Type: AWS::SQS::Queue, Properties: {{ QueueName: {name} }} }} }}")
    };
    let secret = |properties: &str| {
        format!("Resources: {{ S: {{ Type: AWS::SecretsManager::Secret, Properties: {{ {properties} }} }} }}")
    };
    let policy = |policies: &str| {
        format!(
            "Resources: {{ F: {{ Type: 'AWS::Serverless::Function', Properties: {{ CodeUri: a, Policies: {policies} }} }} }}"
        )
    };
    for (text, complaint) in [
        (policy("AmazonSQSFullAccess"), "Resources.F.Properties.Policies: AmazonSQSFullAccess stands elsewhere"),
        (
            policy("[{ Statement: { Effect: Deny, Action: a, Resource: b } }]"),
            "Resources.F.Properties.Policies[0].Statement.Effect: only policies that allow",
        ),
        (
            policy("[{ Statement: [{ Effect: Allow, Action: a, Resource: b, Condition: {} }] }]"),
            "Resources.F.Properties.Policies[0].Statement[0].Condition: what a statement means by Condition",
        ),
        (policy("[{ Statement: { Effect: Allow, Action: a } }]"), "Resources.F.Properties.Policies[0].Statement: has no Resource"),
        (table("!ImportValue X"), "Resources.T.Properties.QueueName: !ImportValue is not known here"),
        (table("!Ref Nobody"), "Resources.T.Properties.QueueName: there is no parameter or resource Nobody"),
        (table("!Sub '${Nobody}'"), "Resources.T.Properties.QueueName: there is no parameter or resource Nobody"),
        (table("!Sub '${Open'"), "Resources.T.Properties.QueueName: ${ without }"),
        (table("!Ref T"), "Resources.T.Properties.QueueName: references run in a circle"),
        (table("!Select [3, [a]]"), "Resources.T.Properties.QueueName: !Select beyond the list"),
        (table("[a]"), "Resources.T.Properties.QueueName: has to be text"),
        ("Resources: { T: { Properties: {} } }".to_owned(), "Resources.T: has no Type"),
        ("Resources: [1]".to_owned(), "Resources: has to be a mapping"),
        ("Resources: { T: { Type: X, Condition: Y } }".to_owned(), "Resources.T.Condition: there is no condition Y"),
        ("Parameters: { P: { Type: String } }".to_owned(), "Parameters.P: has no default and was not given"),
        ("{".to_owned(), "the template is not YAML"),
        (secret("SecretString: x"), "Resources.S.Properties.SecretString: no secret stands in a template"),
        (secret("Name: x"), "Resources.S.Properties: has no GenerateSecretString"),
        (secret("GenerateSecretString: { PasswordLength: 0 }"), "Resources.S.Properties.GenerateSecretString.PasswordLength: has to be from 1"),
        (secret("GenerateSecretString: { GenerateStringKey: x }"), "Resources.S.Properties.GenerateSecretString.GenerateStringKey: is not known here"),
        (
            secret("GenerateSecretString: { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true }"),
            "Resources.S.Properties.GenerateSecretString: leaves no character",
        ),
        (
            "Resources: { F: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: a, Events: { E: { Type: Schedule, Properties: { Schedule: cron(0 3 * * * *) } } } } } }".to_owned(),
            "Resources.F.Properties.Events.E.Properties.Schedule: cron(0 3 * * * *): day of week: one of the two",
        ),
        (
            "Resources: { F: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: a, Events: { E: { Type: SQS, Properties: { Queue: 'arn:aws:sqs:us-east-1:000000000000:q', FilterCriteria: { Filters: [] } } } } } } }".to_owned(),
            "Resources.F.Properties.Events.E.Properties.FilterCriteria: is not known here",
        ),
        (
            "Resources: { F: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: a, Events: { E: { Type: Schedule, Properties: { Schedule: rate(0 minutes) } } } } } }".to_owned(),
            "Resources.F.Properties.Events.E.Properties.Schedule: rate(0 minutes) is neither rate(…) nor cron(…)",
        ),
    ] {
        let said = refused(&text);
        assert!(said.starts_with(complaint), "{text}\n  said {said}\n  not  {complaint}");
    }
}

#[test]
fn a_parameter_that_the_template_does_not_have_is_refused() {
    let parameters = Parameters::new("shop").with("Stages", "dev");
    let said = Template::parse(TEMPLATE).unwrap().resolve(&parameters).unwrap_err().to_string();
    assert_eq!(said, "Parameters.Stages: is not a parameter of this template");
}
