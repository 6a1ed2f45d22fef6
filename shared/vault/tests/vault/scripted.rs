//! A Secrets Manager with scripted answers, behind the SDK's own connector, that counts requests.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

/// The engine. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Scripted(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    secrets: BTreeMap<String, Value>,
    faults: VecDeque<Fault>,
    seen: Vec<String>,
}

/// What happens to a request instead of an answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status, with this code in the body.
    Says(u16, &'static str),
    /// A success with this body.
    Answers(&'static str),
    /// The connection breaks.
    Breaks,
}

impl Scripted {
    /// A client that reaches this engine and does not retry.
    pub fn client(&self) -> aws_sdk_secretsmanager::Client {
        let config = aws_sdk_secretsmanager::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .region(Region::from_static("us-east-1"))
            .retry_config(RetryConfig::disabled())
            .http_client(self.clone());
        aws_sdk_secretsmanager::Client::from_conf(config.build())
    }

    /// Sets the answer for this secret.
    pub fn keep(&self, name: &str, answer: Value) {
        self.0.lock().unwrap().secrets.insert(name.to_owned(), answer);
    }

    /// Makes the next request fail.
    pub fn fail(&self, fault: Fault) {
        self.0.lock().unwrap().faults.push_back(fault);
    }

    /// The requests since the last call.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().seen)
    }

    async fn answer(&self, request: http::Request<SdkBody>) -> Result<(u16, String), ConnectorError> {
        let target = request.headers()["x-amz-target"].to_str().unwrap().to_owned();
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let id = body["SecretId"].as_str().unwrap().to_owned();
        let operation = target.trim_start_matches("secretsmanager.").to_owned();
        let fault = {
            let mut state = self.0.lock().unwrap();
            state.seen.push(format!("{operation} {id}"));
            state.faults.pop_front()
        };
        // Long enough for concurrent callers to meet here.
        tokio::time::sleep(Duration::from_millis(5)).await;
        match fault {
            Some(Fault::Breaks) => return Err(ConnectorError::io("connection reset".into())),
            Some(Fault::Says(status, code)) => return Ok((status, refusal(code))),
            Some(Fault::Answers(body)) => return Ok((200, body.to_owned())),
            None => {}
        }
        let mut state = self.0.lock().unwrap();
        match (operation.as_str(), state.secrets.get_mut(&id)) {
            (_, None) => Ok((400, refusal("ResourceNotFoundException"))),
            ("GetSecretValue", Some(kept)) => Ok((200, kept.to_string())),
            ("PutSecretValue", Some(kept)) => {
                *kept = json!({ "Name": id, "SecretString": body["SecretString"] });
                Ok((200, json!({ "Name": id }).to_string()))
            }
            _ => Ok((400, refusal("InvalidAction"))),
        }
    }
}

fn refusal(code: &str) -> String {
    json!({ "__type": code, "message": "as told" }).to_string()
}

impl HttpClient for Scripted {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Scripted {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|e| ConnectorError::user(e.into()))?;
            let (status, body) = engine.answer(request).await?;
            let response = http::Response::builder().status(status).body(SdkBody::from(body)).unwrap();
            HttpResponse::try_from(response).map_err(|e| ConnectorError::user(e.into()))
        })
    }
}
