//! Reads the SAM template, with every name and value resolved.
//!
//! [`Template::parse`] keeps the text's structure; [`Template::resolve`] evaluates `!Ref`, `!Sub`,
//! `!GetAtt` and the rest as CloudFormation would for one stack, and gives a [`Stack`] of plain
//! structs. Resources without an engine (alarms, dashboards) are kept as written in
//! [`Stack::resources`], for tests.
//!
//! Invariant: nothing is guessed. An unknown function of CloudFormation, in a place whose value is
//! needed, is an error that names the path.

mod functions;
mod intrinsics;
mod node;
mod policies;
mod resources;
mod secrets;
mod stack;
mod syntax;

use std::collections::BTreeMap;

use serde_yaml_ng::Value;

pub use stack::{
    Bucket, BucketSource, CorsRule, Expression, Function, Index, Key, Notice, Parameters, Projection, Queue,
    QueueSource, Redrive, Right, Route, ScheduleSource, Secret, Source, Stack, StreamSource, Table,
};

use intrinsics::Resolver;

/// A template as written.
#[derive(Debug, Clone)]
pub struct Template {
    parameters: BTreeMap<String, Value>,
    conditions: BTreeMap<String, Value>,
    mappings: Value,
    globals: Value,
    resources: BTreeMap<String, Resource>,
}

/// One resource as written, intrinsic functions included.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Such as `AWS::DynamoDB::Table`.
    pub kind: String,
    /// The name of its condition.
    pub condition: Option<String>,
    /// Its `DependsOn`.
    pub depends_on: Vec<String>,
    /// The `Properties`, unresolved.
    pub properties: Value,
}

/// Why a template cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The text is not YAML.
    #[error("the template is not YAML: {0}")]
    Yaml(#[from] serde_yaml_ng::Error),
    /// A part of it is wrong.
    #[error("{path}: {problem}")]
    At {
        /// The path, such as `Resources.CatalogTable.TableName`.
        path: String,
        /// The error.
        problem: String,
    },
}

impl TemplateError {
    pub(crate) fn at(path: impl Into<String>, problem: impl Into<String>) -> TemplateError {
        TemplateError::At { path: path.into(), problem: problem.into() }
    }
}

impl Template {
    /// Parses the text. Nothing is resolved yet, so it fails only when the text has the wrong shape.
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        let document: Value = serde_yaml_ng::from_str(text)?;
        let section = |name: &str| match document.get(name) {
            None | Some(Value::Null) => Ok(BTreeMap::new()),
            Some(Value::Mapping(entries)) => entries
                .iter()
                .map(|(key, value)| match key.as_str() {
                    Some(key) => Ok((key.to_owned(), value.clone())),
                    None => Err(TemplateError::at(name, "a name that is not text")),
                })
                .collect(),
            Some(_) => Err(TemplateError::at(name, "has to be a mapping")),
        };
        let resources = section("Resources")?
            .into_iter()
            .map(|(id, value)| Ok((id.clone(), Resource::read(&id, &value)?)))
            .collect::<Result<_, TemplateError>>()?;
        Ok(Template {
            parameters: section("Parameters")?,
            conditions: section("Conditions")?,
            mappings: document.get("Mappings").cloned().unwrap_or_default(),
            globals: document.get("Globals").cloned().unwrap_or_default(),
            resources,
        })
    }

    /// Every resource as written, also those whose condition does not hold.
    pub fn resources(&self) -> &BTreeMap<String, Resource> {
        &self.resources
    }

    /// The template resolved for one stack.
    pub fn resolve(&self, parameters: &Parameters) -> Result<Stack, TemplateError> {
        let resolver = Resolver::new(self, parameters)?;
        resources::read(&resolver)
    }

    /// One value of the template as CloudFormation would see it, for tests that compare an alarm with
    /// its resources. `None` is `AWS::NoValue`.
    pub fn value(
        &self,
        parameters: &Parameters,
        path: &str,
        value: &Value,
    ) -> Result<Option<Value>, TemplateError> {
        Resolver::new(self, parameters)?.value(path, value)
    }
}

impl Resource {
    fn read(id: &str, value: &Value) -> Result<Resource, TemplateError> {
        let path = format!("Resources.{id}");
        let kind = value
            .get("Type")
            .and_then(Value::as_str)
            .ok_or_else(|| TemplateError::at(&path, "has no Type"))?
            .to_owned();
        let condition = match value.get("Condition") {
            None => None,
            Some(name) => Some(
                name.as_str()
                    .ok_or_else(|| TemplateError::at(format!("{path}.Condition"), "has to be a name"))?
                    .to_owned(),
            ),
        };
        let depends_on = match value.get("DependsOn") {
            None => Vec::new(),
            Some(Value::Sequence(names)) => {
                names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            Some(name) => name.as_str().map(str::to_owned).into_iter().collect(),
        };
        let properties = value.get("Properties").cloned().unwrap_or_default();
        Ok(Resource { kind, condition, depends_on, properties })
    }
}
