//! The API keys of an account, and those of a shop.

use axum::Json as Body;
use axum::body::Body as Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http_body_util::BodyExt;
use ids::{ApiKeyId, MerchantId};
use problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web::{Answered, Id, NoContent, Once};

use super::views::ApiKey;
use crate::app::{App, MadeKey, Who};
use crate::domain::{Hours, KeyOwner, Wish};
use crate::tokens::api_key;

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
    items: Vec<ApiKey>,
}

/// Your API keys.
pub(super) async fn list_api_keys(State(app): State<App>, who: Who) -> Result<Body<Ring>, Problem> {
    let keys = app.list_api_keys(&who, KeyOwner::Account(who.account)).await?;
    Ok(Body(Ring { items: keys.into_iter().map(|key| ApiKey::of(key, None)).collect() }))
}

/// Makes an API key. The answer is the only one that shows it.
pub(super) async fn create_api_key(
    State(app): State<App>,
    who: Who,
    once: Once<Wish>,
) -> Answered<ApiKey, 201> {
    create(app, KeyOwner::Account(who.account), who, once).await
}

/// Replaces an API key; both are good for a while. The answer is the only one that shows the new one.
pub(super) async fn rotate_api_key(
    State(app): State<App>,
    who: Who,
    Id(key): Id<ApiKeyId>,
    once: Once<Rotation>,
) -> Answered<ApiKey, 201> {
    rotate(app, KeyOwner::Account(who.account), who, key, once).await
}

/// Revokes an API key. Other rooms may believe it for a minute more.
pub(super) async fn revoke_api_key(
    State(app): State<App>,
    who: Who,
    Id(key): Id<ApiKeyId>,
) -> Result<NoContent, Problem> {
    app.revoke_api_key(&who, KeyOwner::Account(who.account), key).await?;
    Ok(NoContent::default())
}

/// The API keys of a shop.
pub(super) async fn list_shop_api_keys(
    State(app): State<App>,
    who: Who,
    Id(merchant): Id<MerchantId>,
) -> Result<Body<Ring>, Problem> {
    let keys = app.list_api_keys(&who, KeyOwner::Shop(merchant)).await?;
    Ok(Body(Ring { items: keys.into_iter().map(|key| ApiKey::of(key, None)).collect() }))
}

/// Makes an API key that acts for the shop. The answer is the only one that shows it.
pub(super) async fn create_shop_api_key(
    State(app): State<App>,
    who: Who,
    Id(merchant): Id<MerchantId>,
    once: Once<Wish>,
) -> Answered<ApiKey, 201> {
    create(app, KeyOwner::Shop(merchant), who, once).await
}

/// Replaces an API key of the shop; both are good for a while.
pub(super) async fn rotate_shop_api_key(
    State(app): State<App>,
    who: Who,
    Id(merchant): Id<MerchantId>,
    Id(key): Id<ApiKeyId>,
    once: Once<Rotation>,
) -> Answered<ApiKey, 201> {
    rotate(app, KeyOwner::Shop(merchant), who, key, once).await
}

/// Revokes an API key of the shop. Other rooms may believe it for a minute more.
pub(super) async fn revoke_shop_api_key(
    State(app): State<App>,
    who: Who,
    Id(merchant): Id<MerchantId>,
    Id(key): Id<ApiKeyId>,
) -> Result<NoContent, Problem> {
    app.revoke_api_key(&who, KeyOwner::Shop(merchant), key).await?;
    Ok(NoContent::default())
}

async fn create(app: App, owner: KeyOwner, who: Who, once: Once<Wish>) -> Answered<ApiKey, 201> {
    let shows = app.clone();
    let made = once
        .answer(made, |wish, receipt| async move { app.create_api_key(&who, owner, wish, receipt).await });
    show(&shows, made.await).await
}

async fn rotate(
    app: App,
    owner: KeyOwner,
    who: Who,
    key: ApiKeyId,
    once: Once<Rotation>,
) -> Answered<ApiKey, 201> {
    let shows = app.clone();
    let made = once.answer(made, |rotation, receipt| async move {
        let overlap = rotation.overlap_hours.unwrap_or_else(|| Hours::new(24).expect("24 is from 0 to 168"));
        app.rotate_api_key(&who, owner, (key, overlap), receipt).await
    });
    show(&shows, made.await).await
}

/// What is remembered of a key that was made: its nonce in the place of the key.
fn made(made: &MadeKey) -> Body<ApiKey> {
    Body(ApiKey::of(made.key.clone(), Some(made.nonce.clone())))
}

/// Puts the key into an answer that holds its nonce: what is remembered of a request is not what
/// opens a door. A key whose secret is gone from the vault is not shown again.
async fn show(app: &App, answer: Answered<ApiKey, 201>) -> Answered<ApiKey, 201> {
    let answer = answer.into_response();
    if answer.status() != StatusCode::CREATED {
        return answer.into();
    }
    reveal(app, answer).await.unwrap_or_else(Problem::into_response).into()
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
