//! What must be true of accounts and their sessions once nothing is under way any more.

use std::collections::BTreeMap;

use dynamo::Item;
use http::Method;
use identity::Email;
use serde_json::json;

use super::customers::{End, Family};
use super::judge::Broken;
use super::world::World;

/// IDN-1: whoever is known by an e-mail has the claim to it, and every claim leads to whoever has it.
pub fn judge_claims(items: &[Item]) -> Vec<Broken> {
    let text = |item: &Item, name: &str| item.get(name).and_then(|said| said.as_s().ok()).cloned();
    let mut claims = BTreeMap::new();
    let mut accounts = BTreeMap::new();
    for item in items {
        let (pk, sk) = (text(item, "pk").unwrap_or_default(), text(item, "sk").unwrap_or_default());
        match sk.as_str() {
            "claim" => drop(claims.insert(pk, text(item, "account").unwrap_or_default())),
            "account" => drop(accounts.insert(text(item, "id").unwrap_or_default(), text(item, "email"))),
            _ => {}
        }
    }
    let mut broken = Vec::new();
    let mut wrong = |what: String| broken.push(Broken::of("IDN-1", what));
    for (account, email) in &accounts {
        let Some(email) = email.as_ref().and_then(|email| email.parse::<Email>().ok()) else { continue };
        let claim = format!("mail#{}", email.digest());
        if claims.remove(&claim).as_ref() != Some(account) {
            wrong(format!("{account} is known by an e-mail that is not claimed for it"));
        }
    }
    for (claim, account) in claims {
        wrong(format!("{claim} leads to {account}, who is known by another e-mail, or nobody"));
    }
    broken
}

/// IDN-2 and IDN-3, once nothing is under way: what is over stays over, and what is not goes on.
pub async fn judge_sessions(world: &World, families: &[Family]) -> Vec<Broken> {
    let mut broken = Vec::new();
    for family in families {
        let Family { email, tokens, end } = family;
        let tried: &[String] = match end {
            End::Alive => &tokens[tokens.len() - 1..],
            End::Dead => tokens,
            End::Unsure => continue,
        };
        for token in tried {
            let body = json!({ "refresh_token": token });
            let request = world.request(Method::POST, "/identity/sessions/refresh", &body);
            let answer = world.show("identity", request).await;
            match (end, answer.status.as_u16()) {
                (End::Alive, 200) | (End::Dead, 401) => {}
                (End::Dead, 200) => {
                    broken.push(Broken::of("IDN-3", format!("a session of {email} is over, and goes on")));
                }
                (_, status) => {
                    let text = format!("a session of {email} is {end:?}: {status} {}", answer.code());
                    broken.push(Broken::of("IDN-2", text));
                }
            }
        }
    }
    broken
}
