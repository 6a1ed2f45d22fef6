//! Who acts: a handler that holds one of these is already authorised, by the shop itself and not by
//! what a token says. A token's memberships may be ten minutes old; a removed member is out at once.
//!
//! The shop that was read to let the caller in is the one that the use case begins with, and the
//! version in `If-Match` is the one it is held against.

use axum::extract::FromRequestParts;
use facts::merchants::MerchantRole;
use http::request::Parts;
use ids::{AccountId, MerchantId};
use problem::Problem;
use web::{Admin, Caller, Describes, Draft, Expected, Id, SignedIn};

use super::Api;
use crate::app::{Actor, By};

/// What the key of a program must be good for.
const SCOPE: &str = "merchants:write";

pub(super) struct CurrentClerk(pub Actor);

/// A manager, an owner, or a program of the shop in the path.
pub(super) struct CurrentManager(pub Actor);

pub(super) struct CurrentOwner(pub Actor);

/// A person who works for the shop in the path, for what is their own and no program's.
pub(super) struct CurrentMember(pub Actor, pub AccountId);

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

impl Actor {
    /// What every seat takes of a request: the shop in the path, and its version where it is changed.
    fn describe(draft: &mut Draft) {
        Id::<MerchantId>::describe(draft);
        if !draft.looks() {
            Expected::describe(draft);
        }
        draft.person();
    }
}

macro_rules! seats {
    ($($seat:ident $least:ident)*) => {$(
        impl Describes for $seat {
            fn describe(draft: &mut Draft) {
                Actor::describe(draft);
                if MerchantRole::$least < MerchantRole::Owner {
                    draft.program(SCOPE);
                }
            }
        }

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

impl FromRequestParts<Api> for CurrentMember {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let actor = member(parts, api, MerchantRole::Clerk).await?;
        let account = actor.person()?;
        Ok(CurrentMember(actor, account))
    }
}

impl Describes for CurrentMember {
    fn describe(draft: &mut Draft) {
        Actor::describe(draft);
    }
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

impl Describes for Market {
    fn describe(draft: &mut Draft) {
        Actor::describe(draft);
    }
}

/// The same for an operation that is about no version.
pub(super) struct Unversioned<S>(pub S);

impl<S: FromRequestParts<Api, Rejection = Problem>> FromRequestParts<Api> for Unversioned<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        S::from_request_parts(parts, api).await.map(Unversioned)
    }
}

impl<S: Describes> Describes for Unversioned<S> {
    fn describe(draft: &mut Draft) {
        S::describe(draft);
        draft.without("If-Match");
    }
}
