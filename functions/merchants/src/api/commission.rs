//! What the market takes: rules, made and ended by the market, and what a sale would cost a shop.

use asks::merchants::{ChargeView, SaleLine};
use axum::Json;
use axum::extract::State;
use failure::Failure;
use ids::{MerchantId, RuleId};
use jiff::Timestamp;
use problem::Problem;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Admin, Answered, Id, Listed, Once, Page, Query};

use super::commission_views::{NewRule, RuleView, shown, sold};
use super::seat::{CurrentClerk, Unversioned};
use crate::app::App;
use crate::domain::{Line, Rule};

/// What would be sold, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Preview {
    /// Now when missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// From 1 to 100.
    lines: Vec<SaleLine>,
}

/// When a rule shall end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    /// Now when missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct OfShop {
    #[param(required = false, value_type = MerchantId)]
    merchant: Option<MerchantId>,
}

async fn rules(app: &App, merchant: Option<MerchantId>, page: Page) -> Result<Listed<RuleView>, Problem> {
    let rules = app.store.rules_page(merchant, page.limit, page.after.clone()).await;
    let (rules, next) = rules.map_err(Failure::from)?;
    Ok(page.of(rules.iter().map(RuleView::from).collect(), next))
}

/// What a sale would cost: the commission of each line, the rule that says so, and sums that add up.
pub(super) async fn preview_commission(
    State(app): State<App>,
    Unversioned(CurrentClerk(actor)): Unversioned<CurrentClerk>,
    web::Json(Preview { at, lines }): web::Json<Preview>,
) -> Result<Json<ChargeView>, Problem> {
    let lines: Vec<Line> = lines.into_iter().map(sold).collect();
    let (charge, at) = app.commission(actor.merchant, &lines, at).await?;
    Ok(Json(shown(charge, at)))
}

/// The rules that were made with the shop, newest first, those that are over included.
pub(super) async fn list_own_rules(
    State(app): State<App>,
    CurrentClerk(actor): CurrentClerk,
    page: Page,
) -> Result<Listed<RuleView>, Problem> {
    rules(&app, Some(actor.merchant), page).await
}

/// The rules that hold for every shop, newest first, those that are over included.
pub(super) async fn list_market_rules(
    State(app): State<App>,
    _: CurrentClerk,
    page: Page,
) -> Result<Listed<RuleView>, Problem> {
    rules(&app, None, page).await
}

/// The rules that were made with a shop, or, when none is named, those that hold for every shop.
pub(super) async fn list_rules(
    State(app): State<App>,
    _: Admin,
    Query(of): Query<OfShop>,
    page: Page,
) -> Result<Listed<RuleView>, Problem> {
    rules(&app, of.merchant, page).await
}

/// Makes a rule. It begins now or later; of rules about the same sales no two are true at a time.
pub(super) async fn add_rule(
    State(app): State<App>,
    _: Admin,
    once: Once<NewRule>,
) -> Answered<RuleView, 201> {
    let view = |rule: &Rule| Json(RuleView::from(rule));
    let add =
        |new: NewRule, receipt| async move { Ok::<_, Problem>(app.add_rule(new.command()?, receipt).await?) };
    once.answer(view, add).await
}

/// Ends a rule. What was sold until then was sold under it.
pub(super) async fn end_rule(
    State(app): State<App>,
    _: Admin,
    Id(rule): Id<RuleId>,
    web::Json(End { at }): web::Json<End>,
) -> Result<Json<RuleView>, Problem> {
    Ok(Json(RuleView::from(&app.end_rule(rule, at).await?)))
}
