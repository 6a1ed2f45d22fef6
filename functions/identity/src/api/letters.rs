//! What may be asked without a session: an account, and the way back to one.

use axum::Json as Body;
use axum::extract::State;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Accepted, Json, NoContent};

use super::views::Shown;
use crate::app::{App, Progress, Registration};
use crate::domain::{Email, Origin, Password};

/// What happens next, whoever it is.
#[derive(Serialize, ToSchema)]
pub(super) struct Next {
    next: NextStep,
}

/// What whoever asked should do now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum NextStep {
    ReadYourMail,
}

/// Registers an account. The answer is the same when the e-mail is taken; its owner gets a letter
/// either way.
pub(super) async fn register_account(
    State(app): State<App>,
    origin: Origin,
    Json(said): Json<Registration>,
) -> Result<Accepted<Body<Next>>, Problem> {
    app.register_account(said, &origin).await?;
    Ok(Accepted(Body(Next { next: NextStep::ReadYourMail })))
}

/// What stood in the mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    #[schema(inline)]
    token: Shown,
}

/// What has come of a confirmation.
#[derive(Serialize, ToSchema)]
pub(super) struct Outcome {
    state: Progress,
}

/// Confirms the e-mail of an account, or one side of a change of e-mail, by the token of a letter.
pub(super) async fn confirm_email(
    State(app): State<App>,
    origin: Origin,
    Json(said): Json<Confirmation>,
) -> Result<Body<Outcome>, Problem> {
    Ok(Body(Outcome { state: app.confirm_email(said.token.as_str(), &origin).await? }))
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Forgotten {
    email: Email,
}

/// Sends a letter by which another password is chosen, if the e-mail is anybody's.
pub(super) async fn forgot_password(
    State(app): State<App>,
    origin: Origin,
    Json(said): Json<Forgotten>,
) -> Result<Accepted<Body<Next>>, Problem> {
    app.forgot_password(&said.email, &origin).await?;
    Ok(Accepted(Body(Next { next: NextStep::ReadYourMail })))
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reset {
    #[schema(inline)]
    token: Shown,
    password: Password,
}

/// Chooses another password by the token of a letter. Every session ends.
pub(super) async fn reset_password(
    State(app): State<App>,
    origin: Origin,
    Json(said): Json<Reset>,
) -> Result<NoContent, Problem> {
    app.reset_password(said.token.as_str(), &said.password, &origin).await?;
    Ok(NoContent::default())
}
