//! The API keys of whoever asks.

use std::collections::BTreeSet;

use axum::Json as Body;
use axum::body::Body as Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http_body_util::BodyExt;
use ids::ApiKeyId;
use problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web::{Id, Once};

use super::come::Own;
use super::views::ApiKey;
use crate::app::{App, MadeKey};
use crate::domain::{Days, Hours, KeyName, NewKey, Scope};
use crate::tokens::api_key;

/// What a key is for.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    name: KeyName,
    /// What it may be used for: at least one.
    scopes: BTreeSet<Scope>,
    /// For how long it is good, a year if nothing is said.
    days: Option<Days>,
}

/// How a key is replaced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    /// How long the old key is good beside the new one, a day if nothing is said.
    overlap_hours: Option<Hours>,
}

/// The keys of one owner: at most twenty, and those that they have replaced.
#[derive(Serialize, ToSchema)]
pub(super) struct Ring {
    pub(super) items: Vec<ApiKey>,
}

impl From<Wish> for NewKey {
    fn from(wish: Wish) -> NewKey {
        let a_year = || Days::new(365).expect("365 is from 1 to 730");
        NewKey { name: wish.name, scopes: wish.scopes, days: wish.days.unwrap_or_else(a_year) }
    }
}

impl Rotation {
    pub(super) fn overlap(&self) -> Hours {
        self.overlap_hours.unwrap_or_else(|| Hours::new(24).expect("24 is from 0 to 168"))
    }
}

/// Your API keys.
#[utoipa::path(
    get, path = "/identity/api-keys", tag = "account",
    responses((status = OK, body = Ring), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn list_api_keys(State(app): State<App>, Own(who): Own) -> Result<Body<Ring>, Problem> {
    let keys = app.list_api_keys(&who).await?;
    Ok(Body(Ring { items: keys.iter().map(ApiKey::from).collect() }))
}

/// Makes an API key. The answer is the only one that shows it.
#[utoipa::path(
    post, path = "/identity/api-keys", tag = "account", params(("Idempotency-Key" = String, Header)),
    request_body = Wish,
    responses((status = CREATED, body = ApiKey), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn create_api_key(State(app): State<App>, Own(who): Own, once: Once<Wish>) -> Response {
    let shows = app.clone();
    let answer = once.run(|wish, receipt| async move {
        let sign = |made: &MadeKey| receipt.answer(StatusCode::CREATED, &ApiKey::from(made));
        Ok(app.create_api_key(&who, wish.into(), &sign).await?)
    });
    show(&shows, answer.await).await
}

/// Replaces an API key; both are good for a while. The answer is the only one that shows the new one.
#[utoipa::path(
    post, path = "/identity/api-keys/{key}/rotate", tag = "account",
    params(("key" = ApiKeyId, Path), ("Idempotency-Key" = String, Header)),
    request_body = Rotation,
    responses((status = CREATED, body = ApiKey), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn rotate_api_key(
    State(app): State<App>,
    Own(who): Own,
    Id(key): Id<ApiKeyId>,
    once: Once<Rotation>,
) -> Response {
    let shows = app.clone();
    let answer = once.run(|rotation, receipt| async move {
        let sign = |made: &MadeKey| receipt.answer(StatusCode::CREATED, &ApiKey::from(made));
        Ok(app.rotate_api_key(&who, key, rotation.overlap(), &sign).await?)
    });
    show(&shows, answer.await).await
}

/// Revokes an API key. Other rooms may believe it for a minute more.
#[utoipa::path(
    delete, path = "/identity/api-keys/{key}", tag = "account", params(("key" = ApiKeyId, Path)),
    responses((status = NO_CONTENT), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn revoke_api_key(
    State(app): State<App>,
    Own(who): Own,
    Id(key): Id<ApiKeyId>,
) -> Result<StatusCode, Problem> {
    app.revoke_api_key(&who, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts the key into an answer that holds its nonce: what is remembered of a request is not what
/// opens a door. A key whose secret is gone from the vault is not shown again.
pub(super) async fn show(app: &App, answer: Response) -> Response {
    if answer.status() != StatusCode::CREATED {
        return answer;
    }
    match reveal(app, answer).await {
        Ok(answer) => answer,
        Err(problem) => problem.into_response(),
    }
}

async fn reveal(app: &App, answer: Response) -> Result<Response, Problem> {
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map_err(Problem::internal)?.to_bytes();
    let mut told: Value = serde_json::from_slice(&body).map_err(Problem::internal)?;
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let id: ApiKeyId = text("id").parse().map_err(Problem::internal)?;
    let seal = app.secrets.seal().await.map_err(Problem::from)?;
    let key = api_key(&seal, id, &text("key"), Some(&text("prefix")));
    if let Some(members) = told.as_object_mut() {
        members.remove("key");
        members.extend(key.map(|key| ("key".to_owned(), Value::from(key.reveal()))));
    }
    Ok(Response::from_parts(parts, Bytes::from(told.to_string())))
}
