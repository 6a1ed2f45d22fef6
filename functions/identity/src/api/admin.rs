//! What the people who run the market do with accounts.

use axum::Json as Body;
use axum::extract::State;
use axum::response::Response;
use facts::identity::Tier;
use http::StatusCode;
use ids::{AccountId, MerchantId};
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Expected, Id, Json, Once, Versioned};

use super::come::Running;
use super::views::{Person, Standing};
use crate::app::App;
use crate::domain::{Email, Role};
use crate::store::Known;

/// Whose account is looked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    email: Email,
}

/// Finds an account by its e-mail, which stands in the body because addresses of requests are logged.
#[utoipa::path(
    post, path = "/identity/admin/accounts/find", tag = "admin", request_body = Wanted,
    responses((status = OK, body = Person), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn find_account(
    State(app): State<App>,
    Running(_): Running,
    Json(said): Json<Wanted>,
) -> Result<Body<Person>, Problem> {
    Ok(Body(Person::from(&app.find_account(&said.email).await?)))
}

/// An account.
#[utoipa::path(
    get, path = "/identity/admin/accounts/{account}", tag = "admin", params(("account" = AccountId, Path)),
    responses((status = OK, body = Person), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn read_account(
    State(app): State<App>,
    Running(_): Running,
    Id(account): Id<AccountId>,
) -> Result<Versioned<Person>, Problem> {
    let found = app.read_account(account).await?;
    Ok(Versioned { version: found.version, body: Person::from(&found) })
}

/// Which role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichRole {
    role: Role,
}

/// Grants a role. Takes `If-Match`.
#[utoipa::path(
    post, path = "/identity/admin/accounts/{account}/grant-role", tag = "admin",
    params(
        ("account" = AccountId, Path), ("Idempotency-Key" = String, Header),
        ("If-Match" = Option<String>, Header),
    ),
    request_body = WhichRole,
    responses((status = OK, body = Standing), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn grant_role(
    State(app): State<App>,
    Running(admin): Running,
    Id(account): Id<AccountId>,
    expected: Expected,
    once: Once<WhichRole>,
) -> Response {
    once.run(|WhichRole { role }, receipt| async move {
        let sign = |known: &Known| receipt.versioned(StatusCode::OK, known.0, &Standing::from(known));
        Ok(app.grant_role(&admin, account, role, expected, &sign).await?)
    })
    .await
}

/// Takes a role away. Tokens say it for ten minutes more. Takes `If-Match`.
#[utoipa::path(
    post, path = "/identity/admin/accounts/{account}/revoke-role", tag = "admin",
    params(
        ("account" = AccountId, Path), ("Idempotency-Key" = String, Header),
        ("If-Match" = Option<String>, Header),
    ),
    request_body = WhichRole,
    responses((status = OK, body = Standing), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn revoke_role(
    State(app): State<App>,
    Running(admin): Running,
    Id(account): Id<AccountId>,
    expected: Expected,
    once: Once<WhichRole>,
) -> Response {
    once.run(|WhichRole { role }, receipt| async move {
        let sign = |known: &Known| receipt.versioned(StatusCode::OK, known.0, &Standing::from(known));
        Ok(app.revoke_role(&admin, account, role, expected, &sign).await?)
    })
    .await
}

/// How much API keys may ask at once.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichTier {
    tier: Tier,
}

/// Gives the API keys of an account another tier, those that there are and those to come. Takes
/// `If-Match`.
#[utoipa::path(
    post, path = "/identity/admin/accounts/{account}/tier", tag = "admin",
    params(
        ("account" = AccountId, Path), ("Idempotency-Key" = String, Header),
        ("If-Match" = Option<String>, Header),
    ),
    request_body = WhichTier,
    responses((status = OK, body = WhichTier), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn set_tier(
    State(app): State<App>,
    Running(admin): Running,
    Id(account): Id<AccountId>,
    expected: Expected,
    once: Once<WhichTier>,
) -> Response {
    once.run(|WhichTier { tier }, receipt| async move {
        let sign = |version: &u64| receipt.versioned(StatusCode::OK, *version, &WhichTier { tier });
        Ok(app.set_tier(&admin, account, tier, expected, &sign).await?)
    })
    .await
}

/// Gives the API keys of a shop another tier.
#[utoipa::path(
    post, path = "/identity/admin/merchants/{merchant}/tier", tag = "admin",
    params(("merchant" = MerchantId, Path), ("Idempotency-Key" = String, Header)),
    request_body = WhichTier,
    responses((status = OK, body = WhichTier), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn set_shop_tier(
    State(app): State<App>,
    Running(admin): Running,
    Id(merchant): Id<MerchantId>,
    once: Once<WhichTier>,
) -> Response {
    once.run(|WhichTier { tier }, receipt| async move {
        let sign = |tier: &Tier| receipt.answer(StatusCode::OK, &WhichTier { tier: *tier });
        Ok(app.set_shop_tier(&admin, merchant, tier, &sign).await?)
    })
    .await
}

/// Ends every session of an account.
#[utoipa::path(
    post, path = "/identity/admin/accounts/{account}/sign-out", tag = "admin",
    params(("account" = AccountId, Path)),
    responses((status = NO_CONTENT), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn sign_out_account(
    State(app): State<App>,
    Running(admin): Running,
    Id(account): Id<AccountId>,
) -> Result<StatusCode, Problem> {
    app.sign_out_account(&admin, account).await?;
    Ok(StatusCode::NO_CONTENT)
}
