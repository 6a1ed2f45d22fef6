//! Makes SDK clients whose requests go to a [`Handler`] in this process.
//!
//! The clients keep the SDK's own behaviour, its standard retries included, but for the time: they sign
//! and sleep by what the [`Wiring`] gives them.

use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::{AuthScheme, AuthSchemeEndpointConfig, AuthSchemeId, Sign};
use aws_smithy_runtime_api::client::identity::{Identity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{GetIdentityResolver, RuntimeComponents};
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::region::Region;
use clock::Clock;

use crate::handler::{Handler, InProcess};
use crate::keys::Key;

/// The region of all resources.
pub const REGION: &str = "us-east-1";

/// What a client needs besides its engine. Its credentials never expire and are not cached, so that the
/// only sleeps are those between retries.
#[derive(Debug, Clone)]
pub struct Wiring {
    clock: Clock,
    sleep: SharedAsyncSleep,
    endpoint: String,
    key: Key,
    signs: bool,
    retries: RetryConfig,
}

impl Wiring {
    /// Signs with this key and this clock for this address, sleeps by tokio's timer, retries like
    /// production.
    pub fn new(key: Key, clock: Clock, endpoint: &str) -> Wiring {
        Wiring {
            clock,
            sleep: SharedAsyncSleep::new(TokioSleep::new()),
            endpoint: endpoint.to_owned(),
            key,
            signs: true,
            retries: RetryConfig::standard(),
        }
    }

    /// Sleeps between retries by another timer.
    #[must_use]
    pub fn with_sleep(mut self, sleep: impl AsyncSleep + 'static) -> Wiring {
        self.sleep = SharedAsyncSleep::new(sleep);
        self
    }

    /// Signs as the function of this logical id, which has the rights of its policies. Without this,
    /// the client has all rights.
    #[must_use]
    pub fn signing_as(mut self, function: &str) -> Wiring {
        self.key = self.key.of(function);
        self
    }

    /// Names its key to DynamoDB and SQS and does not sign: nobody comes between a client and an engine in one
    /// process, and a signature takes a tenth of a request.
    #[must_use]
    pub fn unsigned(self) -> Wiring {
        Wiring { signs: false, ..self }
    }

    /// Retries with another configuration.
    #[must_use]
    pub fn with_retries(mut self, retries: RetryConfig) -> Wiring {
        self.retries = retries;
        self
    }
}

/// A DynamoDB client over a handler.
pub fn dynamo(handler: Arc<dyn Handler>, wiring: &Wiring) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
        .identity_cache(aws_sdk_dynamodb::config::IdentityCache::no_cache())
        .credentials_provider(credentials(wiring))
        .region(Region::from_static(REGION))
        .endpoint_url(&wiring.endpoint)
        .http_client(InProcess(handler))
        .time_source(Signing(wiring.clock.clone()))
        .sleep_impl(wiring.sleep.clone())
        .retry_config(wiring.retries.clone())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    let config = if wiring.signs { config } else { config.push_auth_scheme(Named) };
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

/// An SQS client over a handler.
pub fn sqs(handler: Arc<dyn Handler>, wiring: &Wiring) -> aws_sdk_sqs::Client {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
        .identity_cache(aws_sdk_sqs::config::IdentityCache::no_cache())
        .credentials_provider(credentials(wiring))
        .region(Region::from_static(REGION))
        .endpoint_url(&wiring.endpoint)
        .http_client(InProcess(handler))
        .time_source(Signing(wiring.clock.clone()))
        .sleep_impl(wiring.sleep.clone())
        .retry_config(wiring.retries.clone())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    let config = if wiring.signs { config } else { config.push_auth_scheme(Named) };
    aws_sdk_sqs::Client::from_conf(config.build())
}

/// An S3 client over a handler. Its presigned URLs have the wiring's address. It signs by the machine's
/// clock, since the engine verifies the signature by that one.
pub fn s3(handler: Arc<dyn Handler>, wiring: &Wiring) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .identity_cache(aws_sdk_s3::config::IdentityCache::no_cache())
        .credentials_provider(credentials(wiring))
        .region(Region::from_static(REGION))
        .endpoint_url(&wiring.endpoint)
        .force_path_style(true)
        .http_client(InProcess(handler))
        .time_source(Signing(Clock::system()))
        .sleep_impl(wiring.sleep.clone())
        .retry_config(wiring.retries.clone())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    aws_sdk_s3::Client::from_conf(config.build())
}

fn credentials(wiring: &Wiring) -> Credentials {
    Credentials::new(wiring.key.id(), wiring.key.secret(), None, None, "embedded")
}

/// Takes the place of the SDK's Signature Version 4: the header names the key, for the guard.
#[derive(Debug)]
struct Named;

impl AuthScheme for Named {
    fn scheme_id(&self) -> AuthSchemeId {
        AuthSchemeId::new("sigv4")
    }

    fn identity_resolver(&self, known: &dyn GetIdentityResolver) -> Option<SharedIdentityResolver> {
        known.identity_resolver(self.scheme_id())
    }

    fn signer(&self) -> &dyn Sign {
        self
    }
}

impl Sign for Named {
    fn sign_http_request(
        &self,
        request: &mut HttpRequest,
        identity: &Identity,
        _: AuthSchemeEndpointConfig<'_>,
        _: &RuntimeComponents,
        _: &ConfigBag,
    ) -> Result<(), BoxError> {
        let credentials = identity.data::<Credentials>().ok_or("these are no credentials of AWS")?;
        let scope = format!("{}/in-process/{REGION}/aws/aws4_request", credentials.access_key_id());
        let named = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
        request.headers_mut().try_insert("authorization", named)?;
        Ok(())
    }
}

/// Our clock as the SDK's source of time.
#[derive(Debug)]
struct Signing(Clock);

impl TimeSource for Signing {
    fn now(&self) -> SystemTime {
        self.0.now().into()
    }
}
