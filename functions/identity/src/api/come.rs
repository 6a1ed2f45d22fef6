//! From where a request comes, and who stands behind it.

use auth::Claims;
use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;
use problem::Problem;
use web::{Address, Admin, Describes, Draft, Person};

use super::Api;
use crate::app::Who;
use crate::domain::Origin;

const LONGEST_AGENT: usize = 200;

/// An admin by their token; the use case sees whether they are one now.
pub struct Running(pub Who);

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Origin, Problem> {
        let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let agent = agent.map(|agent| agent.chars().take(LONGEST_AGENT).collect());
        let address = parts.extensions.get::<Address>().map(|Address(address)| address.to_string());
        Ok(Origin { address, agent })
    }
}

impl FromRequestParts<Api> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Who, Problem> {
        let Person(claims) = Person::from_request_parts(parts, api).await?;
        who(&claims, parts, api).await
    }
}

impl FromRequestParts<Api> for Running {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Running, Problem> {
        let Admin(claims) = Admin::from_request_parts(parts, api).await?;
        who(&claims, parts, api).await.map(Running)
    }
}

async fn who(claims: &Claims, parts: &mut Parts, api: &Api) -> Result<Who, Problem> {
    let origin = Origin::from_request_parts(parts, api).await?;
    Ok(Who { account: claims.sub, session: claims.session.parse().ok(), origin })
}

/// The document does not say what a request tells without being asked.
impl Describes for Origin {
    fn describe(_: &mut Draft) {}
}

impl Describes for Who {
    fn describe(draft: &mut Draft) {
        draft.person();
    }
}

impl Describes for Running {
    fn describe(draft: &mut Draft) {
        draft.person();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn origin<T>(request: http::Request<T>) -> Origin {
        Origin::from_request_parts(&mut request.into_parts().0, &()).await.unwrap()
    }

    #[tokio::test]
    async fn what_a_program_says_it_is_has_an_end() {
        let request = http::Request::builder().header(USER_AGENT, "x".repeat(5_000)).body(()).unwrap();
        assert_eq!(origin(request).await.agent.unwrap().len(), LONGEST_AGENT);
        assert_eq!(origin(http::Request::new(())).await, Origin::default());
    }
}
