//! Answers whose status stands in their type.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::ETAG;

use crate::{Describes, Draft, etag};

/// Something was made: 201, with what it is.
#[derive(Clone, Debug)]
pub struct Created<T>(pub T);

/// Something will be done: 202, with what there is to say of it.
#[derive(Clone, Debug)]
pub struct Accepted<T = ()>(pub T);

/// It is done, and there is nothing to say but the version that came of it, if it is told: 204.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoContent {
    /// The version.
    pub version: Option<u64>,
}

macro_rules! at_a_status {
    ($($what:ident $status:ident;)*) => {$(
        impl<T: IntoResponse> IntoResponse for $what<T> {
            fn into_response(self) -> Response {
                (StatusCode::$status, self.0).into_response()
            }
        }

        impl<T: Describes> Describes for $what<T> {
            fn describe(draft: &mut Draft) {
                draft.status(StatusCode::$status.as_u16());
                T::describe(draft);
            }
        }
    )*};
}

at_a_status! {
    Created CREATED;
    Accepted ACCEPTED;
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        let mut response = StatusCode::NO_CONTENT.into_response();
        if let Some(version) = self.version {
            response.headers_mut().insert(ETAG, etag(version));
        }
        response
    }
}

impl Describes for NoContent {
    fn describe(draft: &mut Draft) {
        draft.status(StatusCode::NO_CONTENT.as_u16());
        draft.answer_nothing("");
    }
}
