//! Verifies the signatures of requests.
//!
//! `s3s` verifies the requests for S3, in every form in which S3 is signed. Those for DynamoDB and SQS
//! are signed in their headers, and are verified here: signed again with the SDK's own signer and
//! compared.
//!
//! Invariants: a request with two signatures, or with one of another form, counts as unsigned; an
//! operation that the signature does not cover is never run.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use bytes::Bytes;
use clock::Clock;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, Request};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;
use subtle::ConstantTimeEq;

use crate::guard::Guard;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The largest difference between the signer's clock and ours.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// The scope of a signature: `key/date/region/service/aws4_request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) key: String,
    pub(crate) service: String,
    date: String,
    region: String,
}

/// Why a signature is refused, with AWS's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unproven {
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

const UNSIGNED: Unproven = Unproven {
    code: "MissingAuthenticationTokenException",
    message: "Sign the request, once, with Signature Version 4 in its headers.",
};
const UNKNOWN_KEY: Unproven =
    Unproven { code: "UnrecognizedClientException", message: "There is no such access key here." };
const STALE: Unproven = Unproven {
    code: "InvalidSignatureException",
    message: "Signature expired: it was made more than 15 minutes before or after now.",
};
const WRONG: Unproven = Unproven {
    code: "InvalidSignatureException",
    message: "The signature does not match the request and the secret of the access key.",
};

/// An `Authorization` header of Signature Version 4.
struct Signed<'a> {
    scope: Scope,
    headers: Vec<&'a str>,
    signature: &'a str,
}

impl Scope {
    fn parse(text: &str) -> Option<Scope> {
        let mut parts = text.split('/').map(str::to_owned);
        let (key, date, region, service) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let ends = parts.next().as_deref() == Some("aws4_request") && parts.next().is_none();
        (ends && !key.is_empty()).then_some(Scope { key, service, date, region })
    }

    /// The scope of the only signature of a request, in its headers or in its URL.
    pub(crate) fn of(headers: &HeaderMap, query: Option<&str>) -> Option<Scope> {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs =
            query.unwrap_or_default().split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let signs = ["X-Amz-Credential", "X-Amz-Signature", "Signature", "AWSAccessKeyId"];
        let in_url: Vec<_> = pairs
            .map(|(name, value)| (decoded(name), value))
            .filter(|(name, _)| signs.iter().any(|sign| name.eq_ignore_ascii_case(sign)))
            .collect();
        if headers.contains_key(AUTHORIZATION) {
            return in_url.is_empty().then(|| Signed::of(headers)).flatten().map(|signed| signed.scope);
        }
        match in_url.as_slice() {
            [(one, first), (other, second)] => match (one.as_str(), other.as_str()) {
                ("X-Amz-Credential", "X-Amz-Signature") => Scope::parse(&decoded(first)),
                ("X-Amz-Signature", "X-Amz-Credential") => Scope::parse(&decoded(second)),
                _ => None,
            },
            _ => None,
        }
    }
}

