//! The accounts and shops of the demo: people register, read their mail, open shops, show documents,
//! invite each other, all through the public API. Only the first admin comes from the command line.
//!
//! Invariant: a second run changes nothing, and an interrupted run resumes.

use std::time::Duration;

use ids::MerchantId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::SeedError;
use super::desk::Desk;
use super::item::LOCALES;
use crate::people::{Part, Person, SHOPS, Shop};
use crate::secrets::random_text;
use crate::{Market, Tell, admin};

const PAUSE: Duration = Duration::from_millis(50);
/// The most waiting for facts and notices: half a minute, far more than they need.
const MOST_PAUSES: u32 = 600;
/// The characters of passwords, without those that look alike.
const LETTERS: &str = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH: usize = 16;

/// The scopes of the first shop's API key.
const SCOPES: [&str; 6] =
    ["catalog:read", "catalog:write", "inventory:read", "inventory:write", "cart:read", "cart:write"];

/// The description of a shop, in the order of the demo's languages.
fn words(shop: Shop) -> [&'static str; 3] {
    match shop.slug {
        "harbour-goods" => [
            "Useful things for a life by the sea.",
            "Полезные вещи для жизни у моря.",
            "أشياء نافعة لحياة على شاطئ البحر.",
        ],
        _ => [
            "Printed parts, figures, and hours at the workbench.",
            "Печатные детали, фигуры и часы за верстаком.",
            "قطع مطبوعة وتماثيل وساعات في الورشة.",
        ],
    }
}

/// The id of a shop of the demo.
pub fn id(market: &Market, shop: Shop) -> Result<MerchantId, SeedError> {
    market.people().shop(shop).ok_or_else(|| SeedError::Late(shop.name.to_owned()))
}

/// Makes the missing accounts and shops.
pub async fn move_in(market: &Market, tell: Tell<'_>) -> Result<(), SeedError> {
    // The API key is made last.
    if market.people().api_key().is_some() {
        return Ok(());
    }
    tell("demo data: people and their shops");
    let boss = Person { part: Part::Admin, shop: None };
    let (password, _) = password(market, boss).await?;
    admin::appoint(market.functions(), &boss.email(), Some(&password)).await?;
    for person in Person::all().into_iter().filter(|person| *person != boss) {
        settle(market, person).await?;
    }
    employ(market).await?;
    for shop in SHOPS {
        let id = open(market, shop).await?;
        for part in [Part::Manager, Part::Clerk] {
            hire(market, shop, id, part).await?;
        }
        for part in [Part::Owner, Part::Manager, Part::Clerk] {
            let person = Person { part, shop: Some(shop) };
            until(market, person, &format!("a place in {}", shop.name), |me| {
                !me["shops"][id.to_string()].is_null()
            })
            .await?;
        }
    }
    program(market).await?;
    for person in Person::all() {
        let (password, _) = self::password(market, person).await?;
        tell(&format!("  {:<10}{:<28}{password}", person.part.name(), person.email()));
    }
    if let Some(key) = market.people().api_key() {
        tell(&format!("  {:<10}{:<28}{key}", "program", SHOPS[0].name));
    }
    Ok(())
}

/// The password of a person, and whether it was made up just now.
async fn password(market: &Market, person: Person) -> Result<(String, bool), SeedError> {
    let alphabet: Vec<char> = LETTERS.chars().collect();
    let mut new = false;
    let make = || {
        new = true;
        random_text(LENGTH, &alphabet)
    };
    let password = market.people().password(&person.email(), make).await?;
    Ok((password, new))
}

/// Registers a person and confirms the e-mail.
async fn settle(market: &Market, person: Person) -> Result<(), SeedError> {
    let email = person.email();
    let (password, new) = password(market, person).await?;
    let known = !new && market.people().token_of(person).await.is_ok();
    let own = Desk { market, person: Some(person) };
    if !known {
        let words =
            json!({ "email": email, "password": password, "name": person.name(), "locale": LOCALES[0] });
        Desk::anybody(market).post("/identity/accounts", &words).await?;
    } else if own.get("/identity/me").await?["confirmed"] == true {
        return Ok(());
    } else if market.mail().newest(&email, "confirm_email").is_none() {
        // The letter went to a process that has ended.
        own.post("/identity/email/confirmation", &Value::Null).await?;
    }
    let letter = market.mail().wait_for(&email, "confirm_email").await?;
    let token = json!({ "token": letter.contents.token });
    Desk::anybody(market).post("/identity/email/confirm", &token).await?;
    market.people().renew(person).await;
    Ok(())
}

/// An admin makes the operator.
async fn employ(market: &Market) -> Result<(), SeedError> {
    let (boss, operator) = (Desk::of(market, Part::Admin, None), Person { part: Part::Operator, shop: None });
    let found = boss.post("/identity/admin/accounts/find", &json!({ "email": operator.email() })).await?;
    if !list(&found["roles"]).contains(&json!("operator")) {
        let path = format!("/identity/admin/accounts/{}/grant-role", text(&found["id"]));
        boss.once(&path, "operator", &json!({ "role": "operator" })).await?;
    }
    market.people().renew(operator).await;
    Ok(())
}

