//! Pictures: asked for, put in order, taken away.

use axum::extract::State;
use blob::{Announced, Digest};
use ids::MediaId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answered, Id, Json, Once, TokenClerk};

use super::own_views::MediaUpload;
use super::products::{Own, edit};
use crate::app::{App, Target};
use crate::domain::PictureKind;

/// A picture that is to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPicture {
    content_type: PictureKind,
    /// Exactly how many, at most ten megabytes.
    #[schema(minimum = 1, maximum = 10485760)]
    bytes: u64,
    /// What the file hashes to. S3 refuses another file.
    sha256: Digest,
}

/// Asks for a place to send a picture to. It is shown as soon as it is there, if it is what it was
/// said to be.
pub(super) async fn request_media_upload(
    State(app): State<App>,
    _: TokenClerk,
    target: Target,
    once: Once<NewPicture>,
) -> Answered<MediaUpload, 201> {
    once.answer(MediaUpload::of, |NewPicture { content_type, bytes, sha256 }, receipt| async move {
        let announced = Announced { content_type: content_type.as_str(), bytes, sha256 };
        app.request_media_upload(target, content_type, announced, receipt).await
    })
    .await
}

/// Every picture, in the order that they shall have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    order: Vec<MediaId>,
}

/// Puts the pictures into another order; the first is the one on the shelves.
pub(super) async fn arrange_media(
    State(app): State<App>,
    _: TokenClerk,
    target: Target,
    Json(Order { order }): Json<Order>,
) -> Own {
    edit(&app, target, |product, now| product.arrange_media(&order, now)).await
}

/// Takes a picture away.
pub(super) async fn remove_media(
    State(app): State<App>,
    _: TokenClerk,
    Id(media): Id<MediaId>,
    target: Target,
) -> Own {
    edit(&app, target, |product, now| product.remove_media(media, now)).await
}
