//! Evaluates CloudFormation's functions (`!Ref`, `!Sub`, `!GetAtt`, `!If` …) for one stack.
//!
//! A value resolves to `None` where CloudFormation would see `AWS::NoValue`: the entry is then left
//! out of the mapping or list that holds it.

use std::collections::BTreeMap;

use serde_yaml_ng::{Mapping, Value};

use super::syntax::{attribute_name, call, naming, tagged, text};
use super::{Parameters, Resource, Template, TemplateError};

/// The deepest chain of references, beyond which there is a cycle.
const DEEPEST: usize = 64;

/// One template for one stack.
pub(super) struct Resolver<'a> {
    template: &'a Template,
    pub(super) stack: &'a Parameters,
    pub(super) parameters: BTreeMap<String, String>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(template: &'a Template, stack: &'a Parameters) -> Result<Resolver<'a>, TemplateError> {
        if let Some(stranger) = stack.overrides.keys().find(|name| !template.parameters.contains_key(*name)) {
            return Err(TemplateError::at(
                format!("Parameters.{stranger}"),
                "is not a parameter of this template",
            ));
        }
        let mut parameters = BTreeMap::new();
        for (name, declared) in &template.parameters {
            let value = match stack.overrides.get(name) {
                Some(value) => value.clone(),
                None => declared.get("Default").and_then(text).ok_or_else(|| {
                    TemplateError::at(format!("Parameters.{name}"), "has no default and was not given")
                })?,
            };
            parameters.insert(name.clone(), value);
        }
        Ok(Resolver { template, stack, parameters })
    }

    pub(super) fn globals(&self) -> &Value {
        &self.template.globals
    }

    /// The resources whose condition holds for this stack.
    pub(super) fn living(&self) -> Result<Vec<(&'a str, &'a Resource)>, TemplateError> {
        let mut living = Vec::new();
        for (id, resource) in &self.template.resources {
            let exists = match &resource.condition {
                Some(name) => self.holds(&format!("Resources.{id}.Condition"), name, 0)?,
                None => true,
            };
            if exists {
                living.push((id.as_str(), resource));
            }
        }
        Ok(living)
    }

    pub(super) fn value(&self, path: &str, value: &Value) -> Result<Option<Value>, TemplateError> {
        self.at_depth(path, value, 0)
    }

    /// `!Ref` of a resource.
    pub(super) fn reference(&self, path: &str, id: &str, depth: usize) -> Result<String, TemplateError> {
        let resource = self.resource(path, id)?;
        match resource.kind.as_str() {
            "AWS::SQS::Queue" => self.queue_url(path, id, depth),
            "AWS::SecretsManager::Secret" | "AWS::SNS::Topic" => self.attribute(path, id, "Arn", depth),
            kind if kind.starts_with("AWS::ApiGatewayV2::") || kind == "AWS::Serverless::HttpApi" => {
                Ok(id.to_owned())
            }
            _ => self.name(path, id, depth),
        }
    }

    /// `!GetAtt` of a resource.
    pub(super) fn attribute(
        &self,
        path: &str,
        id: &str,
        attribute: &str,
        depth: usize,
    ) -> Result<String, TemplateError> {
        let resource = self.resource(path, id)?;
        match (resource.kind.as_str(), attribute) {
            (_, "Arn" | "TopicArn") => {
                let naming = naming(&resource.kind).ok_or_else(|| {
                    TemplateError::at(path, format!("the ARN of a {} is not known here", resource.kind))
                })?;
                let name = self.name(path, id, depth)?;
                let place = naming.arn.replace("{r}", &self.stack.region).replace("{a}", &self.stack.account);
                Ok(format!("arn:aws:{}", place.replace("{n}", &name)))
            }
            ("AWS::DynamoDB::Table", "StreamArn") => {
                Ok(format!("{}/stream/latest", self.attribute(path, id, "Arn", depth)?))
            }
            ("AWS::SQS::Queue", "QueueName") => self.name(path, id, depth),
            ("AWS::SQS::Queue", "QueueUrl") => self.queue_url(path, id, depth),
            ("AWS::ApiGatewayV2::Api", "ApiEndpoint") => Ok(self.stack.api.clone()),
            (kind, _) => Err(TemplateError::at(
                path,
                format!("!GetAtt {id}.{attribute} of a {kind} is not known here"),
            )),
        }
    }

    /// The physical name of a resource.
    pub(super) fn name(&self, path: &str, id: &str, depth: usize) -> Result<String, TemplateError> {
        let resource = self.resource(path, id)?;
        let written = naming(&resource.kind)
            .and_then(|naming| resource.properties.get(naming.name).map(|v| (naming, v)));
        match written {
            Some((naming, value)) => {
                let path = format!("Resources.{id}.Properties.{}", naming.name);
                self.text_at_depth(&path, value, depth + 1)
            }
            None => Ok(format!("{}-{id}", self.stack.stack)),
        }
    }

    fn queue_url(&self, path: &str, id: &str, depth: usize) -> Result<String, TemplateError> {
        let name = self.name(path, id, depth)?;
        Ok(format!("{}/{}/{name}", self.stack.endpoint, self.stack.account))
    }

    fn resource(&self, path: &str, id: &str) -> Result<&'a Resource, TemplateError> {
        self.template
            .resources
            .get(id)
            .ok_or_else(|| TemplateError::at(path, format!("there is no parameter or resource {id}")))
    }

    fn at_depth(&self, path: &str, value: &Value, depth: usize) -> Result<Option<Value>, TemplateError> {
        if depth > DEEPEST {
            return Err(TemplateError::at(path, "references run in a circle"));
        }
        if let Some((function, argument)) = call(value) {
            return self.call(path, &function, argument, depth + 1);
        }
        match value {
            Value::Mapping(entries) => {
                let mut resolved = Mapping::new();
                for (key, entry) in entries {
                    let name = key.as_str().unwrap_or("?");
                    if let Some(entry) = self.at_depth(&format!("{path}.{name}"), entry, depth)? {
                        resolved.insert(key.clone(), entry);
                    }
                }
                Ok(Some(Value::Mapping(resolved)))
            }
            Value::Sequence(entries) => Ok(Some(Value::Sequence(self.entries(path, entries, depth)?))),
            other => Ok(Some(other.clone())),
        }
    }

    fn entries(&self, path: &str, entries: &[Value], depth: usize) -> Result<Vec<Value>, TemplateError> {
        let mut resolved = Vec::with_capacity(entries.len());
        for (n, entry) in entries.iter().enumerate() {
            resolved.extend(self.at_depth(&format!("{path}[{n}]"), entry, depth)?);
        }
        Ok(resolved)
    }

    fn call(
        &self,
        path: &str,
        function: &str,
        argument: &Value,
        depth: usize,
    ) -> Result<Option<Value>, TemplateError> {
        let list = || self.list(path, function, argument, depth);
        match function {
            "Ref" => {
                let name = argument.as_str().ok_or_else(|| TemplateError::at(path, "!Ref wants a name"))?;
                self.refer(path, name, depth)
            }
            "GetAtt" => {
                let (id, attribute) = attribute_name(argument)
                    .ok_or_else(|| TemplateError::at(path, "!GetAtt wants Resource.Attribute"))?;
                self.attribute(path, &id, &attribute, depth).map(|text| Some(text.into()))
            }
            "Sub" => self.substitute(path, argument, depth).map(|text| Some(text.into())),
            "If" => match argument.as_sequence().map(Vec::as_slice) {
                Some([condition, yes, no]) => {
                    let name = condition
                        .as_str()
                        .ok_or_else(|| TemplateError::at(path, "!If wants a condition's name"))?;
                    self.at_depth(path, if self.holds(path, name, depth)? { yes } else { no }, depth)
                }
                _ => Err(TemplateError::at(path, "!If wants three values")),
            },
            "Join" => match list()?.as_slice() {
                [by, Value::Sequence(parts)] => {
                    let parts: Option<Vec<String>> = parts.iter().map(text).collect();
                    let by = text(by).unwrap_or_default();
                    parts
                        .map(|parts| Some(parts.join(&by).into()))
                        .ok_or_else(|| TemplateError::at(path, "!Join of what is not text"))
                }
                _ => Err(TemplateError::at(path, "!Join wants a delimiter and a list")),
            },
            "Split" => match list()?.as_slice() {
                [Value::String(by), Value::String(whole)] => {
                    Ok(Some(Value::Sequence(whole.split(by.as_str()).map(Value::from).collect())))
                }
                _ => Err(TemplateError::at(path, "!Split wants a delimiter and a text")),
            },
            "Select" => match list()?.as_slice() {
                [index, Value::Sequence(of)] => text(index)
                    .and_then(|index| index.parse::<usize>().ok())
                    .and_then(|index| of.get(index).cloned())
                    .map(Some)
                    .ok_or_else(|| TemplateError::at(path, "!Select beyond the list")),
                _ => Err(TemplateError::at(path, "!Select wants an index and a list")),
            },
            "FindInMap" => {
                let keys: Option<Vec<String>> = list()?.iter().map(text).collect();
                let found = keys.and_then(|keys| {
                    keys.iter().try_fold(&self.template.mappings, |at, key| at.get(key.as_str())).cloned()
                });
                found.map(Some).ok_or_else(|| TemplateError::at(path, "!FindInMap finds nothing"))
            }
            "Equals" | "And" | "Or" | "Not" | "Condition" => {
                let as_written = tagged(function, argument);
                self.judge(path, &as_written, depth).map(|holds| Some(holds.into()))
            }
            other => Err(TemplateError::at(path, format!("!{other} is not known here"))),
        }
    }

    fn list(
        &self,
        path: &str,
        function: &str,
        argument: &Value,
        depth: usize,
    ) -> Result<Vec<Value>, TemplateError> {
        let entries = argument
            .as_sequence()
            .ok_or_else(|| TemplateError::at(path, format!("!{function} wants a list")))?;
        self.entries(path, entries, depth)
    }

    fn refer(&self, path: &str, name: &str, depth: usize) -> Result<Option<Value>, TemplateError> {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        if let Some(pseudo) = self.pseudo(name) {
            return Ok(Some(pseudo.into()));
        }
        if let Some(value) = self.parameters.get(name) {
            let listed = self.template.parameters[name].get("Type").and_then(Value::as_str)
                == Some("CommaDelimitedList");
            return Ok(Some(match listed {
                true => Value::Sequence(value.split(',').map(|part| Value::from(part.trim())).collect()),
                false => value.clone().into(),
            }));
        }
        self.reference(path, name, depth).map(|text| Some(text.into()))
    }

    fn pseudo(&self, name: &str) -> Option<String> {
        Some(match name {
            "AWS::StackName" => self.stack.stack.clone(),
            "AWS::AccountId" => self.stack.account.clone(),
            "AWS::Region" => self.stack.region.clone(),
            "AWS::Partition" => "aws".to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            "AWS::StackId" => {
                let Parameters { region, account, stack, .. } = self.stack;
                format!("arn:aws:cloudformation:{region}:{account}:stack/{stack}/embedded")
            }
            _ => return None,
        })
    }

    fn substitute(&self, path: &str, argument: &Value, depth: usize) -> Result<String, TemplateError> {
        let (whole, own) = match argument {
            Value::String(whole) => (whole.as_str(), None),
            Value::Sequence(parts) => match parts.as_slice() {
                [Value::String(whole), Value::Mapping(own)] => (whole.as_str(), Some(own)),
                _ => return Err(TemplateError::at(path, "!Sub wants a text and its variables")),
            },
            _ => return Err(TemplateError::at(path, "!Sub wants a text")),
        };
        let mut resolved = String::new();
        let mut rest = whole;
        while let Some(start) = rest.find("${") {
            let length = rest[start..].find('}').ok_or_else(|| TemplateError::at(path, "${ without }"))?;
            resolved.push_str(&rest[..start]);
            let name = rest[start + 2..start + length].trim();
            rest = &rest[start + length + 1..];
            if let Some(literal) = name.strip_prefix('!') {
                resolved.push_str(&format!("${{{literal}}}"));
            } else if let Some(value) = own.and_then(|own| own.get(name)) {
                resolved.push_str(&self.text_at_depth(path, value, depth)?);
            } else if let Some((id, attribute)) = name.split_once('.') {
                resolved.push_str(&self.attribute(path, id, attribute, depth)?);
            } else {
                let value = self.refer(path, name, depth)?;
                let value = value
                    .as_ref()
                    .and_then(text)
                    .ok_or_else(|| TemplateError::at(path, format!("${{{name}}} is not text")))?;
                resolved.push_str(&value);
            }
        }
        resolved.push_str(rest);
        Ok(resolved)
    }

    fn text_at_depth(&self, path: &str, value: &Value, depth: usize) -> Result<String, TemplateError> {
        let value = self.at_depth(path, value, depth)?;
        value.as_ref().and_then(text).ok_or_else(|| TemplateError::at(path, "has to be text"))
    }

    fn holds(&self, path: &str, name: &str, depth: usize) -> Result<bool, TemplateError> {
        let condition = self
            .template
            .conditions
            .get(name)
            .ok_or_else(|| TemplateError::at(path, format!("there is no condition {name}")))?;
        self.judge(&format!("Conditions.{name}"), condition, depth + 1)
    }

    fn judge(&self, path: &str, condition: &Value, depth: usize) -> Result<bool, TemplateError> {
        if depth > DEEPEST {
            return Err(TemplateError::at(path, "conditions run in a circle"));
        }
        let (function, argument) = call(condition)
            .or_else(|| condition.get("Condition").map(|name| ("Condition".to_owned(), name)))
            .ok_or_else(|| TemplateError::at(path, "has to be a condition"))?;
        let parts = argument.as_sequence().map(Vec::as_slice).unwrap_or_default();
        match (function.as_str(), parts) {
            ("Condition", _) => {
                let name =
                    argument.as_str().ok_or_else(|| TemplateError::at(path, "!Condition wants a name"))?;
                self.holds(path, name, depth)
            }
            ("Equals", [one, other]) => {
                Ok(self.text_at_depth(path, one, depth)? == self.text_at_depth(path, other, depth)?)
            }
            ("Not", [condition]) => Ok(!self.judge(path, condition, depth + 1)?),
            ("And", conditions) => {
                conditions.iter().try_fold(true, |all, one| Ok(self.judge(path, one, depth + 1)? && all))
            }
            ("Or", conditions) => {
                conditions.iter().try_fold(false, |any, one| Ok(self.judge(path, one, depth + 1)? || any))
            }
            (other, _) => {
                Err(TemplateError::at(path, format!("!{other} is not a condition, or has the wrong values")))
            }
        }
    }
}
