//! Two people: one whose things are guarded, and a neighbour who has as much, elsewhere. What identity
//! believes, it has made itself, so the programs of strangers are made here too.

use facts::merchants::{MemberAdded, MerchantRole};
use http::HeaderName;
use ids::AccountId;
use serde_json::{Value, json};
use testkit::{Stage, text};

use crate::PASSWORD;

pub const ADA: &str = "ada@example.org";

/// Two people who own a shop each, and have keys.
pub async fn furnish(at: &mut Stage) {
    put_admins_in(at).await;
    let merchant = at.merchant();
    at.knows("merchant", at.stranger);
    sign_up(at, "grace@example.org").await;
    at.strange_keys = [make_a_key(at, "create_shop_api_key").await, make_a_key(at, "create_api_key").await]
        .map(|made| text(&made["key"]));
    // That a key was used is noted once an hour, and is no doing of a stranger's.
    for key in &at.strange_keys {
        let call = at.house.get("/identity/me").header(HeaderName::from_static("x-api-key"), key);
        call.send().await.refused(403, "forbidden");
    }
    at.rival = at.person.clone();
    at.neighbour = Some(at.person.clone());
    at.knows("merchant", merchant);
    sign_up(at, ADA).await;
    let (own, shops) = (make_a_key(at, "create_api_key").await, make_a_key(at, "create_shop_api_key").await);
    at.knows("key", text(&own["id"]));
    at.of_the_shop.insert("key", text(&shops["id"]));
}

/// Who runs the market, who did, and who does and is not here.
async fn put_admins_in(at: &mut Stage) {
    at.admin = text(&appoint(at, "root@example.org").await["access_token"]);
    let dismissed = appoint(at, "dismissed@example.org").await;
    at.knows("account", text(&dismissed["account"]));
    at.step("revoke_role", &json!({ "role": "admin" })).await;
    at.dismissed = text(&dismissed["access_token"]);
    let signed_out = appoint(at, "signed-out@example.org").await;
    at.signed_out = text(&signed_out["access_token"]);
    at.person.clone_from(&at.signed_out);
    at.knows("session", text(&signed_out["session"]));
    at.step("end_session", &Value::Null).await;
}

/// An account that runs the market, signed in.
pub async fn appoint(at: &Stage, email: &str) -> Value {
    let appointed = identity::appoint_admin(&at.house.around, email, Some(PASSWORD)).await;
    appointed.expect("the host makes the first admin");
    at.step("sign_in", &json!({ "email": email, "password": PASSWORD })).await
}

/// Somebody to whom the shop belongs; paths lead there from now on.
async fn sign_up(at: &mut Stage, email: &str) {
    let body = json!({ "email": email, "password": PASSWORD });
    at.step("register_account", &body).await;
    at.reads_letter().await;
    at.step("confirm_email", &json!({ "token": at.known["token"] })).await;
    let account = at.step("sign_in", &body).await["account"].clone();
    let account: AccountId = text(&account).parse().expect("an account has an id");
    let (merchant, role) = (at.merchant(), MerchantRole::Owner);
    at.house.hears(merchant, 1, &MemberAdded { merchant, account, role }).await;
    let tokens = at.step("sign_in", &body).await;
    at.knows("account", account);
    at.knows("session", text(&tokens["session"]));
    at.person = text(&tokens["access_token"]);
    at.member.clone_from(&at.person);
}

async fn make_a_key(at: &Stage, operation: &str) -> Value {
    at.step(operation, &json!({ "name": "sync", "scopes": ["catalog:write"] })).await
}
