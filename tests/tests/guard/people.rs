//! A room of identity with two people in it: one whose things are guarded, and a neighbour who has as
//! much, elsewhere. What identity believes, it has made itself, so the programs of strangers are made
//! here too.

use facts::identity::AccountRegistered;
use facts::merchants::{MemberAdded, MerchantRole};
use ids::{AccountId, MerchantId};
use serde_json::{Value, json};

use crate::furnish::{Furnished, text};

const PASSWORD: &str = "a snail on the way home";

/// Somebody who has signed in.
struct Person {
    account: AccountId,
    session: String,
    access: String,
}

impl Furnished {
    /// Two people who own a shop each, and have keys.
    pub async fn put_people_in(&mut self) {
        let ada = self.sign_up("ada@example.org", self.merchant).await;
        let key = self.make_a_key("/identity/api-keys", &ada).await;
        self.known.extend([
            ("account", ada.account.to_string()),
            ("session", ada.session.clone()),
            ("key", text(&key["id"])),
        ]);
        let shops_key = format!("/identity/merchants/{}/api-keys", self.merchant);
        let shops_key = self.make_a_key(&shops_key, &ada).await;
        self.of_the_shop.insert("key", text(&shops_key["id"]));
        self.right.member = ada.access.clone();
        self.right.person = ada.access;
        let grace = self.sign_up("grace@example.org", self.stranger).await;
        let shops_key = format!("/identity/merchants/{}/api-keys", self.stranger);
        let theirs = self.make_a_key(&shops_key, &grace).await;
        let own = self.make_a_key("/identity/api-keys", &grace).await;
        self.strange_keys = [text(&theirs["key"]), text(&own["key"])];
        // That a key was used is noted once an hour, and is no doing of a stranger's.
        for key in &self.strange_keys {
            let call = self.house.get("/identity/me").header(http::HeaderName::from_static("x-api-key"), key);
            call.send().await.refused(403, "forbidden");
        }
        self.put_admins_in().await;
        self.right.rival = grace.access.clone();
        self.neighbour = Some(grace.access);
    }

    /// Who runs the market, who did, and who does and is not here.
    async fn put_admins_in(&mut self) {
        self.right.admin = self.appoint("root@example.org").await.access;
        let dismissed = self.appoint("dismissed@example.org").await;
        let path = format!("/identity/admin/accounts/{}/revoke-role", dismissed.account);
        let call = self.house.post(&path).bearer(&self.right.admin).key("dismissal");
        call.json(&json!({ "role": "admin" })).send().await.expect(200);
        self.right.dismissed = dismissed.access;
        let signed_out = self.appoint("signed-out@example.org").await;
        let path = format!("/identity/sessions/{}", signed_out.session);
        self.house.delete(&path).bearer(&signed_out.access).send().await.expect(204);
        self.right.signed_out = signed_out.access;
    }

    async fn appoint(&self, email: &str) -> Person {
        identity::appoint_admin(&self.house.around, email, Some(PASSWORD)).await.unwrap();
        self.sign_in(email).await
    }

    async fn sign_in(&self, email: &str) -> Person {
        let body = json!({ "email": email, "password": PASSWORD });
        let tokens = self.house.post("/identity/sessions").json(&body).send().await.expect(201).json();
        let account = text(&tokens["account"]).parse().unwrap();
        Person { account, session: text(&tokens["session"]), access: text(&tokens["access_token"]) }
    }

    async fn sign_up(&mut self, email: &str, merchant: MerchantId) -> Person {
        let house = &mut self.house;
        let body = json!({ "email": email, "password": PASSWORD });
        house.post("/identity/accounts").json(&body).send().await.expect(202);
        let told = house.facts().iter().find_map(|fact| fact.hear::<AccountRegistered>().ok()).unwrap();
        let letter = house.ask("letter", email, &json!({ "letter": told.letter })).await.expect(200).json();
        let token = json!({ "token": letter["token"] });
        house.post("/identity/email/confirm").json(&token).send().await.expect(200);
        let (account, role) = (told.account, MerchantRole::Owner);
        house.hears(merchant, 1, &MemberAdded { merchant, account, role }).await;
        self.sign_in(email).await
    }

    async fn make_a_key(&self, path: &str, of: &Person) -> Value {
        let wish = json!({ "name": "sync", "scopes": ["catalog:write"] });
        let key = format!("{}{path}", of.account);
        self.house.post(path).bearer(&of.access).key(&key).json(&wish).send().await.expect(201).json()
    }
}
