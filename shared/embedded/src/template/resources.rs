//! Reads tables, queues, buckets and routes; [`functions`](super::functions) and
//! [`secrets`](super::secrets) read the rest.

use std::collections::BTreeMap;
use std::time::Duration;

use super::intrinsics::Resolver;
use super::node::{Node, Properties, key_rules};
use super::stack::{Bucket, CorsRule, Index, Key, Notice, Projection, Queue, Redrive, Route, Stack, Table};
use super::{TemplateError, functions, secrets};

pub(super) fn read(resolver: &Resolver) -> Result<Stack, TemplateError> {
    let living = resolver.living()?;
    let mut stack = Stack {
        name: resolver.stack.stack.clone(),
        parameters: resolver.parameters.clone(),
        tables: Vec::new(),
        queues: Vec::new(),
        buckets: Vec::new(),
        secrets: Vec::new(),
        functions: functions::read(resolver, &living)?,
        routes: Vec::new(),
        resources: living.iter().map(|(id, resource)| ((*id).to_owned(), (*resource).clone())).collect(),
    };
    for (id, resource) in &living {
        let properties = Properties::of(resolver, id, resource);
        match resource.kind.as_str() {
            "AWS::DynamoDB::Table" => stack.tables.push(table(resolver, id, &properties)?),
            "AWS::SQS::Queue" => stack.queues.push(queue(resolver, id, &properties)?),
            "AWS::S3::Bucket" => stack.buckets.push(bucket(resolver, id, &properties)?),
            "AWS::SecretsManager::Secret" => stack.secrets.push(secrets::read(resolver, id, &properties)?),
            "AWS::ApiGatewayV2::Route" => {
                let route = route(resolver, id, &properties, &stack)?;
                stack.routes.push(route);
            }
            _ => {}
        }
    }
    Ok(stack)
}

fn table(resolver: &Resolver, id: &str, properties: &Properties) -> Result<Table, TemplateError> {
    let mut attributes = BTreeMap::new();
    for attribute in properties.required("AttributeDefinitions")?.list()? {
        attributes.insert(
            attribute.required("AttributeName")?.text()?,
            attribute.required("AttributeType")?.text()?,
        );
    }
    let indexes = properties.list("GlobalSecondaryIndexes")?;
    let ttl = match properties.get("TimeToLiveSpecification")? {
        Some(ttl) if ttl.required("Enabled")?.truth()? => Some(ttl.required("AttributeName")?.text()?),
        _ => None,
    };
    let stream = match properties.get("StreamSpecification")? {
        Some(stream) => Some(stream.required("StreamViewType")?.text()?),
        None => None,
    };
    Ok(Table {
        logical_id: id.to_owned(),
        name: resolver.name(id, id, 0)?,
        arn: resolver.attribute(id, id, "Arn", 0)?,
        attributes,
        key: key(&properties.required("KeySchema")?)?,
        indexes: indexes.iter().map(index).collect::<Result<_, _>>()?,
        ttl,
        stream,
    })
}

fn key(schema: &Node) -> Result<Key, TemplateError> {
    let mut hash = None;
    let mut range = None;
    for part in schema.list()? {
        let name = part.required("AttributeName")?.text()?;
        match part.required("KeyType")?.text()?.as_str() {
            "HASH" => hash = Some(name),
            "RANGE" => range = Some(name),
            other => return part.wrong(format!("{other} is not a key type")),
        }
    }
    match hash {
        Some(hash) => Ok(Key { hash, range }),
        None => schema.wrong("has no HASH key"),
    }
}

fn index(index: &Node) -> Result<Index, TemplateError> {
    let projection = index.required("Projection")?;
    let projection = match projection.required("ProjectionType")?.text()?.as_str() {
        "ALL" => Projection::All,
        "KEYS_ONLY" => Projection::KeysOnly,
        "INCLUDE" => Projection::Include(projection.required("NonKeyAttributes")?.texts()?),
        other => return projection.wrong(format!("{other} is not a projection")),
    };
    Ok(Index {
        name: index.required("IndexName")?.text()?,
        key: key(&index.required("KeySchema")?)?,
        projection,
    })
}

