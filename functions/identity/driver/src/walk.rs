//! What people, their sign-ins and their programs cost.

use auth::ApiKey;
use dynamo::Spend;
use facts::merchants::{MemberAdded, MemberRemoved, MerchantClosed, MerchantRole};
use lambda::Role;
use serde_json::{Value, json};

use testkit::{Stage, text};

use crate::furniture::appoint;
use crate::{ANOTHER, PASSWORD};

pub async fn walk(at: &mut Stage) {
    let ada = json!({ "email": "ada@example.org", "password": PASSWORD });
    sign_in(at, &ada).await;
    programs(at).await;
    sessions(at, &ada).await;
    letters(at).await;
    officials(at).await;
    let tokens = at.step("sign_in", &ada).await;
    at.person = text(&tokens["access_token"]);
    at.does("close_account", &json!({ "password": PASSWORD })).await;
    at.echo().await;
    let (turned, spend) = Spend::of(at.house.handle(Role::Schedule, json!({}))).await;
    turned.expect("the vault gives and takes the key");
    at.record("schedule", "a new signing key", spend);
}

async fn sign_in(at: &mut Stage, ada: &Value) {
    at.does("register_account", ada).await;
    at.reads_letter().await;
    at.does("confirm_email", &json!({ "token": at.known["token"] })).await;
    let wrong = json!({ "email": ada["email"], "password": "not the password" });
    let in_vain = at.call("sign_in", "").json(&wrong).send().await.expect(401);
    at.record("sign_in", "in vain", in_vain.spend);
    let tokens = at.does("sign_in", ada).await;
    let mut home = ada.clone();
    home["device_token"] = tokens["device_token"].clone();
    let tokens = at.does_so("sign_in", "on a known device", &home).await;
    at.knows("account", text(&tokens["account"]));
    let (merchant, account, role) = (at.merchant(), at.id("account"), MerchantRole::Owner);
    at.hears(merchant, 1, &MemberAdded { merchant, account, role }).await;
    let shown = json!({ "refresh_token": tokens["refresh_token"] });
    at.does("refresh_session", &shown).await;
    let tokens = at.does_so("refresh_session", "again in time", &shown).await;
    at.person = text(&tokens["access_token"]);
    at.member.clone_from(&at.person);
    at.calls("read_me").await;
    at.does("change_name", &json!({ "name": "Ada" })).await;
    at.does("change_locale", &json!({ "locale": "ru" })).await;
    at.calls("read_jwks").await;
    at.does("keys", &json!({})).await;
    at.does("standing", &json!({ "account": account, "session": tokens["session"] })).await;
}

async fn programs(at: &mut Stage) {
    let wish = json!({ "name": "sync", "scopes": ["catalog:write"] });
    let made = at.does("create_api_key", &wish).await;
    let key = ApiKey::parse(&text(&made["key"])).expect("a key was made");
    let digest = json!({ "digest": key.digest() });
    at.does_so("find_key", "its first use in an hour", &digest).await;
    at.does("find_key", &digest).await;
    at.knows("key", text(&made["id"]));
    at.calls("list_api_keys").await;
    at.does("rotate_api_key", &json!({})).await;
    at.calls("revoke_api_key").await;
    let made = at.does("create_shop_api_key", &wish).await;
    at.knows("key", text(&made["id"]));
    at.calls("list_shop_api_keys").await;
    at.does("rotate_shop_api_key", &json!({})).await;
    at.calls("revoke_shop_api_key").await;
}

async fn sessions(at: &mut Stage, ada: &Value) {
    let other = at.step("sign_in", ada).await;
    at.knows("session", text(&other["session"]));
    at.calls("list_sessions").await;
    at.calls("list_events").await;
    at.calls("end_session").await;
    at.step("sign_in", ada).await;
    at.calls("end_other_sessions").await;
    let new = json!({ "password": PASSWORD, "new_password": ANOTHER });
    at.does("change_password", &new).await;
}

async fn letters(at: &mut Stage) {
    let move_to = json!({ "email": "lovelace@example.org", "password": ANOTHER });
    at.does("change_email", &move_to).await;
    at.does("forgot_password", &json!({ "email": "ada@example.org" })).await;
    at.reads_letter().await;
    at.does("reset_password", &json!({ "token": at.known["token"], "password": PASSWORD })).await;
    let bob = json!({ "email": "bob@example.org", "password": PASSWORD });
    at.step("register_account", &bob).await;
    at.person = text(&at.step("sign_in", &bob).await["access_token"]);
    at.calls("request_confirmation").await;
}

async fn officials(at: &mut Stage) {
    at.admin = text(&appoint(at, "root@example.org").await["access_token"]);
    at.does("find_account", &json!({ "email": "ada@example.org" })).await;
    at.calls("read_account").await;
    at.does("grant_role", &json!({ "role": "operator" })).await;
    at.does("revoke_role", &json!({ "role": "operator" })).await;
    at.does("set_tier", &json!({ "tier": "business" })).await;
    at.does("set_shop_tier", &json!({ "tier": "business" })).await;
    at.calls("sign_out_account").await;
    let (merchant, account) = (at.merchant(), at.id("account"));
    at.hears(merchant, 2, &MemberRemoved { merchant, account }).await;
    at.hears(merchant, 3, &MerchantClosed { merchant }).await;
}
