//! A real S3 engine on a folder, behind the SDK's own connector, that counts requests and fails on
//! demand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use blob::{Bucket, Presigned};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};

/// The engine. Clones share it.
#[derive(Clone)]
pub struct Engine {
    service: S3Service,
    state: Arc<Mutex<State>>,
    folder: Arc<tempfile::TempDir>,
}

#[derive(Default)]
struct State {
    seen: Vec<String>,
    fault: Option<(Method, &'static str, Fault)>,
}

/// What happens to a request instead of an answer.
#[derive(Clone, Copy)]
pub enum Fault {
    /// This status, with this code in the body.
    Says(u16, &'static str),
    /// The connection breaks.
    Breaks,
    /// No answer comes, ever.
    Hangs,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl Engine {
    /// An engine with one bucket in it.
    pub async fn with_bucket() -> (Engine, Bucket) {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single("key", "secret"));
        let engine = Engine { service: builder.build(), state: Arc::default(), folder: Arc::new(folder) };
        let client = engine.client("http://s3.test");
        client.create_bucket().bucket("uploads").send().await.unwrap();
        engine.state.lock().unwrap().seen.clear();
        (engine, Bucket::new(client, "uploads"))
    }

    /// A client that reaches this engine under this address.
    pub fn client(&self, address: &str) -> aws_sdk_s3::Client {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .region(Region::from_static("us-east-1"))
            .endpoint_url(address)
            .force_path_style(true)
            .retry_config(RetryConfig::disabled())
            .http_client(self.clone());
        aws_sdk_s3::Client::from_conf(config.build())
    }

    /// From now on, requests of this method whose URI contains this text go wrong.
    pub fn fail(&self, method: Method, uri: &'static str, fault: Fault) {
        self.state.lock().unwrap().fault = Some((method, uri, fault));
    }

    /// Ends all faults.
    pub fn mend(&self) {
        self.state.lock().unwrap().fault = None;
    }

    /// How many requests of this method contained this text in their URI.
    pub fn seen(&self, method: Method, uri: &str) -> usize {
        let start = format!("{method} ");
        let state = self.state.lock().unwrap();
        state.seen.iter().filter(|line| line.starts_with(&start) && line.contains(uri)).count()
    }

    /// Parts that belong to no object.
    pub fn stray_parts(&self) -> usize {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files
            .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains("upload_id"))
            .count()
    }

    /// Sends a presigned request as a browser would: without credentials, with the given headers alone.
    pub async fn browse(
        &self,
        presigned: &Presigned,
        headers: &BTreeMap<String, String>,
        body: &[u8],
    ) -> (StatusCode, http::HeaderMap, Bytes) {
        let mut request = http::Request::builder().method(&*presigned.method).uri(&presigned.url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(SdkBody::from(Bytes::copy_from_slice(body))).unwrap();
        let (parts, body) = self.answer(request).await.unwrap().into_parts();
        (parts.status, parts.headers, body)
    }

    async fn answer(
        &self,
        mut request: http::Request<SdkBody>,
    ) -> Result<http::Response<Bytes>, ConnectorError> {
        let fault = {
            let mut state = self.state.lock().unwrap();
            state.seen.push(format!("{} {}", request.method(), request.uri()));
            let hit = |(method, uri, _): &&(Method, &str, Fault)| {
                method == request.method() && request.uri().to_string().contains(uri)
            };
            state.fault.as_ref().filter(hit).map(|(_, _, fault)| *fault)
        };
        match fault {
            Some(Fault::Breaks) => return Err(ConnectorError::io("connection reset".into())),
            Some(Fault::Says(status, code)) => {
                let body = format!("<Error><Code>{code}</Code><Message>as told</Message></Error>");
                return Ok(http::Response::builder().status(status).body(Bytes::from(body)).unwrap());
            }
            Some(Fault::Hangs) => std::future::pending().await,
            None => {}
        }
        // What a client on the network adds by itself.
        let host = HeaderValue::from_str(request.uri().authority().unwrap().as_str()).unwrap();
        request.headers_mut().entry(header::HOST).or_insert(host);
        let request = request.map(s3s::Body::http_body_unsync);
        let (parts, body) = self.service.call(request).await.unwrap().into_parts();
        let body = body.collect().await.map_err(|e| ConnectorError::io(e.to_string().into()))?;
        Ok(http::Response::from_parts(parts, body.to_bytes()))
    }
}

impl HttpClient for Engine {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Engine {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|e| ConnectorError::user(e.into()))?;
            let response = engine.answer(request).await?;
            HttpResponse::try_from(response.map(SdkBody::from)).map_err(|e| ConnectorError::user(e.into()))
        })
    }
}
