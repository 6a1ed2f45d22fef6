//! From where a request comes, and who stands behind it.

use std::net::IpAddr;

use auth::Claims;
use axum::extract::{FromRef, FromRequestParts};
use http::HeaderMap;
use http::header::USER_AGENT;
use http::request::Parts;
use ids::MerchantId;
use problem::Problem;
use web::{Admin, Door, Id, Person};

use crate::app::Who;
use crate::domain::Origin;

const LONGEST_AGENT: usize = 200;

/// From where a request comes.
pub(super) struct Came(pub Origin);

/// Somebody who has signed in, with a token of their own.
pub(super) struct Own(pub Who);

/// Somebody with a word about the shop in the path. Whether they decide there is for the use case to
/// see in what the room itself knows of members: a token may be ten minutes old, either way.
pub(super) struct Deciding {
    pub who: Who,
    pub merchant: MerchantId,
}

/// Somebody who runs the market.
pub(super) struct Running(pub Who);

impl<S: Send + Sync> FromRequestParts<S> for Came {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Came(origin(&parts.headers)))
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
        Ok(Own(who(&claims, &parts.headers)))
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
        Ok(Deciding { who: who(&claims, &parts.headers), merchant })
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
        Ok(Running(who(&claims, &parts.headers)))
    }
}

fn who(claims: &Claims, headers: &HeaderMap) -> Who {
    let (account, session) = (claims.sub, claims.session.parse().ok());
    Who { account, session, origin: origin(headers) }
}

/// The address that API Gateway saw is the last one in the chain: what comes before it, the client
/// may have made up.
fn origin(headers: &HeaderMap) -> Origin {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let address = text("x-forwarded-for").and_then(|chain| chain.rsplit(',').next());
    let address = address.and_then(|last| last.trim().parse::<IpAddr>().ok());
    let agent = text(USER_AGENT.as_str()).map(|agent| agent.chars().take(LONGEST_AGENT).collect());
    Origin { address: address.map(|address| address.to_string()), agent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_last_that_was_seen_and_not_the_first_that_was_said() {
        let check = |chain: &str, expect: Option<&str>| {
            let headers =
                HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), chain.parse().unwrap())]);
            assert_eq!(origin(&headers).address.as_deref(), expect, "{chain}");
        };
        check("203.0.113.9", Some("203.0.113.9"));
        check("10.0.0.1, 203.0.113.9", Some("203.0.113.9"));
        check("203.0.113.9, nonsense", None);
        check("2001:DB8::1", Some("2001:db8::1"));
    }

    #[test]
    fn what_a_program_says_it_is_has_an_end() {
        let headers = HeaderMap::from_iter([(USER_AGENT, "x".repeat(5_000).parse().unwrap())]);
        assert_eq!(origin(&headers).agent.unwrap().len(), LONGEST_AGENT);
        assert_eq!(origin(&HeaderMap::new()), Origin::default());
    }
}
