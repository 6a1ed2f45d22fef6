//! Asks between functions: HTTPS to the API that all rooms share.
//!
//! The connector is the one that the AWS SDK brings, called directly, so that the binary holds one
//! TLS stack and not two. Invariant: a question never travels in the clear; plain `http` is spoken
//! only to this very machine.

use std::net::IpAddr;
use std::sync::OnceLock;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::uri::Scheme;
use http::{HeaderValue, Uri, header};
use http_body_util::{BodyExt, Limited};

use crate::{Carrier, CarryError, LARGEST};

/// Carries asks to `<base>/<room>/asks/<operation>`.
pub struct Https {
    /// Scheme and authority to dial, and the path that all rooms live under.
    base: String,
    /// The name to ask for, where it is not the name to dial.
    host: Option<HeaderValue>,
    /// Made at the first ask: reading the machine's root certificates costs milliseconds that a
    /// cold start without an ask should not pay.
    connector: OnceLock<Connector>,
}

/// A base URL that no ask can be sent to.
#[derive(Debug, thiserror::Error)]
pub enum BadBase {
    /// It is not an absolute URL.
    #[error("{0:?} is not a URL that rooms can be reached under")]
    NotAUrl(String),
    /// It would send questions in the clear over a network.
    #[error("{0:?} is not https, and plain http is only for this machine")]
    InTheClear(String),
}

impl Https {
    /// A carrier to the rooms that live under this URL.
    pub fn new(base_url: impl AsRef<str>) -> Result<Https, BadBase> {
        let text = base_url.as_ref();
        let not_a_url = || BadBase::NotAUrl(text.to_owned());
        let uri = text.parse::<Uri>().map_err(|_| not_a_url())?;
        let scheme = uri.scheme().ok_or_else(not_a_url)?;
        let authority = uri.authority().ok_or_else(not_a_url)?;
        let known = *scheme == Scheme::HTTPS || *scheme == Scheme::HTTP;
        if !known || uri.query().is_some() || authority.as_str().contains('@') {
            return Err(not_a_url());
        }
        if *scheme == Scheme::HTTP && !is_this_machine(authority.host()) {
            return Err(BadBase::InTheClear(text.to_owned()));
        }
        let path = uri.path().trim_end_matches('/');
        // Emulators tell APIs apart by names under `.localhost`. Those mean this machine by
        // standard, but few resolvers know it, so the name is said and not looked up.
        let (dial, host) = match (scheme == &Scheme::HTTP, authority.host().ends_with(".localhost")) {
            (true, true) => {
                let port = authority.port().map(|port| format!(":{port}")).unwrap_or_default();
                let host = HeaderValue::from_str(authority.as_str()).map_err(|_| not_a_url())?;
                (format!("localhost{port}"), Some(host))
            }
            _ => (authority.to_string(), None),
        };
        Ok(Https { base: format!("{scheme}://{dial}{path}"), host, connector: OnceLock::new() })
    }

    async fn send(&self, mut request: http::Request<Bytes>) -> Result<http::Response<Bytes>, CarryError> {
        let uri = format!("{}{}", self.base, request.uri().path());
        *request.uri_mut() = uri.parse().map_err(|e: http::uri::InvalidUri| CarryError::because(e))?;
        if let Some(host) = &self.host {
            request.headers_mut().insert(header::HOST, host.clone());
        }
        let request = request.map(SdkBody::from).try_into().map_err(CarryError::because)?;
        let response = self.connector.get_or_init(connector).call(request).await;
        let response = response.map_err(|e| CarryError::because(e.into_source()))?;
        let response = response.try_into_http1x().map_err(CarryError::because)?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map_err(CarryError::because)?;
        Ok(http::Response::from_parts(parts, body.to_bytes()))
    }
}

impl Carrier for Https {
    fn carry(
        &self,
        _room: &str,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, CarryError>> {
        // All rooms share one API; the path leads to the right one.
        self.send(request).boxed()
    }
}

fn connector() -> Connector {
    Connector::builder().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match address {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, expect: Result<(&str, Option<&str>), &str>) {
        let got = Https::new(base).map_err(|e| e.to_string());
        match (got, expect) {
            (Ok(https), Ok((dial, host))) => {
                assert_eq!(https.base, dial);
                assert_eq!(https.host.as_ref().map(|h| h.to_str().unwrap()), host);
            }
            (Err(error), Err(expect)) => assert!(error.contains(expect), "{error}"),
            (got, _) => panic!("{base}: {:?}", got.map(|https| https.base)),
        }
    }

    #[test]
    fn questions_travel_in_the_clear_only_on_this_machine() {
        check("https://api.example.com", Ok(("https://api.example.com", None)));
        check("https://api.example.com:8443/market/", Ok(("https://api.example.com:8443/market", None)));
        check("http://localhost:8080", Ok(("http://localhost:8080", None)));
        check("http://127.0.0.2:1", Ok(("http://127.0.0.2:1", None)));
        check("http://[::1]:1", Ok(("http://[::1]:1", None)));
        check("http://api.example.com", Err("plain http"));
        check("http://10.0.0.7", Err("plain http"));
        check("http://localhost.example.com", Err("plain http"));
        check("http://127.0.0.1.example.com", Err("plain http"));
    }

    #[test]
    fn an_emulator_is_dialled_on_this_machine_and_asked_for_by_its_name() {
        let expect = ("http://localhost:4566", Some("a1.execute-api.localhost:4566"));
        check("http://a1.execute-api.localhost:4566/", Ok(expect));
    }

    #[test]
    fn what_is_not_a_base_url_is_refused() {
        for text in
            ["", "api.example.com", "/path", "ftp://localhost", "https://u:p@x.org", "https://x.org/?q=1"]
        {
            check(text, Err("not a URL"));
        }
    }
}
