//! Reads functions and their event sources.
//!
//! A source stands either in the function's own `Events` or as a resource of its own
//! (`AWS::Lambda::EventSourceMapping`, `AWS::Events::Rule`, `AWS::Scheduler::Schedule`).

use std::collections::BTreeMap;
use std::time::Duration;

use super::intrinsics::Resolver;
use super::node::{Node, Properties, key_rules};
use super::stack::{BucketSource, Expression, Function, QueueSource, ScheduleSource, Source, StreamSource};
use super::{Resource, TemplateError, policies};
use crate::pattern::Pattern;

pub(super) fn read(
    resolver: &Resolver,
    living: &[(&str, &Resource)],
) -> Result<Vec<Function>, TemplateError> {
    let mut functions = Vec::new();
    for (id, resource) in living.iter().filter(|(_, resource)| resource.kind == "AWS::Serverless::Function") {
        functions.push(function(resolver, id, resource)?);
    }
    for (id, resource) in living {
        let properties = Properties::of(resolver, id, resource);
        match resource.kind.as_str() {
            "AWS::Lambda::EventSourceMapping" => {
                let target = properties.required("FunctionName")?;
                let source = mapping(resolver, id, |name| properties.get(name))?;
                attach(&mut functions, &target, source)?;
            }
            "AWS::Events::Rule" | "AWS::Scheduler::Schedule" => {
                let targets = match resource.kind.as_str() {
                    "AWS::Events::Rule" => properties.list("Targets")?,
                    _ => vec![properties.required("Target")?],
                };
                for target in targets {
                    if let Some(zone) = properties.get("ScheduleExpressionTimezone")?
                        && zone.text()? != "UTC"
                    {
                        return zone.wrong("only UTC rings here");
                    }
                    let source = ScheduleSource {
                        logical_id: (*id).to_owned(),
                        expression: expression(&properties.required("ScheduleExpression")?)?,
                        input: target.get("Input").map(|input| input.json()).transpose()?,
                        enabled: properties.text("State")?.as_deref() != Some("DISABLED"),
                    };
                    attach(&mut functions, &target.required("Arn")?, Source::Schedule(source))?;
                }
            }
            _ => {}
        }
    }
    Ok(functions)
}

fn attach(functions: &mut [Function], target: &Node, source: Source) -> Result<(), TemplateError> {
    let named = target.text()?;
    match functions.iter_mut().find(|function| function.name == named || function.arn == named) {
        Some(function) => {
            function.sources.push(source);
            Ok(())
        }
        None => target.wrong(format!("{named} is no function of this template")),
    }
}

fn function(resolver: &Resolver, id: &str, resource: &Resource) -> Result<Function, TemplateError> {
    let globals = resolver.globals().get("Function");
    let properties = Properties::of(resolver, id, resource).with_defaults(globals);
    let mut environment = BTreeMap::new();
    for written in [properties.default("Environment")?, properties.own("Environment")?].into_iter().flatten()
    {
        for (name, value) in written.required("Variables")?.entries()? {
            environment.insert(name, value.text()?);
        }
    }
    let code = properties.required("CodeUri")?;
    let path = code.text()?;
    let Some(binary) = path.trim_end_matches('/').rsplit('/').next().filter(|binary| !binary.is_empty())
    else {
        return code.wrong("has to end in the binary's name");
    };
    let memory = properties.number("MemorySize")?.unwrap_or(128);
    let mut sources = Vec::new();
    if let Some(events) = properties.own("Events")? {
        for (name, event) in events.entries()? {
            sources.extend(event_source(resolver, id, &name, &event)?);
        }
    }
    Ok(Function {
        logical_id: id.to_owned(),
        name: resolver.name(id, id, 0)?,
        arn: resolver.attribute(id, id, "Arn", 0)?,
        binary: binary.to_owned(),
        memory: memory.try_into().or_else(|_| properties.required("MemorySize")?.wrong("is too large"))?,
        timeout: Duration::from_secs(properties.number("Timeout")?.unwrap_or(3)),
        environment,
        rights: policies::read(properties.own("Policies")?)?,
        sources,
    })
}

