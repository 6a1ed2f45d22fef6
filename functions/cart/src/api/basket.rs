//! Whose cart a request is about.
//!
//! Credentials count first. Without them the header `X-Cart` names a guest's cart, and without that
//! the cookie does. A browser sends the cookie with whatever a person does here, so a cookie that is
//! not ours is no cookie; a program puts the header there itself, and is told.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Response};
use failure::Failure;
use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use ids::CartId;
use problem::Problem;
use web::{Caller, Describes, Door, Draft, SignedIn};

use super::problems::{bad_cart, no_account};
use super::seal::Seal;
use crate::domain::Owner;

const HEADER: HeaderName = HeaderName::from_static("x-cart");
/// Only this very host can have set a cookie of this name, over a safe connection: a page of a neighbour
/// under the same domain cannot slip a cart of its own to anybody. The name without the prefix was ours
/// once and is nothing now, or it would still let one in.
const NAME: &str = "__Host-snail_cart";
const ONE_DAY: u32 = 24 * 60 * 60;

/// What a program that acts for an account must be allowed; to look, one of the two.
const WRITE: &str = "cart:write";
const READ: &str = "cart:read";

/// Whose cart it is; `None` is a guest who has none yet.
#[derive(Clone)]
pub(super) struct Basket {
    pub owner: Option<Owner>,
    seal: Seal,
}

impl<S> FromRequestParts<S> for Basket
where
    S: Send + Sync,
    Door: FromRef<S>,
    Seal: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Basket, Problem> {
        let seal = Seal::from_ref(state);
        let owner = match Caller::from_request_parts(parts, state).await? {
            Caller::Guest => guest(&parts.headers, &seal).await?.map(Owner::Guest),
            _ => {
                let SignedIn(caller) = SignedIn::from_request_parts(parts, state).await?;
                Some(of(&caller, parts.method == Method::GET)?)
            }
        };
        Ok(Basket { owner, seal })
    }
}

fn of(caller: &Caller, looks: bool) -> Result<Owner, Problem> {
    match caller {
        Caller::Person(claims) => Ok(Owner::Account(claims.sub)),
        Caller::Program(grant) if caller.has_scope(WRITE) || (looks && caller.has_scope(READ)) => {
            grant.account.map(Owner::Account).ok_or_else(no_account)
        }
        _ => Err(no_account()),
    }
}

async fn guest(headers: &HeaderMap, seal: &Seal) -> Result<Option<CartId>, Problem> {
    if let Some(said) = headers.get(HEADER) {
        let cart = seal.cart(said.to_str().unwrap_or("")).await.map_err(Failure::from)?;
        return cart.map(Some).ok_or_else(bad_cart);
    }
    match cookie(headers) {
        Some(value) => Ok(seal.cart(value).await.map_err(Failure::from)?),
        None => Ok(None),
    }
}

impl Describes for Basket {
    fn describe(draft: &mut Draft) {
        Shown::describe(draft);
        draft.guest();
        draft.person();
        draft.program(if draft.looks() { READ } else { WRITE });
    }
}