/// The owner opens a shop and shows its documents; an admin approves it.
async fn open(market: &Market, shop: Shop) -> Result<MerchantId, SeedError> {
    let (boss, owner) = (Desk::of(market, Part::Admin, None), Desk::of(market, Part::Owner, Some(shop)));
    let mine = owner.get("/merchants/mine?limit=100").await?;
    let id = match list(&mine["items"]).iter().find(|own| own["slug"] == shop.slug) {
        Some(own) => text(&own["id"]),
        None => {
            let [description, ..] = words(shop);
            let new = json!({
                "locale": LOCALES[0], "name": shop.name, "description": description, "slug": shop.slug,
                "time_zone": "Europe/Lisbon",
            });
            text(&owner.once("/merchants/shops", &format!("shop-{}", shop.slug), &new).await?["id"])
        }
    };
    let own = format!("/merchants/{id}");
    let mut now = owner.get(&own).await?;
    if now["state"] == "draft" {
        for (locale, description) in LOCALES.into_iter().zip(words(shop)) {
            if now["words"][locale].is_null() {
                let said = json!({ "locale": locale, "name": shop.name, "description": description });
                owner.post(&format!("{own}/describe"), &said).await?;
            }
        }
        let legal = json!({ "name": format!("{} Lda.", shop.name), "country": "PT" });
        owner.post(&format!("{own}/legal"), &legal).await?;
        let email = Person { part: Part::Owner, shop: Some(shop) }.email();
        owner.post(&format!("{own}/contact"), &json!({ "email": email })).await?;
        show_a_paper(&owner, &own, shop, &now).await?;
        now = owner.post(&format!("{own}/submit"), &Value::Null).await?;
    }
    if now["state"] == "submitted" {
        boss.post(&format!("/merchants/admin/shops/{id}/approve"), &Value::Null).await?;
    }
    let id: MerchantId = id.parse().map_err(|_| SeedError::Late(shop.name.to_owned()))?;
    market.people().note_shop(shop, id).await?;
    Ok(id)
}

async fn show_a_paper(owner: &Desk<'_>, own: &str, shop: Shop, now: &Value) -> Result<(), SeedError> {
    let received = |shop: &Value| list(&shop["documents"]).iter().any(|paper| paper["state"] == "received");
    if received(now) {
        return Ok(());
    }
    let paper = format!("%PDF-1.4\n% Register extract of {}\n%%EOF\n", shop.name).into_bytes();
    let wanted = json!({
        "kind": "register_extract", "content_type": "application/pdf", "bytes": paper.len(),
        "sha256": hex::encode(Sha256::digest(&paper)),
    });
    // A presigned upload of an earlier process may have expired; then a new key gets another.
    let key = format!("paper-{}-{}", shop.slug, list(&now["documents"]).len());
    let permit = owner.once(&format!("{own}/documents"), &key, &wanted).await?;
    if !owner.send(&permit["upload"], paper).await? {
        return Err(SeedError::Upload(format!("the papers of {}", shop.name)));
    }
    for _ in 0..MOST_PAUSES {
        if received(&owner.get(own).await?) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(SeedError::Late(format!("the paper of {}", shop.name)))
}

/// The owner invites a person, who accepts.
async fn hire(market: &Market, shop: Shop, id: MerchantId, part: Part) -> Result<(), SeedError> {
    let owner = Desk::of(market, Part::Owner, Some(shop));
    let person = Person { part, shop: Some(shop) };
    let (own, email) = (Desk { market, person: Some(person) }, person.email());
    let me = text(&own.get("/identity/me").await?["id"]);
    let members = owner.get(&format!("/merchants/{id}/members")).await?;
    if list(&members["items"]).iter().any(|member| member["account"] == me) {
        return Ok(());
    }
    let path = format!("/merchants/{id}/invitations");
    if market.mail().newest(&email, "invitation").is_none() {
        let offers = owner.get(&format!("{path}?limit=100")).await?;
        let offers: Vec<_> = list(&offers["items"]).iter().filter(|offer| offer["email"] == email).collect();
        // The letter of an open invitation went to a process that has ended.
        for offer in offers.iter().filter(|offer| offer["state"] == "open") {
            owner.post(&format!("{path}/{}/revoke", text(&offer["id"])), &Value::Null).await?;
        }
        let key = format!("invite-{}-{}-{}", shop.slug, part.name(), offers.len());
        let offer = json!({ "email": email, "role": part.name(), "locale": LOCALES[0] });
        owner.once(&path, &key, &offer).await?;
    }
    let letter = market.mail().wait_for(&email, "invitation").await?;
    let key = format!("accept-{}-{}-{}", shop.slug, part.name(), letter.at.as_millisecond());
    let token = json!({ "token": letter.contents.token });
    own.once("/merchants/invitations/accept", &key, &token).await?;
    Ok(())
}

/// The first shop gets an API key, with a higher tier than the usual one.
async fn program(market: &Market) -> Result<(), SeedError> {
    let [shop, _] = SHOPS;
    let id = id(market, shop)?;
    let boss = Desk::of(market, Part::Admin, None);
    let tier = json!({ "tier": "business" });
    boss.once(&format!("/identity/admin/merchants/{id}/tier"), "program-tier", &tier).await?;
    let wish = json!({ "name": "The demo's program", "scopes": SCOPES });
    let manager = Desk::of(market, Part::Manager, Some(shop));
    let made = manager.once(&format!("/identity/merchants/{id}/api-keys"), "program", &wish).await?;
    Ok(market.people().note_api_key(&text(&made["key"])).await?)
}

/// Waits until identity has a fact about a person, and their token says so.
async fn until(
    market: &Market,
    person: Person,
    what: &str,
    heard: impl Fn(&Value) -> bool,
) -> Result<(), SeedError> {
    let own = Desk { market, person: Some(person) };
    for _ in 0..MOST_PAUSES {
        if heard(&own.get("/identity/me").await?) {
            market.people().renew(person).await;
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(SeedError::Late(format!("{what} for {}", person.email())))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
