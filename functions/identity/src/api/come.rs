//! From where a request comes, and who stands behind it.

use auth::Claims;
use axum::extract::{FromRef, FromRequestParts};
use http::header::USER_AGENT;
use http::request::Parts;
use ids::MerchantId;
use problem::Problem;
use web::{Address, Admin, Describes, Door, Draft, Id, Person};

use crate::app::Who;
use crate::domain::Origin;

const LONGEST_AGENT: usize = 200;

pub(super) struct RequestOrigin(pub Origin);

/// Somebody who has signed in, with a token of their own.
pub(super) struct Own(pub Who);

/// Somebody with a word about the shop in the path. Whether they decide there is for the use case to
/// see in what the room itself knows of members: a token may be ten minutes old, either way.
pub(super) struct Deciding {
    pub who: Who,
    pub merchant: MerchantId,
}

pub(super) struct Running(pub Who);

impl<S: Send + Sync> FromRequestParts<S> for RequestOrigin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(RequestOrigin(origin(parts)))
    }
}

impl<S> FromRequestParts<S> for Own
where
    S: Send + Sync,
    Door: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Person(claims) = Person::from_request_parts(parts, state).await?;
        Ok(Own(who(&claims, parts)))
    }
}

impl<S> FromRequestParts<S> for Deciding
where
    S: Send + Sync,
    Door: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Person(claims) = Person::from_request_parts(parts, state).await?;
        let Id(merchant) = Id::<MerchantId>::from_request_parts(parts, state).await?;
        Ok(Deciding { who: who(&claims, parts), merchant })
    }
}

impl<S> FromRequestParts<S> for Running
where
    S: Send + Sync,
    Door: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Admin(claims) = Admin::from_request_parts(parts, state).await?;
        Ok(Running(who(&claims, parts)))
    }
}

/// The document does not say what a request tells without being asked.
impl Describes for RequestOrigin {
    fn describe(_: &mut Draft) {}
}

impl Describes for Own {
    fn describe(draft: &mut Draft) {
        draft.person();
    }
}

impl Describes for Deciding {
    fn describe(draft: &mut Draft) {
        Id::<MerchantId>::describe(draft);
        draft.person();
    }
}

impl Describes for Running {
    fn describe(draft: &mut Draft) {
        draft.person();
    }
}

fn who(claims: &Claims, parts: &Parts) -> Who {
    let (account, session) = (claims.sub, claims.session.parse().ok());
    Who { account, session, origin: origin(parts) }
}

fn origin(parts: &Parts) -> Origin {
    let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let agent = agent.map(|agent| agent.chars().take(LONGEST_AGENT).collect());
    let address = parts.extensions.get::<Address>().map(|Address(address)| address.to_string());
    Origin { address, agent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_says_it_is_has_an_end() {
        let request = http::Request::builder().header(USER_AGENT, "x".repeat(5_000)).body(()).unwrap();
        assert_eq!(origin(&request.into_parts().0).agent.unwrap().len(), LONGEST_AGENT);
        assert_eq!(origin(&http::Request::new(()).into_parts().0), Origin::default());
    }
}
