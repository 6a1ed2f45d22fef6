//! Ids in the path.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use problem::Problem;
use utoipa::ToSchema;

use crate::{Describes, Draft};

/// The last id of one kind in the path. The parameter is found by its kind, not by its name: an
/// id of another kind in its place is a problem that says so.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

/// An id of a path, with the name of its path parameter.
pub trait InPath: FromStr<Err: Display> + ToSchema {
    /// The path parameter.
    const PARAMETER: &'static str;

    /// The problem of a text that is not such an id.
    fn malformed(bad: Self::Err) -> Problem {
        Problem::bad_request("malformed_id").detail(format!("{}: {bad}", Self::PARAMETER))
    }
}

macro_rules! in_path {
    ($($id:ident $parameter:literal)*) => {
        $(impl InPath for ids::$id { const PARAMETER: &'static str = $parameter; })*
    };
}

in_path! {
    AccountId "account"
    ApiKeyId "key"
    CategoryId "category"
    DocumentId "document"
    HolidayId "holiday"
    ImportId "import"
    InvitationId "invitation"
    MediaId "media"
    MerchantId "merchant"
    MovementId "movement"
    OrderId "order"
    ProductId "product"
    ReservationId "reservation"
    RuleId "rule"
    SessionId "session"
    VariantId "variant"
    WarehouseId "warehouse"
}

impl<S: Send + Sync, T: InPath> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let parameters = parameters.map_err(|_| Problem::bad_request("malformed_path"))?;
        let text = parameters.iter().find(|(name, _)| *name == T::PARAMETER).map(|(_, text)| text);
        let text = text
            .ok_or_else(|| Problem::internal(format!("the route has no {{{}}} in its path", T::PARAMETER)))?;
        text.parse().map(Id).map_err(T::malformed)
    }
}

impl<T: InPath> Describes for Id<T> {
    fn describe(draft: &mut Draft) {
        let schema = draft.schema::<T>();
        draft.path(T::PARAMETER, schema);
    }
}
