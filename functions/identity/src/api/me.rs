//! What the owner of an account does with it.

use axum::extract::State;
use http::StatusCode;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Expected, Json, Listed, Page, Versioned};

use super::come::Own;
use super::views::{Happened, Me};
use crate::app::App;
use crate::domain::{Email, Locale, Name, Password};

/// Your account.
#[utoipa::path(
    get, path = "/identity/me", tag = "account",
    responses((status = OK, body = Me), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn read_me(State(app): State<App>, Own(who): Own) -> Result<Versioned<Me>, Problem> {
    let (version, account) = app.read_me(&who).await?;
    Ok(Versioned { version, body: Me::from(&account) })
}

/// How you want to be called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewName {
    /// Nothing takes the name away.
    name: Option<Name>,
}

/// Changes your name. Takes `If-Match`.
#[utoipa::path(
    put, path = "/identity/me/name", tag = "account", params(("If-Match" = Option<String>, Header)),
    request_body = NewName,
    responses((status = OK, body = Me), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn change_name(
    State(app): State<App>,
    Own(who): Own,
    expected: Expected,
    Json(said): Json<NewName>,
) -> Result<Versioned<Me>, Problem> {
    let (version, account) = app.change_name(&who, said.name, expected).await?;
    Ok(Versioned { version, body: Me::from(&account) })
}

/// What you read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLocale {
    locale: Locale,
}

/// Changes your language. Takes `If-Match`.
#[utoipa::path(
    put, path = "/identity/me/locale", tag = "account", params(("If-Match" = Option<String>, Header)),
    request_body = NewLocale,
    responses((status = OK, body = Me), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn change_locale(
    State(app): State<App>,
    Own(who): Own,
    expected: Expected,
    Json(said): Json<NewLocale>,
) -> Result<Versioned<Me>, Problem> {
    let (version, account) = app.change_locale(&who, &said.locale, expected).await?;
    Ok(Versioned { version, body: Me::from(&account) })
}

/// The old password and the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    password: Password,
    new_password: Password,
}

/// Changes your password. Every other session ends.
#[utoipa::path(
    post, path = "/identity/password/change", tag = "account", request_body = NewPassword,
    responses((status = NO_CONTENT), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn change_password(
    State(app): State<App>,
    Own(who): Own,
    Json(said): Json<NewPassword>,
) -> Result<StatusCode, Problem> {
    app.change_password(&who, &said.password, &said.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where you want to be reached, and the proof that it is you.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEmail {
    email: Email,
    password: Password,
}

/// Asks both addresses whether the account may move to the new one.
#[utoipa::path(
    post, path = "/identity/email/change", tag = "account", request_body = NewEmail,
    responses((status = ACCEPTED), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn change_email(
    State(app): State<App>,
    Own(who): Own,
    Json(said): Json<NewEmail>,
) -> Result<StatusCode, Problem> {
    app.change_email(&who, &said.email, &said.password).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sends the letter that asks for the confirmation of your e-mail once more.
#[utoipa::path(
    post, path = "/identity/email/confirmation", tag = "account",
    responses((status = ACCEPTED), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn request_confirmation(
    State(app): State<App>,
    Own(who): Own,
) -> Result<StatusCode, Problem> {
    app.request_confirmation(&who).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The proof that it is you.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Closing {
    password: Password,
}

/// Closes your account for good. What it says about you is erased.
#[utoipa::path(
    post, path = "/identity/me/close", tag = "account", request_body = Closing,
    responses((status = NO_CONTENT), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn close_account(
    State(app): State<App>,
    Own(who): Own,
    Json(said): Json<Closing>,
) -> Result<StatusCode, Problem> {
    app.close_account(&who, &said.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What has happened to your account within a year, newest first.
#[utoipa::path(
    get, path = "/identity/events", tag = "account",
    params(("limit" = Option<u16>, Query, description = "1 to 100"), ("cursor" = Option<String>, Query)),
    responses((status = OK, body = Listed<Happened>), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn list_events(
    State(app): State<App>,
    Own(who): Own,
    page: Page,
) -> Result<Listed<Happened>, Problem> {
    let (entries, next) = app.list_events(&who, page.limit, page.after.clone()).await?;
    Ok(page.of(entries.into_iter().map(Happened::from).collect(), next))
}
