//! The people of the demo: two shops, their members, the admin and the operator of the market, and
//! customers.
//!
//! Their accounts are ordinary ones. This host also has their passwords, which are made up at the first
//! start and kept in the market's vault.
//!
//! Invariants: every token comes from a sign-in; a session is renewed before another begins.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use auth::MerchantRole;
use clock::Clock;
use http::StatusCode;
use ids::MerchantId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vault::{Vault, VaultError};

use crate::caller::{Answer, Call, Garbled};
use crate::gateway::Gateway;

/// The secret with the passwords of the demo.
const BOOK: &str = "demo-people";
/// A token that expires sooner than this is renewed before it is given out.
const MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// The role of a person in the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Runs the market.
    Admin,
    /// Runs the workshop.
    Operator,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shop {
    /// The name that customers see.
    pub name: &'static str,
    /// Its slug.
    pub slug: &'static str,
    /// The domain of its members' e-mails.
    domain: &'static str,
}

/// The shops of the demo.
pub const SHOPS: [Shop; 2] = [
    Shop { name: "Harbour Goods", slug: "harbour-goods", domain: "harbour.example" },
    Shop { name: "Nautilus Atelier", slug: "nautilus-atelier", domain: "nautilus.example" },
];

/// A person of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// The role.
    pub part: Part,
    /// The shop, if it is a role in a shop.
    pub shop: Option<Shop>,
}

/// The secrets of the people.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Book {
    /// By e-mail.
    passwords: BTreeMap<String, String>,
    /// By slug.
    shops: BTreeMap<String, MerchantId>,
    /// The key of the first shop's program.
    api_key: Option<String>,
}

/// The people of one market. Clones share them.
#[derive(Clone)]
pub struct People(Arc<Inner>);

struct Inner {
    gateway: Gateway,
    vault: Vault,
    clock: Clock,
    book: Mutex<Book>,
    /// The holder of the lock signs in.
    sessions: tokio::sync::Mutex<BTreeMap<Person, Session>>,
}

#[derive(Clone, Deserialize)]
struct Session {
    access_token: String,
    refresh_token: String,
    expires_in: i64,
    #[serde(skip)]
    ends: Timestamp,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// The market has no demo data.
    #[error("nobody lives here: the market was started without demo data")]
    Nobody,
    /// The shop is not one of the demo's.
    #[error("nobody of the demo works in {0}")]
    OtherShop(MerchantId),
    /// The sign-in was refused.
    #[error("{0} may not sign in: {1}")]
    Refused(String, Value),
    /// The market's answer cannot be read.
    #[error(transparent)]
    Garbled(#[from] Garbled),
}

impl Part {
    /// All roles.
    pub const ALL: [Part; 6] =
        [Part::Admin, Part::Operator, Part::Owner, Part::Manager, Part::Clerk, Part::Customer];

    /// The role as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Part::Admin => "admin",
            Part::Operator => "operator",
            Part::Owner => "owner",
            Part::Manager => "manager",
            Part::Clerk => "clerk",
            Part::Customer => "customer",
        }
    }

    /// The role in a shop, if it is one.
    pub fn in_shop(self) -> Option<MerchantRole> {
        match self {
            Part::Owner => Some(MerchantRole::Owner),
            Part::Manager => Some(MerchantRole::Manager),
            Part::Clerk => Some(MerchantRole::Clerk),
            Part::Admin | Part::Operator | Part::Customer => None,
        }
    }
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Part, String> {
        let part = Part::ALL.into_iter().find(|part| part.name() == text);
        let all = "admin, operator, owner, manager, clerk or customer";
        part.ok_or_else(|| format!("nobody is a {text:?} here: {all}"))
    }
}

impl Person {
    /// All people, the members of shops once for each shop.
    pub fn all() -> Vec<Person> {
        let [in_shops, elsewhere]: [Vec<_>; 2] = [true, false]
            .map(|shop| Part::ALL.into_iter().filter(|p| p.in_shop().is_some() == shop).collect());
        let elsewhere = elsewhere.into_iter().map(|part| Person { part, shop: None });
        let staff = SHOPS
            .into_iter()
            .flat_map(|shop| in_shops.clone().into_iter().map(move |part| Person { part, shop: Some(shop) }));
        elsewhere.chain(staff).collect()
    }

    /// The role, with the shop if there is one.
    pub fn name(self) -> String {
        let part = self.part.name();
        self.shop.map_or_else(|| format!("The {part}"), |shop| format!("The {part} of {}", shop.name))
    }

    /// The e-mail of the account.
    pub fn email(self) -> String {
        format!("{}@{}", self.part.name(), self.shop.map_or("snail.example", |shop| shop.domain))
    }
}

impl People {
    /// The people of the market behind this gateway, with the passwords in the vault.
    pub async fn of(gateway: Gateway, vault: Vault, clock: Clock) -> Result<People, VaultError> {
        let book = match vault.read(BOOK).await {
            Ok(book) => serde_json::from_str(book.reveal()).map_err(|_| VaultError::NotText(BOOK.into()))?,
            Err(VaultError::Missing(_)) => Book::default(),
            Err(error) => return Err(error),
        };
        let sessions = tokio::sync::Mutex::default();
        Ok(People(Arc::new(Inner { gateway, vault, clock, book: Mutex::new(book), sessions })))
    }

    /// The id of a shop of the demo, once it has been opened.
    pub fn shop(&self, shop: Shop) -> Option<MerchantId> {
        self.book().shops.get(shop.slug).copied()
    }

