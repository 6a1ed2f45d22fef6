//! Who lives in the demo: two shops, the people who work there, and those who come to buy.
//!
//! Only this host knows them. A room sees their tokens, as it will see anybody's.
//!
//! Invariant: ids of the demo are the same on every machine, so that what is written about them
//! stays true.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::str::FromStr;

use auth::issue::{Issuer, LIFETIME};
use auth::{Authority, Claims, KeyGrant, MerchantRole, Role, Tier, Unreachable};
use clock::Clock;
use futures::FutureExt;
use futures::future::BoxFuture;
use ids::{AccountId, ApiKeyId, MerchantId, Uuid};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::keys::Keys;

/// Which part somebody plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Runs the market.
    Admin,
    /// Owns a shop.
    Owner,
    /// Decides what a shop sells.
    Manager,
    /// Moves a shop's stock.
    Clerk,
    /// Buys.
    Customer,
}

/// A shop of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Shop {
    /// What it is called.
    pub name: &'static str,
    /// Its place in the demo, counted from one.
    number: u64,
}

/// The shops of the demo.
pub const SHOPS: [Shop; 2] =
    [Shop { name: "Harbour Goods", number: 1 }, Shop { name: "Nautilus Atelier", number: 2 }];

/// Signs tokens for the people of this market.
#[derive(Clone)]
pub struct People {
    issuer: Issuer,
    clock: Clock,
}

impl Part {
    /// All of them.
    pub const ALL: [Part; 5] = [Part::Admin, Part::Owner, Part::Manager, Part::Clerk, Part::Customer];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Part::Admin => "admin",
            Part::Owner => "owner",
            Part::Manager => "manager",
            Part::Clerk => "clerk",
            Part::Customer => "customer",
        }
    }

    /// What it may do in a shop, if it is a part in a shop.
    pub fn in_shop(self) -> Option<MerchantRole> {
        match self {
            Part::Owner => Some(MerchantRole::Owner),
            Part::Manager => Some(MerchantRole::Manager),
            Part::Clerk => Some(MerchantRole::Clerk),
            Part::Admin | Part::Customer => None,
        }
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Part, String> {
        let part = Part::ALL.into_iter().find(|part| part.name() == text);
        part.ok_or_else(|| format!("nobody is a {text:?} here: admin, owner, manager, clerk or customer"))
    }
}

impl Shop {
    /// Its id, the same on every machine.
    pub fn id(self) -> MerchantId {
        MerchantId::from_uuid(fixed(1, self.number))
    }
}

impl People {
    /// The people whose tokens are signed with these keys.
    pub fn new(keys: &Keys, clock: Clock) -> People {
        People { issuer: keys.issuer.clone(), clock }
    }

    /// A fresh access token of somebody who plays this part. Whoever plays a part in a shop plays it
    /// in the demo's first shop unless another is named.
    pub fn token(&self, part: Part, merchant: Option<MerchantId>) -> String {
        let shop = merchant.unwrap_or_else(|| SHOPS[0].id());
        let merchants = part.in_shop().map(|role| (shop, role));
        let role = if part == Part::Admin { Role::Admin } else { Role::Customer };
        self.issuer.sign(&Claims {
            sub: account(part, merchants.map(|(shop, _)| shop)),
            roles: BTreeSet::from([role]),
            merchants: merchants.into_iter().collect::<BTreeMap<_, _>>(),
            session: "laptop".into(),
            locale: None,
            exp: self.clock.now() + LIFETIME,
        })
    }

    /// Everybody of the demo with a fresh token.
    pub fn list(&self, keys: &Keys) -> Value {
        let person = |part: Part, shop: Option<Shop>| {
            let merchant = shop.map(Shop::id);
            json!({
                "as": part.name(),
                "account": account(part, merchant),
                "merchant": merchant,
                "shop": shop.map(|shop| shop.name),
                "token": self.token(part, merchant),
            })
        };
        let [in_shops, elsewhere]: [Vec<_>; 2] = [true, false]
            .map(|shop| Part::ALL.into_iter().filter(|p| p.in_shop().is_some() == shop).collect());
        let staff = SHOPS.iter().flat_map(|shop| in_shops.iter().map(|part| person(*part, Some(*shop))));
        let people: Vec<_> = elsewhere.iter().map(|part| person(*part, None)).chain(staff).collect();
        let program = json!({
            "merchant": SHOPS[0].id(), "shop": SHOPS[0].name, "api_key": keys.program.reveal(), "scopes": SCOPES,
        });
        json!({
            "expires_at": self.clock.now() + LIFETIME,
            "people": people,
            "programs": [program],
            "use": "Authorization: Bearer <token>, or X-API-KEY: <api_key>",
        })
    }
}

