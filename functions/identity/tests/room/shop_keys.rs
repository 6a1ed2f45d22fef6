//! The keys of a shop, and the people who made them and decide there no more.

use std::sync::Arc;

use facts::merchants::{MemberAdded, MemberRemoved, MerchantRole};
use ids::MerchantId;
use serde_json::{Value, json};
use testkit::{Sky, TRANSACTIONS};

use crate::street::{ADA, PASSWORD, Person, Street};

struct Scene {
    street: Street,
    sky: Sky,
    merchant: MerchantId,
    owner: Person,
    manager: Person,
    version: u64,
}

impl Scene {
    async fn open() -> Scene {
        let (mut street, sky) = Street::open_under_a_sky().await;
        let owner = street.customer("owner@example.org").await;
        let manager = street.customer(ADA).await;
        let merchant = MerchantId::mint(&street.house.mint);
        let mut scene = Scene { street, sky, merchant, owner, manager, version: 0 };
        let (owner, manager) = (scene.owner.clone(), scene.manager.clone());
        scene.works(&owner, MerchantRole::Owner).await;
        scene.works(&manager, MerchantRole::Manager).await;
        scene
    }

    async fn works(&mut self, who: &Person, role: MerchantRole) {
        self.version += 1;
        let (merchant, account) = (self.merchant, who.account);
        self.street.hears(merchant, self.version, &MemberAdded { merchant, account, role }).await;
    }

    async fn leaves(&mut self, who: &Person) {
        self.version += 1;
        let (merchant, account) = (self.merchant, who.account);
        self.street.hears(merchant, self.version, &MemberRemoved { merchant, account }).await;
    }

    fn keys(&self) -> String {
        format!("/identity/merchants/{}/api-keys", self.merchant)
    }

    async fn makes(&self, who: &Person) -> Value {
        self.street.post(who, &self.keys(), &wish()).send().await.expect(201).json()
    }

    async fn is_good(&self, key: &Value) -> bool {
        let digest = auth::ApiKey::parse(key["key"].as_str().unwrap()).unwrap().digest();
        let found = self.street.house.ask("find_key", "k", &json!({ "digest": digest })).await.expect(200);
        found.json()["grant"].is_object()
    }
}

fn wish() -> Value {
    json!({ "name": "till", "scopes": ["catalog:write"] })
}

#[tokio::test]
async fn the_keys_that_a_manager_made_go_with_the_manager_and_the_trail_says_so() {
    let mut at = Scene::open().await;
    let (owner, manager) = (at.owner.clone(), at.manager.clone());
    let (theirs, mine) = (at.makes(&manager).await, at.makes(&owner).await);
    let own = at.street.post(&manager, "/identity/api-keys", &wish()).send().await.expect(201).json();
    at.leaves(&manager).await;
    assert!(!at.is_good(&theirs).await && at.is_good(&mine).await);
    assert!(at.is_good(&own).await, "what is the person's stays the person's");
    let listed = at.street.get(&owner, &at.keys()).send().await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let trail = at.street.get(&manager, "/identity/events").send().await.expect(200).json();
    let revoked = trail["items"].as_array().unwrap().iter().find(|item| item["event"] == "api_key_revoked");
    let revoked = revoked.expect("the trail says so");
    assert_eq!((&revoked["about"], &revoked["by"]), (&theirs["id"], &json!(at.merchant)));
    at.street.is_sound().await;
}

#[tokio::test]
async fn a_manager_who_becomes_a_clerk_loses_the_keys_and_an_owner_who_becomes_a_manager_keeps_them() {
    let mut at = Scene::open().await;
    let (owner, manager) = (at.owner.clone(), at.manager.clone());
    let (theirs, mine) = (at.makes(&manager).await, at.makes(&owner).await);
    at.works(&owner, MerchantRole::Manager).await;
    at.works(&manager, MerchantRole::Clerk).await;
    assert!(!at.is_good(&theirs).await && at.is_good(&mine).await);
    at.works(&manager, MerchantRole::Manager).await;
    assert!(!at.is_good(&theirs).await, "what is revoked does not come back");
    at.street.is_sound().await;
}

#[tokio::test]
async fn a_key_is_whose_who_has_seen_it_last() {
    let mut at = Scene::open().await;
    let (owner, manager) = (at.owner.clone(), at.manager.clone());
    let (first, second) = (at.makes(&manager).await, at.makes(&owner).await);
    let rotate = |key: &Value| format!("{}/{}/rotate", at.keys(), key["id"].as_str().unwrap());
    let owners = at.street.post(&owner, &rotate(&first), &json!({})).send().await.expect(201).json();
    let managers = at.street.post(&manager, &rotate(&second), &json!({})).send().await.expect(201).json();
    at.leaves(&manager).await;
    assert!(at.is_good(&owners).await && at.is_good(&second).await);
    assert!(!at.is_good(&managers).await && !at.is_good(&first).await);
    at.street.is_sound().await;
}

#[tokio::test]
async fn the_keys_of_a_manager_who_closes_the_account_go_when_the_shop_says_that_they_are_gone() {
    let mut at = Scene::open().await;
    let manager = at.manager.clone();
    let key = at.makes(&manager).await;
    let close = json!({ "password": PASSWORD });
    at.street.post(&manager, "/identity/me/close", &close).send().await.expect(204);
    at.leaves(&manager).await;
    assert!(!at.is_good(&key).await);
    at.street.comes_to_rest().await;
}

#[tokio::test]
async fn what_the_room_knows_of_a_shop_counts_and_not_what_a_token_says() {
    let mut at = Scene::open().await;
    // None of these tokens was renewed since: they do not say yet that there is a shop.
    let (owner, manager) = (at.owner.clone(), at.manager.clone());
    at.makes(&owner).await;
    at.leaves(&manager).await;
    at.street.post(&manager, &at.keys(), &wish()).send().await.refused(403, "forbidden");
    at.street.get(&manager, &at.keys()).send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_key_that_is_made_while_its_maker_is_removed_is_not_made_or_goes() {
    for remover_waits in [true, false] {
        for keys_before in [0, 1] {
            let at = Scene::open().await;
            let Scene { street, sky, merchant, owner, manager, version } = at;
            let keys = format!("/identity/merchants/{merchant}/api-keys");
            for _ in 0..keys_before {
                street.post(&owner, &keys, &wish()).send().await.expect(201);
            }
            let street = Arc::new(street);
            let removed = MemberRemoved { merchant, account: manager.account };
            let mut held = sky.holds(TRANSACTIONS, 0);
            let theirs = street.clone();
            let status = if remover_waits {
                let removal =
                    tokio::spawn(async move { theirs.hears(merchant, version + 1, &removed).await });
                held.comes().await;
                let made = street.post(&manager, &keys, &wish()).send().await.expect(201);
                held.goes_on();
                removal.await.unwrap();
                made.status
            } else {
                let (maker, path) = (manager.clone(), keys.clone());
                let made = tokio::spawn(async move { theirs.post(&maker, &path, &wish()).send().await });
                held.comes().await;
                street.hears(merchant, version + 1, &removed).await;
                held.goes_on();
                made.await.unwrap().refused(403, "forbidden").status
            };
            let left = street.get(&owner, &keys).send().await.expect(200).json();
            assert_eq!(left["items"].as_array().unwrap().len(), keys_before, "{status}");
            street.is_sound().await;
        }
    }
}