/// The value that a guest shows, by header or by cookie, whatever it is worth.
pub(super) struct Shown(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Shown {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Shown, Infallible> {
        Ok(Shown(shown(&parts.headers).map(str::to_owned)))
    }
}

impl Describes for Shown {
    fn describe(draft: &mut Draft) {
        draft.header("X-Cart", false);
    }
}

fn shown(headers: &HeaderMap) -> Option<&str> {
    headers.get(HEADER).and_then(|said| said.to_str().ok()).or_else(|| cookie(headers))
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let said = headers.get_all(COOKIE).iter().filter_map(|said| said.to_str().ok());
    let mut pairs = said.flat_map(|said| said.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='))
}

impl Basket {
    pub(super) fn is_guests(&self) -> bool {
        !matches!(self.owner, Some(Owner::Account(_)))
    }

    /// The value that opens this owner's cart, when its owner has nothing else.
    pub(super) async fn value_for(&self, owner: Option<Owner>) -> Result<Option<String>, Problem> {
        match owner {
            Some(Owner::Guest(cart)) => Ok(Some(self.seal.value(cart).await.map_err(Failure::from)?)),
            _ => Ok(None),
        }
    }

    /// The answer, with the value that opens the cart for as long as a guest's cart lives.
    pub(super) async fn answer<A>(&self, answer: A) -> Result<InCart<A>, Problem> {
        Ok(InCart { value: self.value_for(self.owner).await?.into(), answer })
    }
}

/// What an answer does with the value that opens a guest's cart.
pub(super) enum Value {
    Stays,
    /// It is handed out, in both of the places from which it comes back.
    Is(String),
    /// The browser has no guest's cart any more.
    Goes,
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Value {
        value.map_or(Value::Stays, Value::Is)
    }
}

/// An answer about a cart, with the value that opens it.
pub(super) struct InCart<A> {
    pub value: Value,
    pub answer: A,
}

impl<A: IntoResponse> IntoResponse for InCart<A> {
    fn into_response(self) -> Response {
        let mut response = self.answer.into_response();
        let (value, seconds) = match &self.value {
            Value::Stays => return response,
            Value::Is(value) => (value.as_str(), ONE_DAY),
            Value::Goes => ("", 0),
        };
        let cookie = format!("{NAME}={value}; Max-Age={seconds}; Path=/; HttpOnly; Secure; SameSite=Lax");
        let header = Some((HEADER, value)).filter(|_| !value.is_empty());
        // Ids and base64 are legal in a header.
        let headers = header.into_iter().chain([(SET_COOKIE, &*cookie)]);
        let headers = headers.filter_map(|(name, said)| Some((name, HeaderValue::from_str(said).ok()?)));
        response.headers_mut().extend(headers);
        response
    }
}

impl<A: Describes> Describes for InCart<A> {
    fn describe(draft: &mut Draft) {
        A::describe(draft);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_cookie_is_found_among_others() {
        let check = |said: &[&str], expect: Option<&str>| {
            let mut headers = HeaderMap::new();
            for said in said {
                headers.append(COOKIE, said.parse().unwrap());
            }
            assert_eq!(cookie(&headers), expect, "{said:?}");
        };
        check(&[], None);
        check(&["a=1; __Host-snail_cart=crt_x.y; b=2"], Some("crt_x.y"));
        check(&["a=1", "__Host-snail_cart=z"], Some("z"));
        check(&["not__Host-snail_cart=z; __Host-snail_carts=z; __host-snail_cart=z"], None);
        check(&["__Host-snail_cart="], Some(""));
    }

    #[test]
    fn a_cookie_that_a_neighbour_could_have_set_is_not_looked_at() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "snail_cart=theirs; __Host-snail_cart=ours".parse().unwrap());
        assert_eq!(cookie(&headers), Some("ours"));
        headers.insert(COOKIE, "snail_cart=theirs".parse().unwrap());
        assert_eq!(cookie(&headers), None);
    }

    #[test]
    fn the_cookie_is_one_that_browsers_take_under_this_name() {
        for value in [Value::Is("crt_x.y".into()), Value::Goes] {
            let answer = InCart { value, answer: () }.into_response();
            let said = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
            let has = |attribute: &str| said.split("; ").any(|part| part == attribute);
            // What the prefix asks for; with anything else a browser drops the cookie without a word.
            assert!(said.starts_with("__Host-") && has("Secure") && has("Path=/"), "{said}");
            assert!(!said.contains("Domain") && has("HttpOnly") && has("SameSite=Lax"), "{said}");
        }
    }

    #[test]
    fn a_header_counts_more_than_a_cookie() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "__Host-snail_cart=one".parse().unwrap());
        assert_eq!(shown(&headers), Some("one"));
        headers.insert(HEADER, "two".parse().unwrap());
        assert_eq!(shown(&headers), Some("two"));
    }
}