impl<'a> Signed<'a> {
    fn of(headers: &'a HeaderMap) -> Option<Signed<'a>> {
        let mut all = headers.get_all(AUTHORIZATION).iter();
        let (one, None) = (all.next()?, all.next()) else { return None };
        let fields = one.to_str().ok()?.strip_prefix(ALGORITHM)?.strip_prefix(' ')?;
        let (mut scope, mut names, mut signature) = (None, None, None);
        for field in fields.split(',') {
            let (name, value) = field.trim().split_once('=')?;
            let place = match name {
                "Credential" => &mut scope,
                "SignedHeaders" => &mut names,
                "Signature" => &mut signature,
                _ => return None,
            };
            if place.replace(value).is_some() {
                return None;
            }
        }
        Some(Signed {
            scope: Scope::parse(scope?)?,
            headers: names?.split(';').collect(),
            signature: signature?,
        })
    }
}

/// Whether a request to this service was signed just now, as it is, with a known key.
pub(crate) fn verify(
    guard: &Guard,
    clock: &Clock,
    service: &str,
    request: &Request<Bytes>,
) -> Result<(), Unproven> {
    let signed = Signed::of(request.headers()).ok_or(UNSIGNED)?;
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let said = text("x-amz-date").ok_or(UNSIGNED)?;
    let at = instant(said).ok_or(WRONG)?;
    if clock.now().duration_since(at).abs() > SKEW {
        return Err(STALE);
    }
    // AWS's own headers, the operation above all, must be covered by the signature.
    let covered = |name: &str| signed.headers.contains(&name);
    let all_covered =
        request.headers().keys().all(|name| !name.as_str().starts_with("x-amz-") || covered(name.as_str()));
    if signed.scope.service != service
        || !said.starts_with(&signed.scope.date)
        || !covered("host")
        || !all_covered
    {
        return Err(WRONG);
    }
    let key = guard.key(&signed.scope.key).ok_or(UNKNOWN_KEY)?;
    let headers: Option<Vec<(&str, &str)>> = request
        .headers()
        .iter()
        .filter(|(name, _)| covered(name.as_str()))
        .map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let identity = Credentials::new(key.id(), key.secret(), None, None, "embedded").into();
    let mut settings = SigningSettings::default();
    settings.excluded_headers = None;
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(&signed.scope.region)
        .name(service)
        .time(SystemTime::from(at))
        .settings(settings)
        .build()
        .map_err(|_| WRONG)?
        .into();
    let host = text(HOST.as_str()).ok_or(WRONG)?;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let again = SignableRequest::new(
        request.method().as_str(),
        format!("http://{host}{path}"),
        headers.ok_or(WRONG)?.into_iter(),
        SignableBody::Bytes(request.body()),
    );
    let (_, ours) = again.and_then(|again| sign(again, &parameters)).map_err(|_| WRONG)?.into_parts();
    match ours.as_bytes().ct_eq(signed.signature.as_bytes()).into() {
        true => Ok(()),
        false => Err(WRONG),
    }
}

/// The instant of a signature: `20261121T120000Z`.
fn instant(text: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const SCOPE: &str = "Shop/20261121/us-east-1/s3/aws4_request";

    fn headers(credentials: &[&str]) -> HeaderMap {
        let line = |credential: &&str| {
            let line = format!("{ALGORITHM} Credential={credential}, SignedHeaders=host, Signature=0");
            (AUTHORIZATION, HeaderValue::from_str(&line).unwrap())
        };
        let mut headers = HeaderMap::new();
        for (name, value) in credentials.iter().map(line) {
            headers.append(name, value);
        }
        headers
    }

    fn key(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
        Scope::of(headers, query).map(|scope| scope.key)
    }

    #[test]
    fn who_signed_is_known_by_the_key_wherever_it_stands() {
        let shop = Some("Shop".to_owned());
        assert_eq!(key(&headers(&[SCOPE]), None), shop);
        let query =
            "X-Amz-Date=1&X-Amz-Credential=Shop%2F20261121%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0";
        assert_eq!(key(&HeaderMap::new(), Some(query)), shop);
        assert_eq!(key(&HeaderMap::new(), Some(&query.replace("X-Amz-C", "X%2DAmz%2DC"))), shop);
        assert_eq!(key(&HeaderMap::new(), None), None);
    }

    #[test]
    fn what_is_signed_twice_or_by_no_way_that_is_known_is_signed_by_nobody() {
        let query = format!("X-Amz-Credential={SCOPE}&X-Amz-Signature=0");
        let (none, one) = (HeaderMap::new(), headers(&[SCOPE]));
        assert_eq!(key(&headers(&[SCOPE, SCOPE]), None), None);
        assert_eq!(key(&one, Some(&query)), None);
        assert_eq!(key(&one, Some("X%2DAmz-Signature=0")), None);
        assert_eq!(key(&none, Some(&format!("X-Amz-Credential=other/{SCOPE}&{query}"))), None);
        assert_eq!(key(&none, Some("AWSAccessKeyId=Shop&Signature=0&Expires=9999999999")), None);
        for scope in [
            "Shop",
            "Shop/20261121/us-east-1/s3",
            "/20261121/us-east-1/s3/aws4_request",
            &format!("{SCOPE}/x"),
        ] {
            assert_eq!(key(&headers(&[scope]), None), None, "{scope}");
        }
        for line in [
            "AWS Shop:0",
            "Bearer x",
            "AWS4-HMAC-SHA256 Credential=owner/a/b/c/aws4_request, Credential=Shop/a/b/c/aws4_request, SignedHeaders=host, Signature=0",
        ] {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(line).unwrap())]);
            assert_eq!(key(&headers, None), None, "{line}");
        }
    }
}
