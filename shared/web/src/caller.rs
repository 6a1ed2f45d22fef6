//! The caller of a request and its rights: a handler that holds one of these types is already
//! authorised.

use std::net::IpAddr;
use std::sync::Arc;

use auth::{ApiKey, Claims, Denied, KeyGrant, MerchantRole, Role};
use axum::extract::{FromRef, FromRequestParts};
use http::StatusCode;
use http::header::AUTHORIZATION;
use http::request::Parts;
use ids::MerchantId;
use problem::Problem;

use crate::{Buckets, Describes, Door, Draft, Id};

/// The caller of a request, identified once by [`serve`](crate::serve).
#[derive(Clone, Debug)]
pub enum Caller {
    /// Without credentials.
    Guest,
    /// A person with an access token.
    Person(Arc<Claims>),
    /// A program with an API key.
    Program(Arc<KeyGrant>),
    /// With invalid credentials; the log gets the reason.
    Impostor(String),
    /// With credentials that cannot be checked now.
    Unproven,
}

impl Caller {
    /// Reads the credentials of a request. Looking up a key that is not cached costs another room time,
    /// so it is first counted against the address: made-up keys are cheap to send.
    pub(crate) async fn identify(
        parts: &Parts,
        door: &Door,
        buckets: &Buckets,
        address: Option<IpAddr>,
    ) -> Result<Caller, Problem> {
        if let Some(key) = parts.headers.get("x-api-key") {
            let Some(key) = key.to_str().ok().and_then(|key| ApiKey::parse(key).ok()) else {
                return Ok(Caller::Impostor("not an API key".into()));
            };
            if !door.keychain.remembers(&key) {
                buckets.spend(&Caller::Guest, address, door).await?;
            }
            let grant = door.keychain.find(&key).await;
            return Ok(grant.map_or_else(Caller::not_proven, |grant| Caller::Program(Arc::new(grant))));
        }
        let Some(said) = parts.headers.get(AUTHORIZATION) else { return Ok(Caller::Guest) };
        let said = said.to_str().unwrap_or("");
        let token = said.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let Some((_, token)) = token else { return Ok(Caller::Impostor("not a bearer token".into())) };
        let claims = door.keychain.token(token.trim()).await;
        Ok(claims.map_or_else(Caller::not_proven, |claims| Caller::Person(Arc::new(claims))))
    }

    fn not_proven(why: Denied) -> Caller {
        match why {
            Denied::Unreachable => Caller::Unproven,
            why => Caller::Impostor(why.to_string()),
        }
    }

    /// A name for idempotency keys, quotas and the log: never a secret.
    pub fn subject(&self) -> String {
        match self {
            Caller::Guest | Caller::Impostor(_) | Caller::Unproven => "guest".into(),
            Caller::Person(claims) => claims.sub.to_string(),
            Caller::Program(grant) => grant.id.to_string(),
        }
    }

    /// Whether a program's key carries this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        matches!(self, Caller::Program(grant) if grant.allows(scope))
    }

    fn known(&self) -> Result<(), Problem> {
        match self {
            Caller::Guest => Err(Problem::unauthorized().detail("sign in first")),
            Caller::Impostor(why) => {
                Err(Problem::unauthorized().detail("these credentials do not hold").inside(why))
            }
            // A client that is told to sign in would throw a good token away.
            Caller::Unproven => Err(Problem::unavailable(1).detail("nobody can check credentials now")),
            Caller::Person(_) | Caller::Program(_) => Ok(()),
        }
    }

    fn role_in(&self, merchant: MerchantId, room: &str) -> Option<MerchantRole> {
        match self {
            Caller::Person(claims) => claims.merchants.get(&merchant).copied(),
            // A merchant's own key has the rights of a manager, in the rooms it was made for.
            Caller::Program(grant) if grant.merchant == Some(merchant) => {
                self.has_scope(&format!("{room}:write")).then_some(MerchantRole::Manager)
            }
            _ => None,
        }
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Door: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Caller>() {
            Some(caller) => Ok(caller.clone()),
            None => Caller::identify(parts, &Door::from_ref(state), &Buckets::bottomless(), None).await,
        }
    }
}

/// A signed-in caller, person or program.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Caller);

/// A signed-in person with any roles.
#[derive(Clone, Debug)]
pub struct Person(pub Arc<Claims>);

/// A person with a confirmed e-mail.
#[derive(Clone, Debug)]
pub struct Customer(pub Arc<Claims>);

/// An admin, now and not only by the token.
#[derive(Clone, Debug)]
pub struct Admin(pub Arc<Claims>);

