//! What admins do with accounts.

use axum::Json as Body;
use axum::extract::State;
use dynamo::Versioned;
use facts::identity::Tier;
use ids::{AccountId, MerchantId};
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answered, Expected, Id, Json, NoContent, Once, Tagged};

use super::come::Running;
use super::views::{Person, Standing};
use crate::app::App;
use crate::domain::{Email, Event, Role};

/// Whose account is looked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    email: Email,
}

/// Finds an account by its e-mail, which stands in the body because addresses of requests are logged.
pub(super) async fn find_account(
    State(app): State<App>,
    Running(_): Running,
    Json(said): Json<Wanted>,
) -> Result<Body<Person>, Problem> {
    let (known, tier) = app.find_account(&said.email).await?;
    Ok(Body(Person::of(&known.body, tier)))
}

/// An account.
pub(super) async fn read_account(
    State(app): State<App>,
    Running(_): Running,
    Id(account): Id<AccountId>,
) -> Result<Tagged<Person>, Problem> {
    let (known, tier) = app.read_account(account).await?;
    Ok(Tagged { version: known.version, body: Person::of(&known.body, tier) })
}

/// Which role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichRole {
    role: Role,
}

/// Grants a role. Takes `If-Match`.
pub(super) async fn grant_role(
    State(app): State<App>,
    Running(admin): Running,
    Id(account): Id<AccountId>,
    Expected(seen): Expected,
    once: Once<WhichRole>,
) -> Answered<Standing, 200> {
    once.answer(Standing::of, |WhichRole { role }, receipt| async move {
        app.change_role(&admin, (account, seen), (Event::RoleGranted, role), receipt).await
    })
    .await
}

/// Takes a role away. Tokens say it for ten minutes more. Takes `If-Match`.
pub(super) async fn revoke_role(
    State(app): State<App>,
    Running(admin): Running,
    Id(account): Id<AccountId>,
    Expected(seen): Expected,
    once: Once<WhichRole>,
) -> Answered<Standing, 200> {
    once.answer(Standing::of, |WhichRole { role }, receipt| async move {
        app.change_role(&admin, (account, seen), (Event::RoleRevoked, role), receipt).await
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
pub(super) async fn set_tier(
    State(app): State<App>,
    Running(admin): Running,
    Id(account): Id<AccountId>,
    Expected(seen): Expected,
    once: Once<WhichTier>,
) -> Answered<WhichTier, 200> {
    let view = |tier: &Versioned<Tier>| Tagged { version: tier.version, body: WhichTier { tier: tier.body } };
    once.answer(view, |WhichTier { tier }, receipt| async move {
        app.set_tier(&admin, (account, seen), tier, receipt).await
    })
    .await
}

/// Gives the API keys of a shop another tier.
pub(super) async fn set_shop_tier(
    State(app): State<App>,
    Running(admin): Running,
    Id(merchant): Id<MerchantId>,
    once: Once<WhichTier>,
) -> Answered<WhichTier, 200> {
    once.answer(
        |tier: &Tier| Body(WhichTier { tier: *tier }),
        |WhichTier { tier }, receipt| async move { app.set_shop_tier(&admin, merchant, tier, receipt).await },
    )
    .await
}

/// Ends every session of an account.
pub(super) async fn sign_out_account(
    State(app): State<App>,
    Running(admin): Running,
    Id(account): Id<AccountId>,
) -> Result<NoContent, Problem> {
    app.sign_out_account(&admin, account).await?;
    Ok(NoContent::default())
}
