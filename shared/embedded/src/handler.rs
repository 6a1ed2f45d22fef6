//! The port between the SDK and an engine: a [`Handler`] answers one HTTP request.
//!
//! [`InProcess`] is the SDK's HTTP connector over a handler. To lose, delay or double a request, wrap a
//! handler in another.

use std::fmt::Debug;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::BodyExt;

/// An answer, or the failure to get one.
pub type Reply = BoxFuture<'static, Result<http::Response<Bytes>, ConnectorError>>;

/// Answers the requests of one AWS service.
pub trait Handler: Debug + Send + Sync {
    /// Answers one request. A refusal is an answer too; an error means that there was no answer.
    fn handle(&self, request: http::Request<Bytes>) -> Reply;
}

/// An answer of this status, content type and body.
pub fn reply(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> http::Response<Bytes> {
    let mut response = http::Response::new(body.into());
    *response.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    response
}

/// The SDK's HTTP connector that calls a handler instead of the network.
#[derive(Debug, Clone)]
pub(crate) struct InProcess(pub(crate) Arc<dyn Handler>);

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let handler = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|e| ConnectorError::user(e.into()))?;
            let (mut parts, body) = request.into_parts();
            name_host(&mut parts);
            let body = body.collect().await.map_err(ConnectorError::io)?.to_bytes();
            let response = handler.handle(http::Request::from_parts(parts, body)).await?;
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|e| ConnectorError::other(e.into(), None))
        })
    }
}

/// Sets the `Host` header, as HTTP clients do: the signature covers it.
fn name_host(request: &mut http::request::Parts) {
    let host =
        request.uri.authority().and_then(|authority| http::HeaderValue::from_str(authority.as_str()).ok());
    if let Some(host) = host {
        request.headers.entry(http::header::HOST).or_insert(host);
    }
}
