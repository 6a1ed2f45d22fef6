//! A resolved value with its path, for error messages.

use serde_yaml_ng::Value;

use super::intrinsics::Resolver;
use super::syntax::text;
use super::{Resource, TemplateError};

/// The properties of one resource, each resolved on demand.
pub(super) struct Properties<'a> {
    resolver: &'a Resolver<'a>,
    path: String,
    values: &'a Value,
    defaults: Option<&'a Value>,
}

/// A value with every function in it evaluated.
pub(super) struct Node {
    path: String,
    value: Value,
}

impl<'a> Properties<'a> {
    pub(super) fn of(resolver: &'a Resolver<'a>, id: &str, resource: &'a Resource) -> Properties<'a> {
        let path = format!("Resources.{id}.Properties");
        Properties { resolver, path, values: &resource.properties, defaults: None }
    }

    /// The same, with defaults for missing values.
    pub(super) fn with_defaults(mut self, defaults: Option<&'a Value>) -> Properties<'a> {
        self.defaults = defaults;
        self
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Node>, TemplateError> {
        match self.own(name)? {
            Some(node) => Ok(Some(node)),
            None => self.default(name),
        }
    }

    pub(super) fn own(&self, name: &str) -> Result<Option<Node>, TemplateError> {
        self.resolve(format!("{}.{name}", self.path), self.values.get(name))
    }

    pub(super) fn default(&self, name: &str) -> Result<Option<Node>, TemplateError> {
        self.resolve(format!("Globals.{name}"), self.defaults.and_then(|defaults| defaults.get(name)))
    }

    pub(super) fn required(&self, name: &str) -> Result<Node, TemplateError> {
        self.get(name)?.ok_or_else(|| TemplateError::at(&self.path, format!("has no {name}")))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, TemplateError> {
        self.get(name)?.map(|node| node.text()).transpose()
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, TemplateError> {
        self.get(name)?.map(|node| node.number()).transpose()
    }

    pub(super) fn truth(&self, name: &str) -> Result<bool, TemplateError> {
        self.get(name)?.map_or(Ok(false), |node| node.truth())
    }

    pub(super) fn list(&self, name: &str) -> Result<Vec<Node>, TemplateError> {
        self.get(name)?.map_or(Ok(Vec::new()), |node| node.list())
    }

    fn resolve(&self, path: String, value: Option<&Value>) -> Result<Option<Node>, TemplateError> {
        let Some(value) = value else { return Ok(None) };
        Ok(self.resolver.value(&path, value)?.map(|value| Node { path, value }))
    }
}

impl Node {
    pub(super) fn wrong<T>(&self, problem: impl Into<String>) -> Result<T, TemplateError> {
        Err(TemplateError::at(&self.path, problem))
    }

    pub(super) fn get(&self, name: &str) -> Option<Node> {
        let value = self.value.get(name)?.clone();
        Some(Node { path: format!("{}.{name}", self.path), value })
    }

    pub(super) fn required(&self, name: &str) -> Result<Node, TemplateError> {
        self.get(name).map_or_else(|| self.wrong(format!("has no {name}")), Ok)
    }

    pub(super) fn text(&self) -> Result<String, TemplateError> {
        text(&self.value).map_or_else(|| self.wrong("has to be text"), Ok)
    }

    pub(super) fn number(&self) -> Result<u64, TemplateError> {
        let number = text(&self.value).and_then(|text| text.parse().ok());
        number.map_or_else(|| self.wrong("has to be a whole number"), Ok)
    }

    pub(super) fn truth(&self) -> Result<bool, TemplateError> {
        match text(&self.value).as_deref() {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            _ => self.wrong("has to be true or false"),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<Node>, TemplateError> {
        let Value::Sequence(values) = &self.value else { return self.wrong("has to be a list") };
        let at =
            |(n, value): (usize, &Value)| Node { path: format!("{}[{n}]", self.path), value: value.clone() };
        Ok(values.iter().enumerate().map(at).collect())
    }

    /// The values of a list, or a single one in its place.
    pub(super) fn items(&self) -> Result<Vec<Node>, TemplateError> {
        match &self.value {
            Value::Sequence(_) => self.list(),
            one => Ok(vec![Node { path: self.path.clone(), value: one.clone() }]),
        }
    }

    /// One text or a list of them, as in S3 events.
    pub(super) fn texts(&self) -> Result<Vec<String>, TemplateError> {
        self.items()?.iter().map(Node::text).collect()
    }

    pub(super) fn entries(&self) -> Result<Vec<(String, Node)>, TemplateError> {
        let Value::Mapping(values) = &self.value else { return self.wrong("has to be a mapping") };
        let mut entries = Vec::new();
        for (key, value) in values {
            let Some(name) = key.as_str() else { return self.wrong("has a name that is not text") };
            entries.push((
                name.to_owned(),
                Node { path: format!("{}.{name}", self.path), value: value.clone() },
            ));
        }
        Ok(entries)
    }

    /// JSON text, or a mapping as JSON.
    pub(super) fn json(&self) -> Result<String, TemplateError> {
        match &self.value {
            Value::String(text) => Ok(text.clone()),
            value => serde_json::to_string(value).or_else(|_| self.wrong("cannot be written as JSON")),
        }
    }
}

/// The prefix and suffix of `Filter: { S3Key: { Rules: [...] } }`.
pub(super) fn key_rules(filter: Option<&Node>) -> Result<(String, String), TemplateError> {
    let (mut prefix, mut suffix) = (String::new(), String::new());
    let Some(filter) = filter else { return Ok((prefix, suffix)) };
    for rule in filter.required("S3Key")?.required("Rules")?.list()? {
        let value = rule.required("Value")?.text()?;
        match rule.required("Name")?.text()?.as_str() {
            "prefix" => prefix = value,
            "suffix" => suffix = value,
            other => return rule.wrong(format!("{other} is not prefix or suffix")),
        }
    }
    Ok((prefix, suffix))
}