/// One entry of a function's `Events`. HTTP events are no source: routes are read from
/// `AWS::ApiGatewayV2::Route`.
fn event_source(
    resolver: &Resolver,
    id: &str,
    name: &str,
    event: &Node,
) -> Result<Option<Source>, TemplateError> {
    let properties = event.required("Properties")?;
    let logical_id = format!("{id}{name}");
    let kind = event.required("Type")?;
    Ok(Some(match kind.text()?.as_str() {
        "DynamoDB" | "SQS" => mapping(resolver, &logical_id, |name| {
            Ok(match name {
                "EventSourceArn" => properties.get("Stream").or_else(|| properties.get("Queue")),
                name => properties.get(name),
            })
        })?,
        "S3" => {
            let (prefix, suffix) = key_rules(properties.get("Filter").as_ref())?;
            let (bucket, events) =
                (properties.required("Bucket")?.text()?, properties.required("Events")?.texts()?);
            Source::Bucket(BucketSource { logical_id, bucket, events, prefix, suffix })
        }
        "Schedule" | "ScheduleV2" => {
            let written = properties.get("Schedule").or_else(|| properties.get("ScheduleExpression"));
            let Some(written) = written else { return properties.wrong("has no Schedule") };
            let enabled = properties.get("Enabled").map_or(Ok(true), |enabled| enabled.truth())?
                && properties.get("State").map(|state| state.text()).transpose()?.as_deref()
                    != Some("DISABLED");
            let input = properties.get("Input").map(|input| input.json()).transpose()?;
            Source::Schedule(ScheduleSource { logical_id, expression: expression(&written)?, input, enabled })
        }
        "HttpApi" | "Api" => return kind.wrong("routes are AWS::ApiGatewayV2::Route resources here"),
        other => return kind.wrong(format!("{other} is no event source known here")),
    }))
}

/// A stream or queue as a source; `get` finds its properties.
fn mapping(
    resolver: &Resolver,
    id: &str,
    get: impl Fn(&str) -> Result<Option<Node>, TemplateError>,
) -> Result<Source, TemplateError> {
    let number = |name: &str| get(name)?.map(|node| node.number()).transpose();
    let Some(source) = get("EventSourceArn")? else {
        return Err(TemplateError::at(format!("Resources.{id}"), "has no EventSourceArn"));
    };
    let arn = source.text()?;
    let reports_failures = match get("FunctionResponseTypes")? {
        Some(types) => types.texts()?.iter().any(|kind| kind == "ReportBatchItemFailures"),
        None => false,
    };
    let logical_id = id.to_owned();
    let queues = format!("arn:aws:sqs:{}:", resolver.stack.region);
    if arn.starts_with(&queues) {
        let batch = number("BatchSize")?.unwrap_or(10) as usize;
        let concurrency = match get("ScalingConfig")?.and_then(|scaling| scaling.get("MaximumConcurrency")) {
            Some(most) => Some(most.number()? as usize),
            None => None,
        };
        if let Some(criteria) = get("FilterCriteria")? {
            return criteria.wrong("is not known here: what reaches a queue reaches its function");
        }
        return Ok(Source::Queue(QueueSource {
            logical_id,
            queue_arn: arn,
            batch,
            concurrency,
            reports_failures,
        }));
    }
    let Some(table) = arn.split_once(":table/").and_then(|(_, rest)| rest.split_once("/stream/")) else {
        return source.wrong(format!("{arn} is neither a stream nor a queue"));
    };
    let mut filters = Vec::new();
    if let Some(criteria) = get("FilterCriteria")? {
        for filter in criteria.required("Filters")?.list()? {
            let pattern = filter.required("Pattern")?;
            let parsed =
                Pattern::parse(&pattern.text()?).or_else(|problem| pattern.wrong(problem.to_string()))?;
            filters.push(parsed);
        }
    }
    let on_failure = get("DestinationConfig")?
        .and_then(|config| config.get("OnFailure"))
        .map(|failure| failure.required("Destination")?.text())
        .transpose()?;
    let retries = match get("MaximumRetryAttempts")?.map(|most| most.text()).transpose()?.as_deref() {
        None | Some("-1") => None,
        Some(most) => match most.parse() {
            Ok(most) => Some(most),
            Err(_) => return source.wrong("MaximumRetryAttempts has to be a whole number"),
        },
    };
    Ok(Source::Stream(StreamSource {
        logical_id,
        table: table.0.to_owned(),
        batch: number("BatchSize")?.unwrap_or(100) as usize,
        filters,
        bisect: get("BisectBatchOnFunctionError")?.map_or(Ok(false), |bisect| bisect.truth())?,
        retries,
        reports_failures,
        on_failure,
    }))
}

fn expression(written: &Node) -> Result<Expression, TemplateError> {
    let text = written.text()?;
    if let Some(calendar) = text.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')')) {
        return match calendar.parse() {
            Ok(cron) => Ok(Expression::Cron(cron)),
            Err(bad) => written.wrong(format!("{text}: {bad}")),
        };
    }
    let every = text
        .strip_prefix("rate(")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|rate| rate.trim().split_once(' '))
        .and_then(|(count, unit)| {
            let seconds = match unit.trim().trim_end_matches('s') {
                "minute" => 60,
                "hour" => 3_600,
                "day" => 86_400,
                _ => return None,
            };
            count.parse::<u64>().ok().filter(|count| *count > 0)?.checked_mul(seconds)
        });
    match every {
        Some(seconds) => Ok(Expression::Rate(Duration::from_secs(seconds))),
        None => written.wrong(format!("{text} is neither rate(…) nor cron(…)")),
    }
}
