//! What other rooms ask. Nothing here changes anything, so an ask that comes twice is simply answered
//! twice.

use ask::FromPeer;
use axum::Json;
use axum::extract::State;
use facts::merchants::MerchantRole;
use ids::{LetterId, MerchantId};
use jiff::Timestamp;
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::commission_views::{ChargeView, SaleLine};
use crate::app::App;
use crate::domain::{Email, Line, Locale, ShopName};

/// What was sold by whom, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Sale {
    merchant: MerchantId,
    /// Now when missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// From 1 to 100.
    lines: Vec<SaleLine>,
}

/// Which mail is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    letter: LetterId,
}

/// What stands in a mail.
#[derive(Serialize, ToSchema)]
pub(super) struct LetterView {
    to: Email,
    #[schema(value_type = String)]
    locale: Locale,
    /// `invitation`.
    purpose: &'static str,
    /// A secret: it belongs into the mail and nowhere else.
    token: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What the shop is called.
    shop: ShopName,
    role: MerchantRole,
}

/// What the market takes of a sale.
#[utoipa::path(
    post, path = "/merchants/asks/commission", tag = "rooms", request_body = Sale,
    responses((status = OK, body = ChargeView), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn commission(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<Sale>,
) -> Result<Json<ChargeView>, Problem> {
    let Sale { merchant, at, lines } = body;
    let lines: Vec<Line> = lines.into_iter().map(Line::from).collect();
    let (charge, at) = app.commission(merchant, &lines, at).await?;
    Ok(Json(ChargeView::of(charge, at)))
}

/// What stands in a mail of this room.
#[utoipa::path(
    post, path = "/merchants/asks/letter", tag = "rooms", request_body = Which,
    responses((status = OK, body = LetterView), (status = "default", body = Problem)), security(("room" = [])),
)]
pub(super) async fn invitation_letter(
    State(app): State<App>,
    FromPeer { body, .. }: FromPeer<Which>,
) -> Result<Json<LetterView>, Problem> {
    let letter = app.invitation_letter(body.letter).await?;
    Ok(Json(LetterView {
        to: letter.to,
        locale: letter.locale,
        purpose: letter.purpose,
        token: letter.token,
        expires_at: letter.expires_at,
        shop: letter.shop,
        role: letter.role,
    }))
}
