//! Who works where, as `merchants` says it, and the keys of a shop.

use facts::merchants::{MemberAdded, MemberRemoved, MerchantClosed, MerchantRole};
use ids::{AccountId, MerchantId};
use serde_json::{Value, json};

use crate::street::{ADA, PASSWORD, Person, Street, claims};

fn keys(merchant: MerchantId) -> String {
    format!("/identity/merchants/{merchant}/api-keys")
}

fn wish() -> Value {
    json!({ "name": "till", "scopes": ["catalog:write", "inventory:write"] })
}

async fn joins(street: &Street, merchant: MerchantId, version: u64, account: AccountId, role: MerchantRole) {
    street.hears(merchant, version, &MemberAdded { merchant, account, role }).await;
}

async fn renewed(street: &Street, who: &Person) -> Person {
    Person::of(&street.refresh(&who.refresh).await.expect(200))
}

#[tokio::test]
async fn the_next_token_says_where_somebody_works_and_as_what() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let merchant = MerchantId::mint(&street.house.mint);
    joins(&street, merchant, 1, ada.account, MerchantRole::Clerk).await;
    let ada = renewed(&street, &ada).await;
    assert_eq!(claims(&ada.access)["merchants"], json!({ merchant.to_string(): "clerk" }));
    joins(&street, merchant, 2, ada.account, MerchantRole::Owner).await;
    let ada = renewed(&street, &ada).await;
    assert_eq!(claims(&ada.access)["merchants"], json!({ merchant.to_string(): "owner" }));
    assert_eq!(street.me(&ada).await["shops"], json!({ merchant.to_string(): "owner" }));
    street.hears(merchant, 3, &MemberRemoved { merchant, account: ada.account }).await;
    let ada = renewed(&street, &ada).await;
    assert_eq!(claims(&ada.access)["merchants"], json!({}));
    let events = street.events(&ada).await;
    assert_eq!(events[..3], ["shop_left", "shop_joined", "shop_joined"]);
    street.is_sound().await;
}

#[tokio::test]
async fn a_fact_that_is_heard_twice_acts_once() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let merchant = MerchantId::mint(&street.house.mint);
    for _ in 0..3 {
        joins(&street, merchant, 1, ada.account, MerchantRole::Clerk).await;
    }
    let joined = |events: &[String]| events.iter().filter(|event| *event == "shop_joined").count();
    assert_eq!(joined(&street.events(&ada).await), 1);
    street.hears(merchant, 2, &MemberRemoved { merchant, account: ada.account }).await;
    joins(&street, merchant, 1, ada.account, MerchantRole::Clerk).await;
    assert_eq!(street.me(&ada).await["shops"], json!({}), "the past does not come back");
}

#[tokio::test]
async fn a_membership_of_nobody_is_heard_and_counted() {
    let street = Street::open().await;
    let merchant = MerchantId::mint(&street.house.mint);
    let nobody = AccountId::mint(&street.house.mint);
    joins(&street, merchant, 1, nobody, MerchantRole::Owner).await;
    street.hears(merchant, 2, &MemberRemoved { merchant, account: nobody }).await;
    assert!(street.house.lines.text().contains("memberships_of_nobody"));
}

#[tokio::test]
async fn a_manager_gives_the_shop_a_key_and_a_clerk_does_not() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let clerk = street.customer("clerk@example.org").await;
    let merchant = MerchantId::mint(&street.house.mint);
    joins(&street, merchant, 1, ada.account, MerchantRole::Manager).await;
    joins(&street, merchant, 2, clerk.account, MerchantRole::Clerk).await;
    let (ada, clerk) = (renewed(&street, &ada).await, renewed(&street, &clerk).await);
    let made = street.post(&ada, &keys(merchant), &wish()).send().await.expect(201).json();
    let digest = auth::ApiKey::parse(made["key"].as_str().unwrap()).unwrap().digest();
    let find = json!({ "digest": digest });
    let granted = street.house.ask("find_key", "1", &find).await.expect(200).json();
    assert_eq!(granted["grant"]["merchant"], merchant.to_string());
    assert_eq!(granted["grant"].get("account"), None);
    street.post(&clerk, &keys(merchant), &wish()).send().await.refused(403, "forbidden");
    street.get(&clerk, &keys(merchant)).send().await.refused(403, "forbidden");
    let path = format!("{}/{}", keys(merchant), made["id"].as_str().unwrap());
    street.delete(&clerk, &path).send().await.refused(403, "forbidden");
    let new =
        street.post(&ada, &format!("{path}/rotate"), &json!({ "overlap_hours": 0 })).send().await.expect(201);
    street.delete(&ada, &path).send().await.refused(404, "no_such_key");
    let listed = street.get(&ada, &keys(merchant)).send().await.expect(200).json();
    assert_eq!(listed["items"][0]["id"], new.json()["id"]);

    // An older token still says manager; here it is known better.
    street.hears(merchant, 3, &MemberRemoved { merchant, account: ada.account }).await;
    street.post(&ada, &keys(merchant), &wish()).send().await.refused(403, "forbidden");
    street.is_sound().await;
}

#[tokio::test]
async fn nobody_acts_for_a_shop_that_is_closed() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let bob = street.customer("bob@example.org").await;
    let [merchant, other] = [(); 2].map(|()| MerchantId::mint(&street.house.mint));
    joins(&street, merchant, 1, ada.account, MerchantRole::Owner).await;
    joins(&street, merchant, 2, bob.account, MerchantRole::Clerk).await;
    joins(&street, other, 1, bob.account, MerchantRole::Owner).await;
    let ada = renewed(&street, &ada).await;
    let made = street.post(&ada, &keys(merchant), &wish()).send().await.expect(201).json();
    for _ in 0..2 {
        street.hears(merchant, 3, &MerchantClosed { merchant }).await;
    }
    assert_eq!(street.me(&ada).await["shops"], json!({}));
    assert_eq!(street.me(&bob).await["shops"], json!({ other.to_string(): "owner" }));
    let digest = auth::ApiKey::parse(made["key"].as_str().unwrap()).unwrap().digest();
    let found = street.house.ask("find_key", "1", &json!({ "digest": digest })).await.expect(200);
    assert!(found.json()["grant"].is_null());
    street.comes_to_rest().await;
}

#[tokio::test]
async fn a_closed_account_joins_nothing() {
    let mut street = Street::open().await;
    let ada = street.customer(ADA).await;
    let merchant = MerchantId::mint(&street.house.mint);
    street.post(&ada, "/identity/me/close", &json!({ "password": PASSWORD })).send().await.expect(204);
    joins(&street, merchant, 1, ada.account, MerchantRole::Owner).await;
    assert!(
        !street.table_knows(&merchant.to_string()).await
            || street.house.lines.text().contains("memberships_of_nobody")
    );
    let admin = street.admin("root@example.org").await;
    let path = format!("/identity/admin/accounts/{}", ada.account);
    let closed = street.get(&admin, &path).send().await.expect(200).json();
    assert_eq!((&closed["shops"], &closed["email"]), (&json!({}), &json!(null)));
    street.comes_to_rest().await;
}
