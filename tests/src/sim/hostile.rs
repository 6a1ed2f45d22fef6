//! The world between a room and its engine: it loses, refuses, throttles and puts off.
//!
//! Invariant: whatever it does, AWS may do too. Nothing is answered that the service could not have
//! answered, and nothing is changed in the engine that the room did not ask for.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_smithy_runtime_api::client::result::ConnectorError;
use bytes::Bytes;
use embedded::{Handler, Reply, reply};
use futures::FutureExt;
use serde_json::{Value, json};

use super::stage::breathe;
use super::{Chance, Trail};

const JSON: &str = "application/x-amz-json-1.0";

/// How hostile the world is at the moment. Clones feel the same weather.
#[derive(Clone, Debug, Default)]
pub struct Weather(Arc<AtomicU32>);

impl Weather {
    /// So many of a thousand requests meet with something.
    pub fn of(permille: u32) -> Weather {
        Weather(Arc::new(AtomicU32::new(permille)))
    }

    /// From now on so many of a thousand requests meet with something.
    pub fn rise(&self, permille: u32) {
        self.0.store(permille, Ordering::Relaxed);
    }

    /// From now on everything goes as it should.
    pub fn calm_down(&self) {
        self.rise(0);
    }

    /// How many of a thousand requests meet with something.
    pub fn permille(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether it still blows.
    pub fn is_stormy(&self) -> bool {
        self.permille() > 0
    }
}

tokio::task_local! {
    static SPARED: ();
}

/// Lets somebody act whom the world leaves alone.
pub async fn spared<T>(whoever: impl Future<Output = T>) -> T {
    SPARED.scope((), whoever).await
}

/// Whether the world leaves alone whoever acts now.
pub fn is_spared() -> bool {
    SPARED.try_with(|()| ()).is_ok()
}

/// A handler that stands before an engine.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// The engine.
    pub engine: Arc<dyn Handler>,
    /// How hostile the world is.
    pub weather: Weather,
    /// What draws the lots.
    pub chance: Chance,
    /// Where it is written down.
    pub trail: Trail,
}

enum Fate {
    Fine,
    LostOnTheWay,
    AnswerLost,
    Answered(http::Response<Bytes>),
    PutOffInPart,
}

impl Handler for Hostile {
    fn handle(&self, request: http::Request<Bytes>) -> Reply {
        let this = self.clone();
        async move {
            this.pause().await;
            let operation = operation(&request);
            let fate = this.fate(&operation, &request);
            let answer = match fate {
                Fate::Fine => this.engine.handle(request).await,
                Fate::LostOnTheWay => {
                    this.trail.say(format_args!("~ {operation} is lost on its way"));
                    Err(ConnectorError::io("the request was lost".into()))
                }
                Fate::AnswerLost => {
                    this.trail.say(format_args!("~ the answer to {operation} is lost"));
                    this.engine.handle(request).await?;
                    Err(ConnectorError::timeout("the answer was lost".into()))
                }
                Fate::Answered(answer) => {
                    this.trail.say(format_args!("~ {operation} is refused: {:?}", answer.body()));
                    Ok(answer)
                }
                Fate::PutOffInPart => {
                    this.trail.say(format_args!("~ {operation} is put off in part"));
                    this.in_part(&operation, request).await
                }
            };
            this.pause().await;
            answer
        }
        .boxed()
    }
}

impl Hostile {
    async fn pause(&self) {
        for _ in 0..self.chance.below(3) {
            breathe().await;
        }
    }