fn queue(resolver: &Resolver, id: &str, properties: &Properties) -> Result<Queue, TemplateError> {
    let seconds = |name: &str, default: u64| {
        Ok::<_, TemplateError>(Duration::from_secs(properties.number(name)?.unwrap_or(default)))
    };
    let redrive = match properties.get("RedrivePolicy")? {
        Some(policy) => {
            let count = policy.required("maxReceiveCount")?;
            Some(Redrive {
                dead_letter_arn: policy.required("deadLetterTargetArn")?.text()?,
                max_receive_count: count.number()?.try_into().or_else(|_| count.wrong("is too large"))?,
            })
        }
        None => None,
    };
    Ok(Queue {
        logical_id: id.to_owned(),
        name: resolver.name(id, id, 0)?,
        url: resolver.reference(id, id, 0)?,
        arn: resolver.attribute(id, id, "Arn", 0)?,
        fifo: properties.truth("FifoQueue")?,
        content_based_deduplication: properties.truth("ContentBasedDeduplication")?,
        deduplication_scope: properties.text("DeduplicationScope")?,
        delay: seconds("DelaySeconds", 0)?,
        visibility: seconds("VisibilityTimeout", 30)?,
        retention: seconds("MessageRetentionPeriod", 345_600)?,
        redrive,
    })
}

fn bucket(resolver: &Resolver, id: &str, properties: &Properties) -> Result<Bucket, TemplateError> {
    let mut notices = Vec::new();
    if let Some(told) = properties.get("NotificationConfiguration")? {
        for unheard in ["LambdaConfigurations", "TopicConfigurations", "EventBridgeConfiguration"] {
            if let Some(unheard) = told.get(unheard) {
                return unheard.wrong("is not known here: a bucket tells a queue");
            }
        }
        let queues = told.get("QueueConfigurations").map_or(Ok(Vec::new()), |list| list.list())?;
        for told in queues {
            let (prefix, suffix) = key_rules(told.get("Filter").as_ref())?;
            let (event, queue_arn) = (told.required("Event")?.text()?, told.required("Queue")?.text()?);
            notices.push(Notice { event, queue_arn, prefix, suffix });
        }
    }
    let mut cors = Vec::new();
    if let Some(configuration) = properties.get("CorsConfiguration")? {
        for rule in configuration.required("CorsRules")?.list()? {
            let texts = |name: &str| rule.get(name).map_or(Ok(Vec::new()), |list| list.texts());
            cors.push(CorsRule {
                origins: texts("AllowedOrigins")?,
                methods: texts("AllowedMethods")?,
                headers: texts("AllowedHeaders")?,
                exposed: texts("ExposedHeaders")?,
                max_age: rule.get("MaxAge").map(|age| age.number()).transpose()?,
            });
        }
    }
    let (name, arn) = (resolver.name(id, id, 0)?, resolver.attribute(id, id, "Arn", 0)?);
    Ok(Bucket { logical_id: id.to_owned(), name, arn, notices, cors })
}

fn route(
    resolver: &Resolver,
    id: &str,
    properties: &Properties,
    stack: &Stack,
) -> Result<Route, TemplateError> {
    let key = properties.required("RouteKey")?;
    let written = key.text()?;
    let (method, path) = match written.split_once(' ') {
        Some((method, path)) => (method.to_owned(), path.trim().to_owned()),
        None if written == "$default" => ("ANY".to_owned(), written),
        None => return key.wrong("has to be a method and a path"),
    };
    let target = properties.required("Target")?;
    let written = target.text()?;
    let Some(integration) = written.strip_prefix("integrations/").and_then(|id| stack.resources.get(id))
    else {
        return target.wrong(format!("{written} is no integration of this template"));
    };
    let integration_id = written.trim_start_matches("integrations/");
    let uri = Properties::of(resolver, integration_id, integration).required("IntegrationUri")?;
    let arn = uri.text()?;
    let Some(function) = stack.functions.iter().find(|function| arn.contains(&function.arn)) else {
        return uri.wrong(format!("{arn} is no function of this template"));
    };
    Ok(Route { logical_id: id.to_owned(), method, path, function: function.logical_id.clone() })
}
