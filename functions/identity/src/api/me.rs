//! What the owner of an account does with it.

use axum::extract::State;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Accepted, Expected, Json, Listed, NoContent, Page, Tagged};

use super::views::{Happened, Me};
use crate::app::{App, Who};
use crate::domain::{Account, Email, Locale, Name, Password};

/// Your account.
pub(super) async fn read_me(State(app): State<App>, who: Who) -> Result<Tagged<Me>, Problem> {
    Ok(Me::of(&app.present(&who).await?.known))
}

/// How you want to be called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewName {
    /// Nothing takes the name away.
    name: Option<Name>,
}

/// Changes your name. Takes `If-Match`.
pub(super) async fn change_name(
    State(app): State<App>,
    who: Who,
    Expected(seen): Expected,
    Json(said): Json<NewName>,
) -> Result<Tagged<Me>, Problem> {
    let renamed = |account: &Account| Account { name: said.name.clone(), ..account.clone() };
    Ok(Me::of(&app.change_profile(&who, seen, renamed).await?))
}

/// What you read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLocale {
    locale: Locale,
}

/// Changes your language. Takes `If-Match`.
pub(super) async fn change_locale(
    State(app): State<App>,
    who: Who,
    Expected(seen): Expected,
    Json(said): Json<NewLocale>,
) -> Result<Tagged<Me>, Problem> {
    let changed = |account: &Account| Account { locale: said.locale.clone(), ..account.clone() };
    Ok(Me::of(&app.change_profile(&who, seen, changed).await?))
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    password: Password,
    new_password: Password,
}

/// Changes your password. Every other session ends.
pub(super) async fn change_password(
    State(app): State<App>,
    who: Who,
    Json(said): Json<NewPassword>,
) -> Result<NoContent, Problem> {
    app.change_password(&who, &said.password, &said.new_password).await?;
    Ok(NoContent::default())
}

/// Where you want to be reached, and the proof that it is you.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEmail {
    email: Email,
    password: Password,
}

/// Asks both addresses whether the account may move to the new one.
pub(super) async fn change_email(
    State(app): State<App>,
    who: Who,
    Json(said): Json<NewEmail>,
) -> Result<Accepted, Problem> {
    app.change_email(&who, &said.email, &said.password).await?;
    Ok(Accepted(()))
}

/// Sends the letter that asks for the confirmation of your e-mail once more.
pub(super) async fn request_confirmation(State(app): State<App>, who: Who) -> Result<Accepted, Problem> {
    app.request_confirmation(&who).await?;
    Ok(Accepted(()))
}

/// The proof that it is you.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Closing {
    password: Password,
}

/// Closes your account for good. What it says about you is erased.
pub(super) async fn close_account(
    State(app): State<App>,
    who: Who,
    Json(said): Json<Closing>,
) -> Result<NoContent, Problem> {
    app.close_account(&who, &said.password).await?;
    Ok(NoContent::default())
}

/// What has happened to your account within a year, newest first.
pub(super) async fn list_events(
    State(app): State<App>,
    who: Who,
    page: Page,
) -> Result<Listed<Happened>, Problem> {
    let found = app.list_events(&who, (page.limit, page.after.clone())).await?;
    let shown = found.items.into_iter().map(|stored| Happened::of(stored.body));
    Ok(page.of(shown.collect(), found.next))
}
