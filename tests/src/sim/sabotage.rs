//! Bugs planted on the wire, to show that the judge would see them.
//!
//! A room is never told. What it asks of the engine is changed on the way, as if whoever wrote the
//! room had forgotten a condition, a receipt, or to give back what is held.

use std::sync::Arc;

use bytes::Bytes;
use embedded::{Handler, Reply, reply};
use futures::FutureExt;
use futures::future::ready;
use http::Method;
use serde_json::Value;

use super::hostile::operation;

/// A bug that a room does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// Cells are changed without asking whether enough lies there.
    TakesWhatIsNotThere,
    /// A fact is acted upon without asking whether it was before.
    ActsOnEveryHearing,
    /// What is held is never given back: neither timers nor TTL are listened to.
    NeverGivesBack,
    /// A guest's cart does not remember that it was merged, and keeps what was in it.
    ForgetsTheMerge,
    /// A session is renewed by whichever of its tokens is shown, also when it is over.
    RenewsByAnyToken,
    /// The catalog does not take in that a shop was halted.
    KeepsHaltedShopsOpen,
    /// What a room wants deleted stays in the bucket.
    DeletesNothing,
}

impl Bug {
    /// All of them.
    pub const ALL: [Bug; 7] = [
        Bug::TakesWhatIsNotThere,
        Bug::ActsOnEveryHearing,
        Bug::NeverGivesBack,
        Bug::ForgetsTheMerge,
        Bug::RenewsByAnyToken,
        Bug::KeepsHaltedShopsOpen,
        Bug::DeletesNothing,
    ];
}

/// A handler that changes what a room asks for.
#[derive(Clone, Debug)]
pub struct Sabotage {
    /// The engine, or the world before it.
    pub engine: Arc<dyn Handler>,
    /// What is done.
    pub bug: Bug,
}

impl Handler for Sabotage {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        if self.bug == Bug::DeletesNothing && request.method() == Method::DELETE {
            return ready(Ok(reply(204, "application/xml", ""))).boxed();
        }
        let spoil = match operation(&request).as_str() {
            "TransactWriteItems" => Sabotage::spoil,
            "UpdateItem" => Sabotage::spoil_update,
            "PutItem" => Sabotage::spoil_put,
            _ => return self.engine.handle(request),
        };
        let (parts, body) = request.into_parts();
        let body = spoil(self, &body).unwrap_or(body);
        self.engine.handle(http::Request::from_parts(parts, body))
    }
}

impl Sabotage {
    fn spoil(&self, body: &[u8]) -> Option<Bytes> {
        let mut asked: Value = serde_json::from_slice(body).ok()?;
        let parts = asked["TransactItems"].as_array_mut()?;
        if self.bug == Bug::ForgetsTheMerge && parts.len() > 1 {
            // The merge is the only write about a guest's cart that comes together with another cart.
            let is_cart = |part: &Value| key(part, "pk").starts_with("cart#");
            if parts.iter().filter(|part| is_cart(part)).count() > 1 {
                parts.retain(|part| !key(part, "pk").starts_with("cart#crt_"));
            }
        }
        let hearing = parts.iter().any(|part| key(part, "pk").starts_with("heard#"));
        for part in parts {
            let spoiled = match self.bug {
                Bug::TakesWhatIsNotThere => key(part, "sk").starts_with("cell#"),
                Bug::ActsOnEveryHearing => hearing,
                _ => false,
            };
            if spoiled {
                always(part);
            }
        }
        Some(asked.to_string().into())
    }

    fn spoil_update(&self, body: &[u8]) -> Option<Bytes> {
        let mut asked: Value = serde_json::from_slice(body).ok()?;
        let renewal = asked["Key"]["sk"]["S"].as_str()?.starts_with("ses#");
        if self.bug == Bug::RenewsByAnyToken && renewal {
            unconditionally(&mut asked);
        }
        Some(asked.to_string().into())
    }
}

impl Sabotage {
    fn spoil_put(&self, body: &[u8]) -> Option<Bytes> {
        let mut asked: Value = serde_json::from_slice(body).ok()?;
        let standing = asked["Item"].get_mut("standing")?;
        if self.bug == Bug::KeepsHaltedShopsOpen {
            standing["S"] = "open".into();
        }
        Some(asked.to_string().into())
    }
}

/// The key that a part of a transaction writes to.
fn key<'a>(part: &'a Value, name: &str) -> &'a str {
    let inner = part.as_object().and_then(|part| part.values().next()).unwrap_or(&Value::Null);
    let key = if inner["Key"].is_null() { &inner["Item"] } else { &inner["Key"] };
    key[name]["S"].as_str().unwrap_or_default()
}

/// Makes the condition true whatever lies there, and keeps all of its placeholders in use.
fn always(part: &mut Value) {
    if let Some(inner) = part.as_object_mut().and_then(|part| part.values_mut().next()) {
        unconditionally(inner);
    }
}

fn unconditionally(write: &mut Value) {
    if let Some(condition) = write.get_mut("ConditionExpression")
        && let Some(text) = condition.as_str()
    {
        *condition = Value::from(format!("({text}) OR (NOT ({text}))"));
    }
}
