//! Asks between functions: a synchronous invocation of the other room's function.
//!
//! IAM decides who may ask whom, room by room, and the question goes past API Gateway. One call of one
//! operation is all that is needed of Lambda's API, so it is signed and sent here over the connector
//! that the other SDK clients bring; the client of that API would be the largest crate of every room.

use std::sync::OnceLock;
use std::time::SystemTime;

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use clock::Clock;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::StatusCode;
use http_body_util::{BodyExt, Limited};

use crate::{Answer, Carrier, CarryError, LARGEST, Question};

/// The header of Lambda on an invocation that ended in an error of the function.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// The function that answers for a room in this stack. The template names its functions so.
pub fn function_of(stack: &str, room: &str) -> String {
    format!("{stack}-{room}-api")
}

/// Carries asks to the functions of one stack.
pub struct Invoke {
    stack: String,
    region: String,
    /// Scheme and authority, without a slash at the end.
    endpoint: String,
    credentials: SharedCredentialsProvider,
    clock: Clock,
    /// Made at the first ask: reading the machine's root certificates costs milliseconds that a
    /// cold start without an ask should not pay.
    connector: OnceLock<Connector>,
}

impl Invoke {
    /// A carrier to the functions of this stack, by Lambda's API in this region, or where an emulator
    /// of it listens.
    pub fn new(
        stack: impl Into<String>,
        region: impl Into<String>,
        endpoint: Option<&str>,
        credentials: SharedCredentialsProvider,
        clock: Clock,
    ) -> Invoke {
        let region = region.into();
        let endpoint = match endpoint {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None if region.starts_with("cn-") => format!("https://lambda.{region}.amazonaws.com.cn"),
            None => format!("https://lambda.{region}.amazonaws.com"),
        };
        Invoke { stack: stack.into(), region, endpoint, credentials, clock, connector: OnceLock::new() }
    }

    async fn send(&self, function: String, question: Question) -> Result<Answer, CarryError> {
        let body = serde_json::to_vec(&question).map_err(CarryError::because)?;
        let request = self.signed(&function, Bytes::from(body)).await?;
        let request = request.map(SdkBody::from).try_into().map_err(CarryError::because)?;
        let response = self.connector.get_or_init(connector).call(request).await;
        let response = response.map_err(|e| CarryError::because(e.into_source()))?;
        let response = response.try_into_http1x().map_err(CarryError::because)?;
        let (parts, body) = response.into_parts();
        // An answer lies in an envelope of a few words.
        let body = Limited::new(body, LARGEST + 1024).collect().await.map_err(CarryError::because)?;
        match parts.status {
            StatusCode::OK if parts.headers.contains_key(FUNCTION_ERROR) => {
                Err(CarryError::because(format!("{function} failed")))
            }
            StatusCode::OK => serde_json::from_slice(&body.to_bytes()).map_err(CarryError::because),
            // A server error of Lambda is temporary; any other status is a defect.
            status if status.is_server_error() => Ok(Answer::bare(StatusCode::SERVICE_UNAVAILABLE)),
            status => Ok(Answer::bare(status)),
        }
    }

    async fn signed(&self, function: &str, body: Bytes) -> Result<http::Request<Bytes>, CarryError> {
        let uri = format!("{}/2015-03-31/functions/{function}/invocations", self.endpoint);
        let mut request = http::Request::post(&uri).header("content-type", "application/json");
        if let Some(host) = request.uri_ref().and_then(http::Uri::authority).map(ToString::to_string) {
            request = request.header("host", host);
        }
        let mut request = request.body(body).map_err(CarryError::because)?;
        let credentials = self.credentials.provide_credentials().await.map_err(CarryError::because)?;
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("lambda")
            .time(SystemTime::from(self.clock.now()))
            .settings(SigningSettings::default())
            .build()
            .map_err(CarryError::because)?;
        let headers =
            request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
        let signable = SignableRequest::new("POST", &uri, headers, SignableBody::Bytes(request.body()));
        let signable = signable.map_err(CarryError::because)?;
        let (instructions, _) = sign(signable, &params.into()).map_err(CarryError::because)?.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

impl Carrier for Invoke {
    fn carry(&self, room: &str, question: Question) -> BoxFuture<'_, Result<Answer, CarryError>> {
        self.send(function_of(&self.stack, room), question).boxed()
    }
}

fn connector() -> Connector {
    Connector::builder().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
}
