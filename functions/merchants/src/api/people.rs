//! Who works in a shop, and who is asked to.

use axum::Json;
use axum::extract::State;
use dynamo::Versioned;
use facts::merchants::MerchantRole;
use failure::Failure;
use ids::{AccountId, InvitationId};
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answered, Customer, Id, Listed, NoContent, Once, Page, Tagged};

use super::own_views::{InvitationView, Member, MyShop};
use super::seat::{CurrentClerk, CurrentMember, CurrentOwner, Unversioned};
use crate::app::App;
use crate::domain::{Email, Invitation, Locale, Shop};

/// Everybody who works in a shop: at most forty.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Members {
    items: Vec<Member>,
}

/// What somebody may do from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    role: MerchantRole,
}

/// A place that is offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Invite {
    email: Email,
    role: MerchantRole,
    /// The language of the mail; the shop's own when missing.
    locale: Option<Locale>,
}

/// The words that a mail has brought.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Accept {
    token: String,
}

fn members(shop: &Versioned<Shop>) -> Tagged<Members> {
    Tagged { version: shop.version, body: Members { items: Member::all(&shop.body) } }
}

/// Everybody who works in the shop, whoever has been there the longest first.
pub(super) async fn list_members(CurrentClerk(actor): CurrentClerk) -> Result<Tagged<Members>, Problem> {
    Ok(members(&actor.shop))
}

/// Gives somebody another role. A shop always has an owner.
pub(super) async fn change_member_role(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Id(account): Id<AccountId>,
    web::Json(NewRole { role }): web::Json<NewRole>,
) -> Result<Tagged<Members>, Problem> {
    let decide = |shop: &mut Shop, now| shop.change_member_role(account, role, now);
    Ok(members(&app.change(&actor, decide).await?))
}

/// Lets somebody go. They are out of this shop at once, and out of every other room within ten minutes.
pub(super) async fn remove_member(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    Id(account): Id<AccountId>,
) -> Result<Tagged<Members>, Problem> {
    Ok(members(&app.change(&actor, |shop, now| shop.remove_member(account, now)).await?))
}

/// Gives up one's own place. The last owner stays until there is another.
pub(super) async fn leave_shop(
    State(app): State<App>,
    CurrentMember(actor, account): CurrentMember,
) -> Result<NoContent, Problem> {
    app.change(&actor, |shop, now| shop.remove_member(account, now)).await?;
    Ok(NoContent::default())
}

/// The places that were offered, newest first, and what became of each.
pub(super) async fn list_invitations(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    page: Page,
) -> Result<Listed<InvitationView>, Problem> {
    let invitations = app.store.invitations_page(actor.merchant, page.limit, page.after.clone()).await;
    let (invitations, next) = invitations.map_err(Failure::from)?;
    let now = app.clock.now();
    Ok(page.of(invitations.iter().map(|invitation| InvitationView::of(invitation, now)).collect(), next))
}

/// Offers somebody a place, for a shop that sells. The mail is good for a week, and once. It calls the
/// shop what it was called when it was approved, and a day has so many for an address, a shop and a person.
pub(super) async fn invite_member(
    State(app): State<App>,
    CurrentOwner(actor): CurrentOwner,
    once: Once<Invite>,
) -> Answered<InvitationView, 201> {
    let view = |offered: &Invitation| Json(InvitationView::of(offered, offered.created_at));
    once.answer(view, |Invite { email, role, locale }, receipt| async move {
        app.invite_member(&actor, email, role, locale, receipt).await
    })
    .await
}

/// Takes an offered place back.
pub(super) async fn revoke_invitation(
    State(app): State<App>,
    Unversioned(CurrentOwner(actor)): Unversioned<CurrentOwner>,
    Id(invitation): Id<InvitationId>,
) -> Result<Json<InvitationView>, Problem> {
    let invitation = app.revoke_invitation(&actor, invitation).await?;
    Ok(Json(InvitationView::of(&invitation, app.clock.now())))
}

/// Takes the place that a mail has offered. Whoever has the mail may, with whatever account.
pub(super) async fn accept_invitation(
    State(app): State<App>,
    Customer(claims): Customer,
    once: Once<Accept>,
) -> Answered<MyShop, 201> {
    let account = claims.sub;
    let view = move |shop: &Versioned<Shop>| {
        let shop = MyShop::of(&shop.body, account);
        shop.map(Json).ok_or_else(|| Problem::internal("a place was taken and is not there"))
    };
    once.answer(view, |Accept { token }, receipt| async move {
        app.accept_invitation(account, &token, receipt).await
    })
    .await
}
