//! Answers whose status is in their type.

use axum::response::{IntoResponse, Redirect, Response};
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

/// A picture lies at this link of S3, which lasts an hour: 307.
#[derive(Clone, Debug)]
pub struct PictureAt(pub String);

impl PictureAt {
    /// For how many seconds caches may keep it. They may use it as long again while they look for a new
    /// one, and then the link still has ten minutes.
    pub const KEPT: u32 = 1500;
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

impl IntoResponse for PictureAt {
    fn into_response(self) -> Response {
        Redirect::temporary(&self.0).into_response()
    }
}

impl Describes for PictureAt {
    fn describe(draft: &mut Draft) {
        draft.status(StatusCode::TEMPORARY_REDIRECT.as_u16());
        draft.answer_nothing("where the picture is");
    }
}
