//! The rights that a request needs at S3, which has fewer rights than operations.

use http::{Method, Request, Response};
use s3s::Body;
use s3s::S3Result;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};

use super::{Target, refuse};
use crate::guard::{Act, Guard, Signer, apology};

/// The keys that signatures are verified with: the owner's and those of the functions.
pub(super) struct Keys(pub(super) Guard);

impl S3Auth for Keys {
    fn get_secret_key<'a, 'b, 'c>(
        &'a self,
        key: &'b str,
    ) -> std::pin::Pin<Box<dyn Future<Output = S3Result<SecretKey>> + Send + 'c>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            match self.0.key(key) {
                Some(key) => Ok(SecretKey::from(key.secret())),
                None => Err(s3s::s3_error!(InvalidAccessKeyId, "There is no such access key here.")),
            }
        })
    }
}

/// The key whose policies a request was checked against, before its signature was verified.
#[derive(Clone)]
pub(super) struct Judged(pub(super) String);

/// Passes only what was signed with the key whose policies were checked.
pub(super) struct AsJudged;

impl S3Access for AsJudged {
    fn check<'a, 'b, 'c, 'd>(
        &'a self,
        cx: &'b mut S3AccessContext<'c>,
    ) -> std::pin::Pin<Box<dyn Future<Output = S3Result<()>> + Send + 'd>>
    where
        'a: 'd,
        'b: 'd,
        'c: 'd,
        Self: 'd,
    {
        Box::pin(async move {
            let verified = cx.credentials().map(|credentials| credentials.access_key.clone());
            match (verified, cx.extensions_mut().get::<Judged>()) {
                (Some(verified), Some(Judged(key))) if verified == *key => Ok(()),
                _ => Err(s3s::s3_error!(AccessDenied, "The request is not signed by the key that it names.")),
            }
        })
    }
}

/// Whether the signer may do this with the bucket or the object.
pub(super) fn check(signer: &Signer<'_>, request: &Request<Body>, target: &Target) -> Result<(), Act> {
    let Target { bucket, key, .. } = target;
    let action = match *request.method() {
        _ if request.headers().contains_key("x-amz-copy-source") => "s3:CopyObject",
        Method::GET if key.is_empty() => "s3:ListBucket",
        Method::GET if target.asks("uploadId") => "s3:ListMultipartUploadParts",
        Method::GET | Method::HEAD => "s3:GetObject",
        Method::PUT | Method::POST => "s3:PutObject",
        Method::DELETE if target.asks("uploadId") => "s3:AbortMultipartUpload",
        _ => "s3:DeleteObject",
    };
    match key.is_empty() {
        true => signer.may(action, bucket),
        false => signer.may(action, &format!("{bucket}/{key}")),
    }
}

/// The refusal for a missing object: only a signer who may list the bucket learns that it is missing.
pub(super) fn keep_quiet(
    signer: &Signer<'_>,
    method: &Method,
    target: &Target,
    answer: Response<Body>,
) -> Response<Body> {
    let looked = *method == Method::GET || *method == Method::HEAD;
    let missing = looked && answer.status() == http::StatusCode::NOT_FOUND && !target.key.is_empty();
    match missing.then(|| signer.may("s3:ListBucket", &target.bucket)) {
        Some(Err(act)) => refused(&act),
        _ => answer,
    }
}

/// S3's refusal.
pub(super) fn refused(act: &Act) -> Response<Body> {
    refuse(403, "AccessDenied", &apology(act))
}
