//! CloudFormation's syntax: its functions, its scalars, and the names of its resources.

use serde_yaml_ng::{Mapping, Value};

/// The names of a resource: the property that has it, and the form of its ARN.
pub(super) struct Naming {
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) arn: &'static str,
}

const NAMING: &[Naming] = &[
    Naming { kind: "AWS::CloudWatch::Alarm", name: "AlarmName", arn: "cloudwatch:{r}:{a}:alarm:{n}" },
    Naming {
        kind: "AWS::CloudWatch::Dashboard",
        name: "DashboardName",
        arn: "cloudwatch::{a}:dashboard/{n}",
    },
    Naming { kind: "AWS::DynamoDB::Table", name: "TableName", arn: "dynamodb:{r}:{a}:table/{n}" },
    Naming { kind: "AWS::Events::Rule", name: "Name", arn: "events:{r}:{a}:rule/{n}" },
    Naming { kind: "AWS::Logs::LogGroup", name: "LogGroupName", arn: "logs:{r}:{a}:log-group:{n}:*" },
    Naming { kind: "AWS::S3::Bucket", name: "BucketName", arn: "s3:::{n}" },
    Naming { kind: "AWS::SQS::Queue", name: "QueueName", arn: "sqs:{r}:{a}:{n}" },
    Naming { kind: "AWS::SNS::Topic", name: "TopicName", arn: "sns:{r}:{a}:{n}" },
    Naming { kind: "AWS::Scheduler::Schedule", name: "Name", arn: "scheduler:{r}:{a}:schedule/default/{n}" },
    Naming { kind: "AWS::SecretsManager::Secret", name: "Name", arn: "secretsmanager:{r}:{a}:secret:{n}" },
    Naming { kind: "AWS::Serverless::Function", name: "FunctionName", arn: "lambda:{r}:{a}:function:{n}" },
];

/// The text that CloudFormation makes of a scalar.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

pub(super) fn naming(kind: &str) -> Option<&'static Naming> {
    NAMING.iter().find(|naming| naming.kind == kind)
}

/// `!Name argument` and its long form `{ "Fn::Name": argument }`.
pub(super) fn call(value: &Value) -> Option<(String, &Value)> {
    match value {
        Value::Tagged(tagged) => {
            Some((tagged.tag.to_string().trim_start_matches('!').to_owned(), &tagged.value))
        }
        Value::Mapping(entries) if entries.len() == 1 => {
            let (key, argument) = entries.iter().next()?;
            match key.as_str()? {
                "Ref" => Some(("Ref".to_owned(), argument)),
                key => Some((key.strip_prefix("Fn::")?.to_owned(), argument)),
            }
        }
        _ => None,
    }
}

pub(super) fn tagged(function: &str, argument: &Value) -> Value {
    let mut long = Mapping::new();
    long.insert(format!("Fn::{function}").into(), argument.clone());
    Value::Mapping(long)
}

pub(super) fn attribute_name(argument: &Value) -> Option<(String, String)> {
    match argument {
        Value::String(dotted) => dotted.split_once('.').map(|(id, name)| (id.to_owned(), name.to_owned())),
        Value::Sequence(parts) => match parts.as_slice() {
            [id, name] => Some((text(id)?, text(name)?)),
            _ => None,
        },
        _ => None,
    }
}
