//! The seeder's calls to the market: through the rooms' public API, as the people of the demo.
//!
//! Invariant: the seeder has no rights but those of its people.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use embedded::Handler;
use http::header::{HOST, RETRY_AFTER};
use http::{Method, Request, StatusCode};
use serde_json::Value;

use super::SeedError;
use crate::Market;
use crate::caller::{Answer, Call};
use crate::people::{Part, Person, Shop};

/// A dead process may hold a key for as long as a request may take.
const MOST_TRIES: u32 = 8;
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(50);
/// The most waiting for a fact: half a minute, far more than it needs.
const MOST_PAUSES: u32 = 600;

/// A caller of the demo.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    pub market: &'a Market,
    /// The person; `None` is a guest.
    pub person: Option<Person>,
}

impl<'a> Desk<'a> {
    /// The person in this role, of this shop if it is a role in a shop.
    pub fn of(market: &'a Market, part: Part, shop: Option<Shop>) -> Desk<'a> {
        Desk { market, person: Some(Person { part, shop }) }
    }

    /// A guest.
    pub fn anybody(market: &'a Market) -> Desk<'a> {
        Desk { market, person: None }
    }

    /// Reads something that has to exist.
    pub async fn get(&self, path: &str) -> Result<Value, SeedError> {
        well(Method::GET, path, self.ask(Method::GET, path, None, None).await?)
    }

    /// Reads something that may not exist yet.
    pub async fn look(&self, path: &str) -> Result<Option<Value>, SeedError> {
        let answer = self.ask(Method::GET, path, None, None).await?;
        if answer.status == StatusCode::NOT_FOUND {
            Ok(None)
        } else {
            well(Method::GET, path, answer).map(Some)
        }
    }

    /// A command that acts once for each key.
    pub async fn once(&self, path: &str, key: &str, body: &Value) -> Result<Value, SeedError> {
        well(Method::POST, path, self.ask(Method::POST, path, Some(key), Some(body)).await?)
    }

    /// A command that may be repeated.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, SeedError> {
        well(Method::POST, path, self.ask(Method::POST, path, None, Some(body)).await?)
    }

    /// A command that is refused with this code until a fact has arrived.
    pub async fn post_when_heard(&self, path: &str, early: &str) -> Result<Value, SeedError> {
        for _ in 0..MOST_PAUSES {
            let answer = self.ask(Method::POST, path, None, Some(&Value::Null)).await?;
            if answer.body["code"] != early {
                return well(Method::POST, path, answer);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(SeedError::Late(path.to_owned()))
    }

    /// Uploads a file by a presigned request; whether it was accepted.
    pub async fn send(&self, upload: &Value, file: Vec<u8>) -> Result<bool, SeedError> {
        let url = upload["url"].as_str().unwrap_or_default();
        let broken = |why: &dyn Display| SeedError::Upload(format!("{url}: {why}"));
        let uri: http::Uri = url.parse().map_err(|error| broken(&error))?;
        let method = upload["method"].as_str().unwrap_or("PUT");
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let mut request = Request::builder().method(method).uri(target);
        request = request.header(HOST, uri.authority().map_or("", |host| host.as_str()));
        for (name, value) in upload["headers"].as_object().into_iter().flatten() {
            request = request.header(name, value.as_str().unwrap_or_default());
        }
        let request = request.body(Bytes::from(file)).map_err(|error| broken(&error))?;
        let answer = self.market.engines().s3.handle(request).await.map_err(|error| broken(&error))?;
        Ok(answer.status().is_success())
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, SeedError> {
        for _ in 0..MOST_TRIES {
            let answer = self.try_once(method.clone(), path, key, body).await?;
            let pause = answer.headers.get(RETRY_AFTER).and_then(|after| after.to_str().ok()?.parse().ok());
            let Some(seconds) = pause.filter(|_| !answer.status.is_success()) else { return Ok(answer) };
            tokio::time::sleep(Duration::from_secs(seconds).min(LONGEST_PAUSE)).await;
        }
        self.try_once(method, path, key, body).await
    }

    async fn try_once(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, SeedError> {
        let token = match self.person {
            Some(person) => Some(self.market.people().token_of(person).await?),
            None => None,
        };
        let key = key.map(|key| format!("demo-{key}"));
        let call = Call { method, body, token: token.as_deref(), key: key.as_deref(), ..Call::get(path) };
        Ok(self.market.seeding().call(call).await?)
    }
}

fn well(method: Method, path: &str, answer: Answer) -> Result<Value, SeedError> {
    if answer.status.is_success() {
        return Ok(answer.body);
    }
    Err(SeedError::Refused {
        method,
        path: path.to_owned(),
        status: answer.status,
        said: answer.body.to_string(),
    })
}
