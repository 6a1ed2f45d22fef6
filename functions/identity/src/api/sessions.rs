//! Signing in, going on, signing out.

use axum::Json as Body;
use axum::extract::State;
use ids::SessionId;
use problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Created, Id, Json, Listed, NoContent, Page};

use super::views::{Session, Shown};
use crate::app::{App, SignIn, Tokens, Who};
use crate::domain::Origin;

/// Begins a session. An e-mail that nobody has gets the answer of a wrong password.
pub(super) async fn sign_in(
    State(app): State<App>,
    origin: Origin,
    Json(said): Json<SignIn>,
) -> Result<Created<Body<Tokens>>, Problem> {
    Ok(Created(Body(app.sign_in(said, &origin).await?)))
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
    origin: Origin,
    Json(said): Json<Refresh>,
) -> Result<Body<Tokens>, Problem> {
    Ok(Body(app.refresh_session(said.refresh_token.as_str(), &origin).await?))
}

/// Where you are signed in.
pub(super) async fn list_sessions(
    State(app): State<App>,
    who: Who,
    page: Page,
) -> Result<Listed<Session>, Problem> {
    let found = app.list_sessions(&who, (page.limit, page.after.clone())).await?;
    let shown = found.items.into_iter().map(|stored| Session::of(stored.body, who.session));
    Ok(page.of(shown.collect(), found.next))
}

/// Ends one session: this one to sign out, or another.
pub(super) async fn end_session(
    State(app): State<App>,
    who: Who,
    Id(session): Id<SessionId>,
) -> Result<NoContent, Problem> {
    app.end_session(&who, session).await?;
    Ok(NoContent::default())
}

/// Ends every session but this one.
pub(super) async fn end_other_sessions(State(app): State<App>, who: Who) -> Result<NoContent, Problem> {
    app.end_other_sessions(&who).await?;
    Ok(NoContent::default())
}
