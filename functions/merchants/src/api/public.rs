//! What is public.

use std::collections::BTreeSet;

use axum::extract::State;
use dynamo::Versioned;
use ids::MerchantId;
use problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Id, InPath, PictureAt, Reads, Spoken, Tagged};

use crate::app::App;
use crate::domain::{
    self, Country, Locale, PolicyKind, PolicyText, Refusal, Shop, ShopDescription, ShopName, Slug, Wanted,
    Zone,
};
use crate::store::Policies;

/// A shop as its customers see it, in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShopPage {
    id: MerchantId,
    /// `active`, or `restricted` while it may not sell.
    state: domain::State,
    /// The language of the texts.
    locale: Locale,
    /// The languages that there are.
    locales: Vec<Locale>,
    name: ShopName,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<ShopDescription>,
    slug: Slug,
    time_zone: Zone,
    /// Who it legally is.
    #[serde(skip_serializing_if = "Option::is_none")]
    legal_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Country>,
    /// Where its logo is.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
    /// What it has promised.
    policies: Vec<PolicyKind>,
}

/// What a shop promises, in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PolicyPage {
    policy: PolicyKind,
    /// The language of the text.
    locale: Locale,
    /// The languages that there are.
    locales: Vec<Locale>,
    text: PolicyText,
}

/// A shop. One that was not approved, or is closed, is as unknown as one that never was.
pub(super) async fn get_shop(
    State(app): State<App>,
    Id(merchant): Id<MerchantId>,
    Reads(wanted): Reads,
) -> Result<Spoken<Tagged<ShopPage>>, Problem> {
    page(&app.store.public_shop(merchant).await?, &wanted)
}

/// The shop at an address.
pub(super) async fn get_shop_by_slug(
    State(app): State<App>,
    Id(slug): Id<Slug>,
    Reads(wanted): Reads,
) -> Result<Spoken<Tagged<ShopPage>>, Problem> {
    page(&app.store.public_shop_at(&slug).await?, &wanted)
}

fn page(found: &Versioned<Shop>, wanted: &Wanted) -> Result<Spoken<Tagged<ShopPage>>, Problem> {
    let shop = &found.body;
    let chosen = wanted.choose(&shop.words, &shop.locale);
    let (locale, words) =
        chosen.ok_or_else(|| Problem::internal("a shop without words in its own language"))?;
    let body = ShopPage {
        id: shop.id,
        state: shop.state,
        locale: locale.clone(),
        locales: shop.words.keys().cloned().collect(),
        name: words.name.clone(),
        description: words.description.clone(),
        slug: shop.slug.clone(),
        time_zone: shop.zone.clone(),
        legal_name: shop.legal.as_ref().map(|legal| legal.name.to_string()),
        country: shop.legal.as_ref().map(|legal| legal.country),
        logo: shop.logo.as_ref().map(|_| format!("/merchants/shops/{}/logo", shop.id)),
        policies: shop.policies.keys().copied().collect(),
    };
    let locales = BTreeSet::from([locale.clone()]);
    Ok(Spoken { locales, answer: Tagged { version: found.version, body } })
}

/// The logo of a shop. The answer leads to S3, by a link that lasts an hour.
pub(super) async fn get_logo(
    State(app): State<App>,
    Id(merchant): Id<MerchantId>,
) -> Result<PictureAt, Problem> {
    let url = app.logo_link(merchant).await?;
    Ok(PictureAt(url))
}

impl InPath for PolicyKind {
    const PARAMETER: &'static str = "policy";

    fn malformed(_: Refusal) -> Problem {
        Refusal::NoSuchPolicy.into()
    }
}

impl InPath for Slug {
    const PARAMETER: &'static str = "slug";

    fn malformed(_: Self::Err) -> Problem {
        Refusal::NoSuchShop.into()
    }
}

/// What a shop promises: `returns`, `shipping` or `privacy`.
pub(super) async fn get_policy(
    State(app): State<App>,
    Id(merchant): Id<MerchantId>,
    Id(policy): Id<PolicyKind>,
    Reads(wanted): Reads,
) -> Result<Spoken<Tagged<PolicyPage>>, Problem> {
    let (shop, Policies { texts }) = app.store.public_policy(merchant, policy).await?;
    let (locale, text) = wanted.choose(&texts, &shop.body.locale).ok_or(Refusal::NoSuchPolicy)?;
    let locales = texts.keys().cloned().collect();
    let body = PolicyPage { policy, locale: locale.clone(), locales, text: text.clone() };
    let spoken = BTreeSet::from([locale.clone()]);
    Ok(Spoken { locales: spoken, answer: Tagged { version: shop.version, body } })
}
