//! What other rooms ask. Nothing here changes anything, so an ask that comes twice is simply answered
//! twice.

use ask::{Asked, Asks};
use facts::merchants::MerchantRole;
use ids::{LetterId, MerchantId};
use jiff::Timestamp;
use problem::Problem;
use serde::{Deserialize, Serialize};

use super::commission_views::{ChargeView, SaleLine};
use crate::app::{App, PURPOSE};
use crate::domain::{Email, Invitation, Line, Locale, ShopName};

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app).on("commission", commission).on("letter", invitation_letter)
}

/// What was sold by whom, and when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sale {
    merchant: MerchantId,
    /// Now when missing.
    at: Option<Timestamp>,
    /// From 1 to 100.
    lines: Vec<SaleLine>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    letter: LetterId,
}

#[derive(Serialize)]
struct LetterView {
    to: Email,
    locale: Locale,
    purpose: &'static str,
    /// A secret: it belongs into the mail and nowhere else.
    token: String,
    expires_at: Timestamp,
    shop: ShopName,
    role: MerchantRole,
}

/// What the market takes of a sale.
async fn commission(app: App, Asked { body, .. }: Asked<Sale>) -> Result<ChargeView, Problem> {
    let Sale { merchant, at, lines } = body;
    let lines: Vec<Line> = lines.into_iter().map(Line::from).collect();
    let (charge, at) = app.commission(merchant, &lines, at).await?;
    Ok(ChargeView::of(charge, at))
}

/// What stands in a mail of this room.
async fn invitation_letter(app: App, Asked { body, .. }: Asked<Which>) -> Result<LetterView, Problem> {
    let (Invitation { email, locale, expires_at, role, .. }, shop, token) =
        app.invitation_letter(body.letter).await?;
    Ok(LetterView { to: email, locale, purpose: PURPOSE, token, expires_at, shop, role })
}
