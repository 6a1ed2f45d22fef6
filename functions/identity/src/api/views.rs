//! What people and other rooms see.

use std::collections::{BTreeMap, BTreeSet};

use dynamo::Versioned;
use facts::identity::Tier;
use facts::merchants::MerchantRole;
use ids::{AccountId, ApiKeyId, MerchantId, SessionId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::Tagged;

use crate::domain::{self, Account, Device, Email, Entry, Event, KeyName, Locale, Name, Origin, Scope};

pub(super) use crate::tokens::Shown;

/// What an account says to its owner.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    id: AccountId,
    email: Option<Email>,
    /// Whether the e-mail is known to be theirs.
    confirmed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Name>,
    locale: Locale,
    #[schema(value_type = Vec<String>)]
    roles: BTreeSet<auth::Role>,
    /// What they are in which shop.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    shops: BTreeMap<MerchantId, MerchantRole>,
    /// Where they want to be reached, once both addresses have agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    moving_to: Option<Email>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// What an account says to the people who run the market.
#[derive(Serialize, ToSchema)]
pub(super) struct Person {
    #[serde(flatten)]
    me: Me,
    /// How much its API keys may ask at once.
    tier: Tier,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
}

/// What somebody is to the market, after it has changed.
#[derive(Serialize, ToSchema)]
pub(super) struct Standing {
    account: AccountId,
    #[schema(value_type = Vec<String>)]
    roles: BTreeSet<auth::Role>,
}

/// A session that is alive.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    id: SessionId,
    /// Whether it is the one that asks.
    this: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<Device>,
    /// From where somebody signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    used_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Something that has happened to an account.
#[derive(Serialize, ToSchema)]
pub(super) struct Happened {
    event: Event,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    /// What it was about: a session, a key, a role, a shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// Who did it, when it was not the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// An API key, without the key but for the one time when it is made.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiKey {
    id: ApiKeyId,
    name: KeyName,
    /// The part of the key that people may see.
    prefix: String,
    /// The key itself. It is shown when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    scopes: BTreeSet<Scope>,
    tier: Tier,
    created_by: AccountId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The hour in which it was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Timestamp>,
    /// The key whose place it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaces: Option<ApiKeyId>,
}

impl Me {
    pub(super) fn of(known: &Versioned<Account>) -> Tagged<Me> {
        Tagged { version: known.version, body: Me::from(&known.body) }
    }
}

impl From<&Account> for Me {
    fn from(account: &Account) -> Me {
        Me {
            id: account.id,
            email: account.email.clone(),
            confirmed: account.is_confirmed(),
            name: account.name.clone(),
            locale: account.locale.clone(),
            roles: account.roles(),
            shops: account.shops.clone(),
            moving_to: account.moving.as_ref().map(|moving| moving.to.clone()),
            created_at: account.created_at,
        }
    }
}

impl Person {
    pub(super) fn of(account: &Account, tier: Tier) -> Person {
        Person { me: Me::from(account), tier, closed_at: account.closed_at }
    }
}

impl Standing {
    pub(super) fn of(known: &Versioned<Account>) -> Tagged<Standing> {
        let account = &known.body;
        Tagged { version: known.version, body: Standing { account: account.id, roles: account.roles() } }
    }
}

impl Session {
    pub(super) fn of(session: domain::Session, asks: Option<SessionId>) -> Session {
        let domain::Session { id, device, origin, created_at, used_at, expires_at, .. } = session;
        let (this, Origin { address, agent }) = (Some(id) == asks, origin);
        Session { id, this, device, address, agent, created_at, used_at, expires_at }
    }
}

impl Happened {
    pub(super) fn of(Entry { event, at, origin, about, by }: Entry) -> Happened {
        Happened { event, at, address: origin.address, agent: origin.agent, about, by }
    }
}

impl ApiKey {
    pub(super) fn of(made: domain::ApiKey, key: Option<String>) -> ApiKey {
        let domain::ApiKey { id, name, prefix, scopes, tier, created_by, created_at, .. } = made;
        let (expires_at, used_at, replaces) = (made.expires_at, made.used_at, made.replaces);
        ApiKey { id, name, prefix, key, scopes, tier, created_by, created_at, expires_at, used_at, replaces }
    }
}