/// A caller who acts for the merchant in the `{merchant}` of the path.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The merchant.
    pub merchant: MerchantId,
    /// The caller's role there.
    pub role: MerchantRole,
    /// The caller, for the ledger.
    pub subject: String,
}

/// A clerk, manager or owner of the merchant in the path.
#[derive(Clone, Debug)]
pub struct TokenClerk(pub Membership);

/// A manager or owner of the merchant in the path.
#[derive(Clone, Debug)]
pub struct TokenManager(pub Membership);

/// An owner of the merchant in the path.
#[derive(Clone, Debug)]
pub struct TokenOwner(pub Membership);

async fn membership<S>(parts: &mut Parts, state: &S, least: MerchantRole) -> Result<Membership, Problem>
where
    S: Send + Sync,
    Door: FromRef<S>,
{
    let caller = Caller::from_request_parts(parts, state).await?;
    caller.known()?;
    let Id(merchant) = Id::<MerchantId>::from_request_parts(parts, state).await?;
    let role = caller.role_in(merchant, Door::from_ref(state).room);
    match role.filter(|role| *role >= least) {
        Some(role) => Ok(Membership { merchant, role, subject: caller.subject() }),
        None => Err(Problem::forbidden().detail("this takes a role in the shop that you do not have")),
    }
}

macro_rules! extracted {
    ($($what:ident => $how:expr;)*) => {$(
        impl<S> FromRequestParts<S> for $what
        where
            S: Send + Sync,
            Door: FromRef<S>,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let how: fn(Caller) -> Result<Self, Problem> = $how;
                let caller = Caller::from_request_parts(parts, state).await?;
                caller.known()?;
                how(caller)
            }
        }
    )*};
}

extracted! {
    SignedIn => |caller| Ok(SignedIn(caller));
    Person => |caller| match caller {
        Caller::Person(claims) => Ok(Person(claims)),
        _ => Err(Problem::forbidden().detail("this takes a person, and not a program")),
    };
    Customer => |caller| match caller {
        Caller::Person(claims) if claims.is(Role::Customer) => Ok(Customer(claims)),
        _ => Err(Problem::forbidden().detail("this takes a person who has confirmed an e-mail")),
    };
}

/// A person with this role in the market, by the token and now. A token is valid for ten minutes after
/// a role was taken away, and a role gives power, so the authority is asked.
async fn in_the_market<S>(parts: &mut Parts, state: &S, role: Role) -> Result<Arc<Claims>, Problem>
where
    S: Send + Sync,
    Door: FromRef<S>,
{
    let lacks = || Problem::forbidden().detail(format!("this takes the role {role:?}").to_lowercase());
    let caller = Caller::from_request_parts(parts, state).await?;
    caller.known()?;
    // A caller without the role in the token is refused before the authority is asked.
    let Caller::Person(claims) = caller else { return Err(lacks()) };
    if !claims.is(role) {
        return Err(lacks());
    }
    match Door::from_ref(state).keychain.roles_now(&claims).await {
        Ok(roles) if roles.contains(&role) => Ok(claims),
        Ok(_) => Err(lacks()),
        // Without an answer the caller is not let in, and a new sign-in would not help.
        Err(Denied::Unreachable) => Err(Problem::unavailable(1).detail("nobody can check roles now")),
        Err(why) => {
            Err(Problem::new(StatusCode::UNAUTHORIZED, "signed_out").detail("sign in again").inside(why))
        }
    }
}

impl<S> FromRequestParts<S> for Admin
where
    S: Send + Sync,
    Door: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        in_the_market(parts, state, Role::Admin).await.map(Admin)
    }
}

macro_rules! people {
    ($($what:ident)*) => {$(
        impl Describes for $what {
            fn describe(draft: &mut Draft) {
                draft.person();
            }
        }
    )*};
}

people! { Person Customer Admin }

macro_rules! in_a_shop {
    ($($what:ident $least:ident)*) => {$(
        impl<S> FromRequestParts<S> for $what
        where
            S: Send + Sync,
            Door: FromRef<S>,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                membership(parts, state, MerchantRole::$least).await.map($what)
            }
        }

        impl Describes for $what {
            fn describe(draft: &mut Draft) {
                Id::<MerchantId>::describe(draft);
                draft.person();
                draft.program(&format!("{}:write", draft.room()));
            }
        }
    )*};
}

in_a_shop! {
    TokenClerk Clerk
    TokenManager Manager
    TokenOwner Owner
}
