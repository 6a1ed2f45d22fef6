//! The cart as a whole: looking at it, taking today's prices, taking everything out, making one of two.

use axum::extract::{FromRequestParts, State};
use failure::Failure;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use money::Money;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Describes, Draft, Expected, Json, NoContent, Person, Tagged};
use words::Locale;

use super::basket::{Basket, InCart, Shown, Value};
use super::problems::{bad_locale, bad_query};
use super::seal::Seal;
use super::views::CartView;
use crate::app::App;
use crate::domain::{Outcome, Refusal};

/// The language in which titles are wanted: `?locale=` if it is said, else the browser's.
pub(super) struct Reads(pub Option<Locale>);

#[derive(Deserialize)]
struct Asked {
    locale: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Reads {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Reads, Problem> {
        let asked = axum::extract::Query::<Asked>::try_from_uri(&parts.uri);
        let asked = asked.map_err(|e| bad_query(e.body_text()))?.0;
        if let Some(locale) = asked.locale {
            return locale.parse().map(|locale| Reads(Some(locale))).map_err(bad_locale);
        }
        // A browser's header is a wish: the first language that has a name is asked for.
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
        let mut wishes = header.unwrap_or("").split(',').filter_map(|wish| wish.split(';').next());
        Ok(Reads(wishes.find_map(|wish| wish.trim().parse().ok())))
    }
}

impl Describes for Reads {
    fn describe(draft: &mut Draft) {
        web::Reads::describe(draft);
    }
}

/// The cart with today's prices, and what has changed since each line was put in. With a bearer token
/// it is the account's, else the one that `X-Cart` or the cookie `__Host-snail_cart` names, else an empty one.
pub(super) async fn show_cart(
    State(app): State<App>,
    basket: Basket,
    Reads(locale): Reads,
) -> Result<InCart<Tagged<CartView>>, Problem> {
    let shown = app.show_cart(basket.owner, locale.as_ref()).await?;
    basket.answer(Tagged { version: shown.kept.version, body: CartView::from(&shown) }).await
}

/// Takes everything out. Takes `If-Match`.
pub(super) async fn clear_cart(
    State(app): State<App>,
    basket: Basket,
    Expected(expected): Expected,
) -> Result<InCart<NoContent>, Problem> {
    let Some(owner) = basket.owner else { return basket.answer(NoContent::default()).await };
    let kept = app.change(owner, expected, |cart| Ok(cart.cleared())).await?;
    basket.answer(NoContent { version: Some(kept.version) }).await
}

/// Which changes are accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptChanges {
    /// The `total` that was shown.
    total: Money,
}

/// Takes today's prices for the ones that were put in, if they come to the total that was shown.
/// Takes `If-Match`.
pub(super) async fn accept_changes(
    State(app): State<App>,
    basket: Basket,
    Expected(expected): Expected,
    Reads(locale): Reads,
    Json(AcceptChanges { total }): Json<AcceptChanges>,
) -> Result<InCart<Tagged<CartView>>, Problem> {
    let owner = basket.owner.ok_or(Refusal::NoSuchCart)?;
    let shown = app.accept_changes(owner, total, expected, locale.as_ref()).await?;
    basket.answer(Tagged { version: shown.kept.version, body: CartView::from(&shown) }).await
}

/// Which guest's cart.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeCarts {
    /// The value that opens it, unless it is sent as `X-Cart` or cookie.
    cart: Option<String>,
}

/// Puts what lies in a guest's cart into the account's, and says line by line what was added, what
/// was clamped, and what was left in the guest's. The same question gets the same answer.
pub(super) async fn merge_carts(
    State(app): State<App>,
    State(seal): State<Seal>,
    Person(claims): Person,
    Shown(shown): Shown,
    Json(MergeCarts { cart }): Json<MergeCarts>,
) -> Result<InCart<axum::Json<Outcome>>, Problem> {
    // Whatever is not a cart of ours is no guest's cart: there is nothing that could be merged.
    let value = cart.or(shown).unwrap_or_default();
    let guest = seal.cart(&value).await.map_err(Failure::from)?;
    let guest = guest.ok_or(Refusal::NoSuchGuestCart)?;
    let outcome = app.merge_carts(claims.sub, guest).await?;
    let empty = outcome.lines.iter().all(|fate| fate.left == 0);
    Ok(InCart { value: if empty { Value::Goes } else { Value::Stays }, answer: axum::Json(outcome) })
}