    fn fate(&self, operation: &str, request: &http::Request<Bytes>) -> Fate {
        if !self.chance.permille(self.weather.permille()) || is_spared() {
            return Fate::Fine;
        }
        if is_about_an_object(request) {
            return match self.chance.below(4) {
                0 => Fate::LostOnTheWay,
                1 => Fate::AnswerLost,
                2 => Fate::Answered(refused(500, "InternalError")),
                _ => Fate::Answered(refused(503, "SlowDown")),
            };
        }
        match self.chance.below(6) {
            0 => Fate::LostOnTheWay,
            1 => Fate::AnswerLost,
            2 => Fate::Answered(trouble(500, "InternalServerError", json!({}))),
            3 => Fate::Answered(throttled(operation)),
            4 => match operation {
                "TransactWriteItems" => Fate::Answered(self.conflict(request)),
                "PutItem" | "UpdateItem" | "DeleteItem" => {
                    Fate::Answered(trouble(400, "TransactionConflictException", json!({})))
                }
                _ => Fate::AnswerLost,
            },
            _ => match operation {
                "BatchGetItem" | "SendMessageBatch" => Fate::PutOffInPart,
                _ => Fate::LostOnTheWay,
            },
        }
    }

    /// A transaction meets another one at one of its items.
    fn conflict(&self, request: &http::Request<Bytes>) -> http::Response<Bytes> {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let count = body["TransactItems"].as_array().map_or(1, Vec::len);
        let hit = self.chance.below(count);
        let reasons = (0..count).map(|n| match n == hit {
            true => json!({"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}),
            false => json!({"Code": "None"}),
        });
        let reasons: Vec<_> = reasons.collect();
        trouble(400, "TransactionCanceledException", json!({ "CancellationReasons": reasons }))
    }

    /// The service does some of it and leaves the rest to be asked for again.
    async fn in_part(
        &self,
        operation: &str,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, ConnectorError> {
        let (parts, body) = request.into_parts();
        let mut asked: Value = serde_json::from_slice(&body).unwrap_or_default();
        let (list, report): (_, fn(&mut Value, Value, &str)) = match operation {
            "BatchGetItem" => {
                let Some((table, wanted)) =
                    asked["RequestItems"].as_object_mut().and_then(|t| t.iter_mut().next())
                else {
                    return self.engine.handle(http::Request::from_parts(parts, body)).await;
                };
                let keys = wanted["Keys"].as_array_mut();
                (keys.map(|keys| (table.clone(), keys)), |answer, left, table| {
                    answer["UnprocessedKeys"] = json!({ table: { "Keys": [left] } });
                })
            }
            _ => {
                let entries = asked["Entries"].as_array_mut();
                (entries.map(|entries| (String::new(), entries)), |answer, left, _| {
                    let failed = json!({"Id": left["Id"], "SenderFault": false, "Code": "InternalError"});
                    answer["Failed"] = json!([failed]);
                })
            }
        };
        let Some((table, list)) = list.filter(|(_, list)| list.len() > 1) else {
            return Err(ConnectorError::io("the request was lost".into()));
        };
        let left = list.remove(self.chance.below(list.len()));
        let answer = self.engine.handle(http::Request::from_parts(parts, asked.to_string().into())).await?;
        let mut said: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        report(&mut said, left, &table);
        Ok(reply(200, JSON, said.to_string()))
    }
}

/// What the request asks for, such as `PutItem`.
pub fn operation(request: &http::Request<Bytes>) -> String {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let named = target.and_then(|target| target.rsplit('.').next()).map(str::to_owned);
    // S3 has no names for what it does, only methods and places.
    named.unwrap_or_else(|| format!("{} {}", request.method(), request.uri().path()))
}

fn is_about_an_object(request: &http::Request<Bytes>) -> bool {
    !request.headers().contains_key("x-amz-target")
}

/// An error as S3 writes it.
fn refused(status: u16, code: &str) -> http::Response<Bytes> {
    let text = format!("<Error><Code>{code}</Code><Message>the world is hostile</Message></Error>");
    reply(status, "application/xml", text)
}

fn throttled(operation: &str) -> http::Response<Bytes> {
    match operation.contains("Message") {
        true => trouble(400, "RequestThrottled", json!({})),
        false => trouble(400, "ProvisionedThroughputExceededException", json!({})),
    }
}

/// An error as both services write it.
pub fn trouble(status: u16, code: &str, more: Value) -> http::Response<Bytes> {
    let mut body = json!({ "__type": format!("com.amazonaws#{code}"), "message": "the world is hostile" });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    reply(status, JSON, body.to_string())
}
