//! Creates the template's tables, as CloudFormation would, and keeps existing ones.

use serde_json::{Value, json};

use super::{DynamoEngine, DynamoError};
use crate::template::{Key, Projection, Table};

impl DynamoEngine {
    /// Creates missing tables. An existing table keeps its items; it is an error if its key differs
    /// from the template's, since items cannot be moved to another key.
    pub fn create_tables(&self, tables: &[Table]) -> Result<(), DynamoError> {
        for table in tables {
            match self.describe(&table.name)? {
                Some(existing) if existing["Table"]["KeySchema"] == key_schema(&table.key) => {}
                Some(_) => {
                    let problem = "exists with another key than the template's; remove the data directory";
                    return Err(DynamoError(format!("{} {problem}", table.name)));
                }
                None => self.create(table)?,
            }
        }
        Ok(())
    }

    fn describe(&self, name: &str) -> Result<Option<Value>, DynamoError> {
        match self.run("DescribeTable", json!({"TableName": name}).to_string().as_bytes()) {
            Ok(answer) => Ok(Some(serde_json::from_str(&answer).map_err(|e| DynamoError(e.to_string()))?)),
            Err(dynoxide::DynoxideError::ResourceNotFoundException(_)) => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }

    fn create(&self, table: &Table) -> Result<(), DynamoError> {
        let attributes = table.attributes.iter();
        let mut request = json!({
            "TableName": table.name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": attributes
                .map(|(name, kind)| json!({"AttributeName": name, "AttributeType": kind}))
                .collect::<Vec<_>>(),
            "KeySchema": key_schema(&table.key),
        });
        if !table.indexes.is_empty() {
            let indexes = table.indexes.iter().map(|index| {
                let projection = match &index.projection {
                    Projection::All => json!({"ProjectionType": "ALL"}),
                    Projection::KeysOnly => json!({"ProjectionType": "KEYS_ONLY"}),
                    Projection::Include(names) => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names}),
                };
                json!({"IndexName": index.name, "KeySchema": key_schema(&index.key), "Projection": projection})
            });
            request["GlobalSecondaryIndexes"] = indexes.collect();
        }
        if let Some(view) = &table.stream {
            request["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": view});
        }
        self.run("CreateTable", request.to_string().as_bytes())?;
        if let Some(attribute) = &table.ttl {
            let ttl = json!({"AttributeName": attribute, "Enabled": true});
            let request = json!({"TableName": table.name, "TimeToLiveSpecification": ttl});
            self.run("UpdateTimeToLive", request.to_string().as_bytes())?;
        }
        Ok(())
    }
}

fn key_schema(key: &Key) -> Value {
    let hash = json!({"AttributeName": key.hash, "KeyType": "HASH"});
    match &key.range {
        Some(range) => json!([hash, {"AttributeName": range, "KeyType": "RANGE"}]),
        None => json!([hash]),
    }
}
