//! Secrets in AWS Secrets Manager.
//!
//! Invariant: an error repeats the code and the message of an answer and never its body, which may
//! be the secret.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::http::HttpResponse;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};

use crate::{Secret, VaultError};

/// Codes that are sent with a 4xx status and still mean "not now".
const NOT_NOW: &[&str] = &["LimitExceededException", "ThrottlingException", "TooManyRequestsException"];

pub async fn read(client: &Client, name: &str) -> Result<Secret, VaultError> {
    let answer = client.get_secret_value().secret_id(name).send().await.map_err(|e| failed(name, &e))?;
    let text = answer.secret_string.ok_or_else(|| VaultError::NotText(name.to_owned()))?;
    Ok(Secret::new(text))
}

pub async fn replace(client: &Client, name: &str, text: &str) -> Result<(), VaultError> {
    let put = client.put_secret_value().secret_id(name).secret_string(text);
    put.send().await.map(drop).map_err(|e| failed(name, &e))
}

fn failed<E: ProvideErrorMetadata>(name: &str, error: &SdkError<E, HttpResponse>) -> VaultError {
    let code = error.code().unwrap_or("");
    let name = name.to_owned();
    match error {
        SdkError::ServiceError(_) if code == "ResourceNotFoundException" => VaultError::Missing(name),
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let why = format!("{status} {code} {}", service.err().message().unwrap_or(""));
            match status == 429 || status >= 500 || NOT_NOW.contains(&code) {
                true => VaultError::Unavailable { name, why },
                false => VaultError::Refused { name, why },
            }
        }
        SdkError::TimeoutError(_) => VaultError::Unavailable { name, why: "no answer in time".to_owned() },
        SdkError::DispatchFailure(failure) => {
            let why = failure.as_connector_error().map_or("not sent".to_owned(), |error| chain(error));
            match failure.is_user() {
                true => VaultError::Refused { name, why },
                false => VaultError::Unavailable { name, why },
            }
        }
        SdkError::ResponseError(_) => {
            VaultError::Unavailable { name, why: "an answer that cannot be read".to_owned() }
        }
        _ => VaultError::Refused { name, why: "the request could not be made".to_owned() },
    }
}

/// An error with all its causes, because the outermost one only says that nothing was sent.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text.push_str(": ");
        text.push_str(&deeper.to_string());
        cause = deeper.source();
    }
    text
}
