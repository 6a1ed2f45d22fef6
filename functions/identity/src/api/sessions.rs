//! Signing in, going on, signing out.

use axum::Json as Body;
use axum::extract::State;
use ids::SessionId;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Created, Id, Json, Listed, NoContent, Page};

use super::come::{Own, RequestOrigin};
use super::views::{Session, Shown, Tokens};
use crate::app::{self, App};
use crate::domain::{Device, Email, Password};

/// Who wants to come in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    email: Email,
    password: Password,
    /// What the owner calls the thing in their hands, to find it again among their sessions.
    device: Option<Device>,
    /// What an earlier sign-in has brought to this device. Whoever has it is not kept out by the wrong
    /// passwords that others say; one that is not good any more is passed over.
    #[schema(inline)]
    device_token: Option<Shown>,
}

/// Begins a session. An e-mail that nobody has gets the answer of a wrong password.
pub(super) async fn sign_in(
    State(app): State<App>,
    RequestOrigin(origin): RequestOrigin,
    Json(said): Json<SignIn>,
) -> Result<Created<Body<Tokens>>, Problem> {
    let SignIn { email, password, device, device_token } = said;
    let device_token = device_token.map(|token| token.as_str().to_owned());
    let command = app::SignIn { email, password, device, device_token };
    let signed_in = app.sign_in(command, &origin).await?;
    Ok(Created(Body(Tokens::from(signed_in))))
}

/// What renews a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    #[schema(inline)]
    refresh_token: Shown,
}

/// Renews a session. The token is good once; the same again within 30 seconds brings the same
/// successor, and later it ends the session.
pub(super) async fn refresh_session(
    State(app): State<App>,
    RequestOrigin(origin): RequestOrigin,
    Json(said): Json<Refresh>,
) -> Result<Body<Tokens>, Problem> {
    Ok(Body(Tokens::from(app.refresh_session(said.refresh_token.as_str(), &origin).await?)))
}

/// Where you are signed in.
pub(super) async fn list_sessions(
    State(app): State<App>,
    Own(who): Own,
    page: Page,
) -> Result<Listed<Session>, Problem> {
    let (sessions, next) = app.list_sessions(&who, page.limit, page.after.clone()).await?;
    Ok(page.of(sessions.into_iter().map(Session::from).collect(), next))
}

/// Ends one session: this one to sign out, or another.
pub(super) async fn end_session(
    State(app): State<App>,
    Own(who): Own,
    Id(session): Id<SessionId>,
) -> Result<NoContent, Problem> {
    app.end_session(&who, session).await?;
    Ok(NoContent::default())
}

/// Ends every session but this one.
pub(super) async fn end_other_sessions(State(app): State<App>, Own(who): Own) -> Result<NoContent, Problem> {
    app.end_other_sessions(&who).await?;
    Ok(NoContent::default())
}
