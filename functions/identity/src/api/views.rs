//! What people and other rooms see.

use std::collections::{BTreeMap, BTreeSet};

use auth::issue::LIFETIME;
use dynamo::Versioned;
use facts::identity::Tier;
use facts::merchants::MerchantRole;
use ids::{AccountId, ApiKeyId, MerchantId, SessionId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Tagged;
use words::OutOfBounds;

use crate::app::{Found, Living, MadeKey, SignedIn};
use crate::domain::{self, Device, Email, Entry, Event, KeyName, Locale, Name, Scope};

/// A token as somebody shows it: not yet believed, and not a book either.
#[derive(Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 512, pattern = "^[!-~]+$")]
pub(super) struct Shown(String);

impl Shown {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Shown {
    type Error = OutOfBounds;

    fn try_from(text: String) -> Result<Shown, OutOfBounds> {
        let sound = (1..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if sound {
            Ok(Shown(text))
        } else {
            Err(OutOfBounds("a token is 1 to 512 visible characters of ASCII"))
        }
    }
}

/// What somebody has who has signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Tokens {
    /// Goes into `Authorization: Bearer …` of every request, to every room.
    access_token: String,
    token_type: &'static str,
    /// For how many seconds the access token is believed.
    expires_in: i64,
    /// Brings new tokens, once. Keep what comes with them.
    refresh_token: String,
    /// Comes with the next sign-in from this device, so that no stranger's guesses keep its owner out.
    device_token: String,
    session: SessionId,
    account: AccountId,
}

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

impl From<SignedIn> for Tokens {
    fn from(signed_in: SignedIn) -> Tokens {
        Tokens {
            access_token: signed_in.access_token,
            token_type: "Bearer",
            expires_in: LIFETIME.as_secs(),
            refresh_token: signed_in.refresh_token.reveal().to_owned(),
            device_token: signed_in.device_token.reveal().to_owned(),
            session: signed_in.session,
            account: signed_in.account,
        }
    }
}

impl From<&domain::Account> for Me {
    fn from(account: &domain::Account) -> Me {
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

impl From<&Found> for Person {
    fn from(found: &Found) -> Person {
        Person { me: Me::from(&found.account), tier: found.tier, closed_at: found.account.closed_at }
    }
}

impl Standing {
    pub(super) fn of(known: &Versioned<domain::Account>) -> Tagged<Standing> {
        let account = &known.body;
        Tagged { version: known.version, body: Standing { account: account.id, roles: account.roles() } }
    }
}

impl From<Living> for Session {
    fn from(Living { session, is_this }: Living) -> Session {
        Session {
            id: session.id,
            this: is_this,
            device: session.device,
            address: session.origin.address,
            agent: session.origin.agent,
            created_at: session.created_at,
            used_at: session.used_at,
            expires_at: session.expires_at,
        }
    }
}

impl From<Entry> for Happened {
    fn from(entry: Entry) -> Happened {
        let Entry { event, at, origin, about, by } = entry;
        Happened { event, at, address: origin.address, agent: origin.agent, about, by }
    }
}

impl From<&domain::ApiKey> for ApiKey {
    fn from(key: &domain::ApiKey) -> ApiKey {
        ApiKey {
            id: key.id,
            name: key.name.clone(),
            prefix: key.prefix.clone(),
            key: None,
            scopes: key.scopes.clone(),
            tier: key.tier,
            created_by: key.created_by,
            created_at: key.created_at,
            expires_at: key.expires_at,
            used_at: key.used_at,
            replaces: key.replaces,
        }
    }
}

/// As it is remembered: with the nonce in the place of the key.
impl From<&MadeKey> for ApiKey {
    fn from(made: &MadeKey) -> ApiKey {
        ApiKey { key: Some(made.nonce.clone()), ..ApiKey::from(&made.key) }
    }
}
