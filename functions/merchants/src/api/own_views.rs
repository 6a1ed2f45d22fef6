//! What the people of a shop, and of the market, see of it.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Awaited, Presigned};
use facts::merchants::MerchantRole;
use ids::{AccountId, DocumentId, InvitationId, MediaId, MerchantId};
use jiff::Timestamp;
use money::Currency;
use serde::Serialize;
use utoipa::ToSchema;
use web::Tagged;

use crate::app::Upload;
use crate::domain::{
    Contact, Country, Document, DocumentKind, Email, Evidence, FileState, FileType, Invitation,
    InvitationState, Legal, Locale, Logo, Note, Payout, PayoutKind, PayoutState, PolicyKind, Restriction,
    Seat, Shop, Slug, State, Words, Zone,
};
use crate::store;

/// A shop with everything that is being set up.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OwnShop {
    id: MerchantId,
    state: State,
    /// Since when it is in this state.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Why it may not sell, while it may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    restriction: Option<Restriction>,
    /// What the market has to say about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
    slug: Slug,
    /// Its own language.
    locale: Locale,
    words: BTreeMap<Locale, Words>,
    /// In which languages it has promised what.
    policies: BTreeMap<PolicyKind, BTreeSet<Locale>>,
    time_zone: Zone,
    #[serde(skip_serializing_if = "Option::is_none")]
    legal: Option<Legal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    documents: Vec<DocumentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<LogoView>,
    /// The logo that is expected, or that was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_logo: Option<LogoView>,
    /// What a submission still lacks.
    missing: Vec<Lacking>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Something without which a shop cannot be submitted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Lacking {
    pointer: &'static str,
    code: &'static str,
}

/// A paper.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentView {
    id: DocumentId,
    kind: DocumentKind,
    content_type: FileType,
    bytes: u64,
    state: FileState,
    #[schema(value_type = String, format = DateTime)]
    asked_at: Timestamp,
}

/// A sign.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LogoView {
    media: MediaId,
    content_type: FileType,
    state: FileState,
}

/// A shop with its people and its account, as the market sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InspectedShop {
    shop: OwnShop,
    members: Vec<Member>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payout: Option<PayoutView>,
    /// What showed that the account is the shop's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence>,
}

/// A shop in a list of the market.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ShopCard {
    id: MerchantId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Country>,
    state: State,
    /// Since when it is in this state.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// A shop in which somebody works.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyShop {
    id: MerchantId,
    name: String,
    slug: Slug,
    state: State,
    /// What they may do there.
    role: MerchantRole,
}

/// Somebody who works in a shop.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Member {
    account: AccountId,
    role: MerchantRole,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// The address that the invitation went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    invited_as: Option<Email>,
}

/// A place that was offered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitationView {
    id: InvitationId,
    email: Email,
    role: MerchantRole,
    locale: Locale,
    state: OfferState,
    invited_by: AccountId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// What became of an offered place.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OfferState {
    Open,
    Accepted,
    Revoked,
    Expired,
}

/// What may be seen of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PayoutView {
    kind: PayoutKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Country>,
    #[schema(value_type = String)]
    currency: Currency,
    /// The last four characters of the number.
    ending: String,
    state: PayoutState,
    /// Why it could not be verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
    /// Since when it is in this state.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

/// A paper that is awaited.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentUpload {
    document: DocumentId,
    upload: Presigned,
}

/// A logo that is awaited.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LogoUpload {
    media: MediaId,
    upload: Presigned,
}

impl OwnShop {
    pub(super) fn of(shop: &Shop) -> OwnShop {
        let shop = shop.clone();
        let missing = shop.missing().into_iter();
        OwnShop {
            missing: missing.map(|lack| Lacking { pointer: lack.pointer, code: lack.code }).collect(),
            id: shop.id,
            state: shop.state,
            since: shop.since,
            restriction: shop.restriction,
            note: shop.note,
            slug: shop.slug,
            locale: shop.locale,
            words: shop.words,
            policies: shop.policies,
            time_zone: shop.zone,
            legal: shop.legal,
            contact: shop.contact,
            documents: shop.documents.iter().map(DocumentView::of).collect(),
            logo: shop.logo.as_ref().map(LogoView::of),
            next_logo: shop.next_logo.as_ref().map(LogoView::of),
            created_at: shop.created_at,
        }
    }
}

impl InspectedShop {
    pub(super) fn of(shop: &Shop) -> InspectedShop {
        let payout = shop.payout.as_ref();
        InspectedShop {
            shop: OwnShop::of(shop),
            members: Member::all(shop),
            payout: payout.map(PayoutView::of),
            evidence: payout.and_then(|payout| payout.evidence.clone()),
        }
    }
}

impl DocumentView {
    fn of(document: &Document) -> DocumentView {
        let Document { id, kind, file, bytes, state, asked_at } = document.clone();
        DocumentView { id, kind, content_type: file, bytes, state, asked_at }
    }
}

impl LogoView {
    fn of(logo: &Logo) -> LogoView {
        LogoView { media: logo.media, content_type: logo.file, state: logo.state }
    }
}

impl From<store::Card> for ShopCard {
    fn from(card: store::Card) -> ShopCard {
        let store::Card { merchant, name, country, state, since } = card;
        ShopCard { id: merchant, name: name.to_string(), country, state, since }
    }
}

impl MyShop {
    /// `None` for an account that does not work there.
    pub(super) fn of(shop: &Shop, account: AccountId) -> Option<MyShop> {
        let role = shop.role_of(account)?;
        Some(MyShop {
            id: shop.id,
            name: shop.name().to_string(),
            slug: shop.slug.clone(),
            state: shop.state,
            role,
        })
    }
}

impl Member {
    /// All who work in a shop, the longest there first.
    pub(super) fn all(shop: &Shop) -> Vec<Member> {
        let mut members: Vec<_> = shop.members.iter().collect();
        members.sort_by_key(|(account, seat)| (seat.since, **account));
        let member = |(account, seat): (&AccountId, &Seat)| {
            let Seat { role, since, invited_as } = seat.clone();
            Member { account: *account, role, since, invited_as }
        };
        members.into_iter().map(member).collect()
    }
}

impl InvitationView {
    pub(super) fn of(invitation: &Invitation, now: Timestamp) -> InvitationView {
        let state = match invitation.state {
            InvitationState::Accepted => OfferState::Accepted,
            InvitationState::Revoked => OfferState::Revoked,
            InvitationState::Open if invitation.is_open(now) => OfferState::Open,
            InvitationState::Open => OfferState::Expired,
        };
        InvitationView {
            id: invitation.id,
            email: invitation.email.clone(),
            role: invitation.role,
            locale: invitation.locale.clone(),
            state,
            invited_by: invitation.invited_by,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

impl PayoutView {
    pub(super) fn of(payout: &Payout) -> PayoutView {
        let Payout { kind, country, currency, ending, state, note, since, evidence: _ } = payout.clone();
        PayoutView { kind, country, currency, ending, state, note, since }
    }
}

impl DocumentUpload {
    pub(super) fn of(upload: &Upload<DocumentId>) -> Tagged<DocumentUpload> {
        let Awaited { what, permit } = upload.body.clone();
        Tagged { version: upload.version, body: DocumentUpload { document: what, upload: permit } }
    }
}

impl LogoUpload {
    pub(super) fn of(upload: &Upload<MediaId>) -> Tagged<LogoUpload> {
        let Awaited { what, permit } = upload.body.clone();
        Tagged { version: upload.version, body: LogoUpload { media: what, upload: permit } }
    }
}
