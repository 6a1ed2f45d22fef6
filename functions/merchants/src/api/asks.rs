//! What other rooms ask. Nothing here changes anything, so an ask that comes twice is simply answered
//! twice.

use ask::{Asked, Asks};
use asks::identity::Letter;
use asks::merchants::{ChargeView, Commission, Invitation, ReadInvitation};
use problem::Problem;

use super::commission_views::{shown, sold};
use crate::app::{App, PURPOSE};
use crate::domain::{self, Line};

pub(crate) fn asks(app: App) -> Asks<App> {
    Asks::of(app).on(commission).on(read_invitation)
}

async fn commission(app: App, Asked { body, .. }: Asked<Commission>) -> Result<ChargeView, Problem> {
    let Commission { merchant, at, lines } = body;
    let lines: Vec<Line> = lines.into_iter().map(sold).collect();
    let (charge, at) = app.commission(merchant, &lines, at).await?;
    Ok(shown(charge, at))
}

async fn read_invitation(app: App, Asked { body, .. }: Asked<ReadInvitation>) -> Result<Invitation, Problem> {
    let (invitation, shop, token) = app.invitation_letter(body.letter).await?;
    let domain::Invitation { email, locale, expires_at, role, .. } = invitation;
    let letter = Letter { to: email, locale, purpose: PURPOSE.to_owned(), token, expires_at };
    Ok(Invitation { letter, shop: shop.to_string(), role })
}