/// What the demo's program may do.
const SCOPES: [&str; 3] = ["catalog:write", "inventory:write", "loms"];

/// What answers for whoever lets people in: it believes the people and the program of the demo.
#[derive(Clone)]
pub struct Desk {
    issuer: Issuer,
    program: (String, KeyGrant),
}

impl Desk {
    /// The desk of the market with these keys.
    pub fn of(keys: &Keys, now: Timestamp) -> Desk {
        let grant = KeyGrant {
            id: ApiKeyId::from_uuid(fixed(3, 1)),
            scopes: SCOPES.iter().map(|scope| scope.parse().expect("a scope is written so")).collect(),
            tier: Tier::Business,
            merchant: Some(SHOPS[0].id()),
            account: None,
            expires_at: now + SignedDuration::from_hours(24 * 365),
        };
        Desk { issuer: keys.issuer.clone(), program: (keys.program.digest(), grant) }
    }
}

impl Authority for Desk {
    fn keys(&self) -> BoxFuture<'_, Result<String, Unreachable>> {
        ready(Ok(self.issuer.jwks())).boxed()
    }

    fn grant<'a>(&'a self, digest: &'a str) -> BoxFuture<'a, Result<Option<KeyGrant>, Unreachable>> {
        let (known, grant) = &self.program;
        ready(Ok((known == digest).then(|| grant.clone()))).boxed()
    }
}

fn account(part: Part, shop: Option<MerchantId>) -> AccountId {
    let number = shop.map_or(0, |shop| shop.uuid().as_u64_pair().1 & 0xff_ffff);
    AccountId::from_uuid(fixed(2, number * 8 + part as u64))
}

/// A version 7 UUID of 2026-01-01 that says which kind of thing it names, and which one.
fn fixed(kind: u64, number: u64) -> Uuid {
    const NEW_YEAR: u64 = 1_767_225_600_000;
    Uuid::from_u64_pair(NEW_YEAR << 16 | 0x7000, 1 << 63 | kind << 48 | number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::{KeySet, Verifier};

    use crate::keys::{AUDIENCE, ISSUER};

    fn people() -> (People, Keys, Verifier) {
        let keys = Keys::passing().unwrap();
        let clock = Clock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
        let set = KeySet::from_jwks(&keys.issuer.jwks()).unwrap();
        (People::new(&keys, clock.clone()), keys, Verifier::new(set, ISSUER, AUDIENCE, clock))
    }

    #[test]
    fn a_clerk_of_one_shop_is_nobody_in_the_other() {
        let (people, _, verifier) = people();
        let claims = verifier.token(&people.token(Part::Clerk, Some(SHOPS[1].id()))).unwrap();
        assert!(claims.may_act_for(SHOPS[1].id(), MerchantRole::Clerk));
        assert!(!claims.may_act_for(SHOPS[1].id(), MerchantRole::Manager));
        assert!(!claims.may_act_for(SHOPS[0].id(), MerchantRole::Clerk));
        assert!(!claims.is(Role::Admin));
    }

    #[test]
    fn the_people_of_the_demo_are_all_different_and_always_the_same() {
        let (people, keys, _) = people();
        let list = people.list(&keys);
        let accounts =
            list["people"].as_array().unwrap().iter().map(|person| person["account"].as_str().unwrap());
        let accounts: Vec<_> = accounts.collect();
        assert_eq!(accounts.iter().collect::<BTreeSet<_>>().len(), 8, "{accounts:?}");
        assert_eq!(SHOPS[0].id().to_string(), "mer_01kdvdna00e008008000000001");
    }

    #[tokio::test]
    async fn the_program_of_the_demo_is_believed() {
        let (_, keys, _) = people();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let grant = Desk::of(&keys, now).grant(&keys.program.digest()).await.unwrap();
        assert_eq!(grant.unwrap().merchant, Some(SHOPS[0].id()));
    }
}
