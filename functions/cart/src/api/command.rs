//! A command that may bear an `Idempotency-Key`, or none.
//!
//! Everywhere else in the house the key is required, because money or stock moves. Nothing moves
//! here, and the common addition would cost twice as much.

use axum::extract::{FromRef, FromRequest, Request};
use http::HeaderName;
use problem::Problem;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use web::{Describes, Door, Draft, Json, Once};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A body, and whether it is to be acted upon only once.
pub(super) enum Command<T> {
    Plain(T),
    Keyed(Box<Once<T>>),
}

impl<T: DeserializeOwned + ToSchema> Describes for Command<T> {
    fn describe(draft: &mut Draft) {
        draft.header("Idempotency-Key", false);
        draft.body::<T>();
    }
}

impl<S, T> FromRequest<S> for Command<T>
where
    S: Send + Sync,
    Door: FromRef<S>,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.headers().contains_key(KEY) {
            return Once::from_request(request, state).await.map(|once| Command::Keyed(Box::new(once)));
        }
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Command::Plain(body))
    }
}
