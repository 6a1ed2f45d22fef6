//! What the room hears: who works where, what it has said of closed accounts itself, and the calendar.
//!
//! Invariant: everything here may be heard twice, late, or after what it tells of is over, and does
//! its work once all the same: memberships have a receipt, and the rest looks at what is.

use facts::identity::AccountClosed;
use facts::merchants::{MemberAdded, MemberRemoved, MerchantClosed};
use lambda::Fault;
use queue::{HearError, Heard};
use serde_json::Value;

use crate::app::App;

/// What lies around a closed account is swept here, so that a closing whose function died right after is
/// finished all the same.
pub(crate) async fn account_closed(app: App, heard: Heard<AccountClosed>) -> Result<(), HearError> {
    Ok(app.sweep_account(heard.fact.account).await?)
}

pub(crate) async fn member_added(app: App, heard: Heard<MemberAdded>) -> Result<(), HearError> {
    let MemberAdded { account, merchant, role, .. } = heard.fact;
    Ok(app.change_membership(&heard.id, account, merchant, Some(role)).await?)
}

pub(crate) async fn member_removed(app: App, heard: Heard<MemberRemoved>) -> Result<(), HearError> {
    let MemberRemoved { account, merchant, .. } = heard.fact;
    Ok(app.change_membership(&heard.id, account, merchant, None).await?)
}

pub(crate) async fn merchant_closed(app: App, heard: Heard<MerchantClosed>) -> Result<(), HearError> {
    Ok(app.close_shop(&heard.id, heard.fact.merchant).await?)
}

/// The calendar's call: once a day it is seen to that the signing key does not grow old.
pub(crate) async fn turn(app: App, _: Value) -> Result<(), Fault> {
    observe::note("signing_key", app.rotate_signing_key().await.map_err(Fault::of)?);
    Ok(())
}