    /// A token of a person in this role. A role in a shop is in the demo's first shop unless another is
    /// named.
    pub async fn token(&self, part: Part, merchant: Option<MerchantId>) -> Result<String, NoToken> {
        let shop = match (part.in_shop(), merchant) {
            (None, _) => None,
            (Some(_), None) => Some(SHOPS[0]),
            (Some(_), Some(id)) => {
                let named = SHOPS.into_iter().find(|shop| self.shop(*shop) == Some(id));
                Some(named.ok_or(NoToken::OtherShop(id))?)
            }
        };
        self.token_of(Person { part, shop }).await
    }

    /// A token of this person that is valid for at least a minute.
    pub async fn token_of(&self, person: Person) -> Result<String, NoToken> {
        let mut sessions = self.0.sessions.lock().await;
        let now = self.0.clock.now();
        match sessions.get(&person) {
            Some(session) if session.ends > now + MARGIN => return Ok(session.access_token.clone()),
            Some(session) => {
                let body = json!({ "refresh_token": session.refresh_token });
                let answer = self.0.gateway.call(Call::post("/identity/sessions/refresh", &body)).await?;
                if let Ok(session) = self.begun(&person, answer) {
                    let token = session.access_token.clone();
                    sessions.insert(person, session);
                    return Ok(token);
                }
            }
            None => {}
        }
        let email = person.email();
        let password = self.book().passwords.get(&email).cloned().ok_or(NoToken::Nobody)?;
        let body = json!({ "email": email, "password": password, "device": "the demo" });
        let answer = self.0.gateway.call(Call::post("/identity/sessions", &body)).await?;
        let session = self.begun(&person, answer)?;
        let token = session.access_token.clone();
        sessions.insert(person, session);
        Ok(token)
    }

    fn begun(&self, person: &Person, answer: Answer) -> Result<Session, NoToken> {
        let Answer { status, body, .. } = answer;
        let refused = || NoToken::Refused(person.email(), body.clone());
        if status != StatusCode::OK && status != StatusCode::CREATED {
            return Err(refused());
        }
        let mut session: Session = serde_json::from_value(body.clone()).map_err(|_| refused())?;
        session.ends = self.0.clock.now() + SignedDuration::from_secs(session.expires_in);
        Ok(session)
    }

    /// Forgets a token that is out of date. The session goes on.
    pub(crate) async fn renew(&self, person: Person) {
        if let Some(session) = self.0.sessions.lock().await.get_mut(&person) {
            session.ends = self.0.clock.now();
        }
    }

    /// The password of a person, made up now if there is none.
    pub(crate) async fn password(
        &self,
        email: &str,
        make: impl FnOnce() -> Result<String, getrandom::Error>,
    ) -> Result<String, MadeUp> {
        if let Some(known) = self.book().passwords.get(email) {
            return Ok(known.clone());
        }
        let password = make()?;
        self.note(|book| {
            book.passwords.insert(email.to_owned(), password.clone());
        })
        .await?;
        Ok(password)
    }

    pub(crate) async fn note_shop(&self, shop: Shop, id: MerchantId) -> Result<(), VaultError> {
        self.note(|book| {
            book.shops.insert(shop.slug.to_owned(), id);
        })
        .await
    }

    pub(crate) async fn note_api_key(&self, key: &str) -> Result<(), VaultError> {
        self.note(|book| book.api_key = Some(key.to_owned())).await
    }

    /// The key of the first shop's program, once it has been made.
    pub fn api_key(&self) -> Option<String> {
        self.book().api_key.clone()
    }

    async fn note(&self, change: impl FnOnce(&mut Book)) -> Result<(), VaultError> {
        let text = {
            let mut book = self.book();
            change(&mut book);
            json!(*book).to_string()
        };
        self.0.vault.replace(BOOK, &text).await
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All people with their passwords.
    pub fn list(&self) -> Value {
        let book = self.book().clone();
        let known = |person: &Person| book.passwords.contains_key(&person.email());
        let show = |person: Person| {
            json!({
                "as": person.part.name(),
                "email": person.email(),
                "password": book.passwords.get(&person.email()),
                "shop": person.shop.map(|shop| shop.name),
                "merchant": person.shop.and_then(|shop| book.shops.get(shop.slug)),
            })
        };
        let shops = SHOPS.into_iter().filter_map(|shop| {
            Some(json!({ "name": shop.name, "slug": shop.slug, "merchant": book.shops.get(shop.slug)? }))
        });
        let program = book.api_key.as_ref().map(
            |key| json!({ "shop": SHOPS[0].name, "merchant": book.shops.get(SHOPS[0].slug), "api_key": key }),
        );
        json!({
            "people": Person::all().into_iter().filter(known).map(show).collect::<Vec<_>>(),
            "shops": shops.collect::<Vec<_>>(),
            "programs": program.into_iter().collect::<Vec<_>>(),
            "use": "GET /dev/token?as=<as> signs in: Authorization: Bearer <token>, or X-API-KEY: <api_key>",
        })
    }
}

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub enum MadeUp {
    /// The machine gives no random numbers.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandomness(#[from] getrandom::Error),
    /// It could not be stored.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_people_of_the_demo_are_all_different() {
        let emails: BTreeSet<_> = Person::all().into_iter().map(Person::email).collect();
        assert_eq!(emails.len(), 3 + 2 * 3, "{emails:?}");
        assert!(emails.contains("manager@harbour.example") && emails.contains("admin@snail.example"));
    }

    #[test]
    fn a_part_is_known_by_its_name() {
        for part in Part::ALL {
            assert_eq!(part.name().parse(), Ok(part));
        }
        assert!("king".parse::<Part>().unwrap_err().contains("operator"));
    }
}
