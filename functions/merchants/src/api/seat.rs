//! Who acts: a handler that holds one of these is already authorised, by the shop itself and not by
//! what a token says. A token's memberships may be ten minutes old; whoever was let go is out at once.
//!
//! The shop that was read to let somebody in is the one that the use case begins with, and the
//! version in `If-Match` is the one it is held against.

use axum::extract::FromRequestParts;
use facts::merchants::MerchantRole;
use http::request::Parts;
use ids::MerchantId;
use problem::Problem;
use web::{Admin, Caller, Expected, Id, SignedIn};

use super::Api;
use crate::app::{Actor, By};

/// What the key of a program must be good for.
const SCOPE: &str = "merchants:write";

/// Somebody who works for the shop in the path, in whatever role.
pub(super) struct CurrentClerk(pub Actor);

/// Somebody who decides for the shop in the path: a manager, an owner, or a program of the shop.
pub(super) struct CurrentManager(pub Actor);

/// Somebody to whom the shop in the path belongs.
pub(super) struct CurrentOwner(pub Actor);

/// Whoever runs the market, at the shop in the path.
pub(super) struct Market(pub Actor);

async fn member(parts: &mut Parts, api: &Api, least: MerchantRole) -> Result<Actor, Problem> {
    let SignedIn(caller) = SignedIn::from_request_parts(parts, api).await?;
    let Id(merchant) = Id::<MerchantId>::from_request_parts(parts, api).await?;
    let Expected(seen) = Expected::from_request_parts(parts, api).await?;
    let by = match &caller {
        Caller::Person(claims) => By::Member { account: claims.sub, least },
        // Who a shop belongs to is decided by people.
        Caller::Program(grant) if grant.merchant == Some(merchant) && least < MerchantRole::Owner => {
            if !caller.has_scope(SCOPE) {
                return Err(Problem::forbidden().detail(format!("this takes a key with the scope {SCOPE}")));
            }
            By::Program
        }
        _ => return Err(Problem::forbidden().detail("this takes a role in the shop that you do not have")),
    };
    Ok(api.app.let_in(merchant, by, seen).await?)
}

macro_rules! seats {
    ($($seat:ident $least:ident)*) => {$(
        impl FromRequestParts<Api> for $seat {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
                member(parts, api, MerchantRole::$least).await.map($seat)
            }
        }
    )*};
}

seats! {
    CurrentClerk Clerk
    CurrentManager Manager
    CurrentOwner Owner
}

impl FromRequestParts<Api> for Market {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Admin::from_request_parts(parts, api).await?;
        let Id(merchant) = Id::<MerchantId>::from_request_parts(parts, api).await?;
        let Expected(seen) = Expected::from_request_parts(parts, api).await?;
        Ok(Market(api.app.let_in(merchant, By::Market, seen).await?))
    }
}
