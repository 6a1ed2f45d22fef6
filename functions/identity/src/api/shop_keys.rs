//! The API keys of a shop, for whoever decides there.

use axum::Json as Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use ids::{ApiKeyId, MerchantId};
use problem::Problem;
use web::{Id, Once};

use super::come::Deciding;
use super::keys::{Ring, Rotation, Wish, show};
use super::views::ApiKey;
use crate::app::{App, MadeKey};

/// The API keys of a shop.
#[utoipa::path(
    get, path = "/identity/merchants/{merchant}/api-keys", tag = "merchant",
    params(("merchant" = MerchantId, Path)),
    responses((status = OK, body = Ring), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn list_shop_api_keys(
    State(app): State<App>,
    Deciding { who, merchant }: Deciding,
) -> Result<Body<Ring>, Problem> {
    let keys = app.list_shop_api_keys(&who, merchant).await?;
    Ok(Body(Ring { items: keys.iter().map(ApiKey::from).collect() }))
}

/// Makes an API key that acts for the shop. The answer is the only one that shows it.
#[utoipa::path(
    post, path = "/identity/merchants/{merchant}/api-keys", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("Idempotency-Key" = String, Header)),
    request_body = Wish,
    responses((status = CREATED, body = ApiKey), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn create_shop_api_key(
    State(app): State<App>,
    Deciding { who, merchant }: Deciding,
    once: Once<Wish>,
) -> Response {
    let shows = app.clone();
    let answer = once.run(|wish, receipt| async move {
        let sign = |made: &MadeKey| receipt.answer(StatusCode::CREATED, &ApiKey::from(made));
        Ok(app.create_shop_api_key(&who, merchant, wish.into(), &sign).await?)
    });
    show(&shows, answer.await).await
}

/// Replaces an API key of the shop; both are good for a while.
#[utoipa::path(
    post, path = "/identity/merchants/{merchant}/api-keys/{key}/rotate", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("key" = ApiKeyId, Path), ("Idempotency-Key" = String, Header)),
    request_body = Rotation,
    responses((status = CREATED, body = ApiKey), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn rotate_shop_api_key(
    State(app): State<App>,
    Deciding { who, merchant }: Deciding,
    Id(key): Id<ApiKeyId>,
    once: Once<Rotation>,
) -> Response {
    let shows = app.clone();
    let answer = once.run(|rotation, receipt| async move {
        let sign = |made: &MadeKey| receipt.answer(StatusCode::CREATED, &ApiKey::from(made));
        Ok(app.rotate_shop_api_key(&who, merchant, key, rotation.overlap(), &sign).await?)
    });
    show(&shows, answer.await).await
}

/// Revokes an API key of the shop. Other rooms may believe it for a minute more.
#[utoipa::path(
    delete, path = "/identity/merchants/{merchant}/api-keys/{key}", tag = "merchant",
    params(("merchant" = MerchantId, Path), ("key" = ApiKeyId, Path)),
    responses((status = NO_CONTENT), (status = "default", body = Problem)),
    security(("person" = [])),
)]
pub(super) async fn revoke_shop_api_key(
    State(app): State<App>,
    Deciding { who, merchant }: Deciding,
    Id(key): Id<ApiKeyId>,
) -> Result<StatusCode, Problem> {
    app.revoke_shop_api_key(&who, merchant, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
