//! Who works in a shop, and who does not any more.

use facts::merchants::{MemberAdded, MemberRemoved, MerchantClosed, MerchantRestricted, MerchantRole};
use serde_json::{Value, json};

use crate::high_street::{Street, only};

#[tokio::test]
async fn whoever_is_let_go_is_out_at_once_whatever_the_token_says() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let manager = street.member(shop, "manager").await;
    let words = json!({ "locale": "ru", "name": "Печь" });
    street.post(manager, &shop.path("/describe"), &words).send().await.expect(200);
    let path = shop.path(&format!("/members/{manager}/remove"));
    street.post(shop.owner, &path, &Value::Null).send().await.expect(200);
    let boasting = street.boasting_token(manager, shop);
    for path in [shop.path(""), shop.path("/members"), shop.path("/commission/rules")] {
        street.house.get(&path).bearer(&boasting).send().await.refused(403, "forbidden");
    }
    let call = street.house.post(&shop.path("/describe")).bearer(&boasting).json(&words);
    call.send().await.refused(403, "forbidden");
    assert!(
        street.get(manager, "/merchants/mine").send().await.json()["items"].as_array().unwrap().is_empty()
    );
    assert_eq!(only::<MemberRemoved>(&street.house.facts())[0].account, manager);
}

#[tokio::test]
async fn each_role_does_what_it_may_and_nothing_more() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (clerk, manager) = (street.member(shop, "clerk").await, street.member(shop, "manager").await);
    for account in [clerk, manager, shop.owner] {
        for path in ["", "/members", "/holidays", "/commission/rules", "/commission/market-rules"] {
            street.get(account, &shop.path(path)).send().await.expect(200);
        }
    }
    let words = json!({ "locale": "ru", "name": "Печь" });
    street.post(clerk, &shop.path("/describe"), &words).send().await.refused(403, "forbidden");
    street.post(manager, &shop.path("/describe"), &words).send().await.expect(200);
    let invite = json!({ "email": "ann@kiln.example", "role": "clerk" });
    let legal = json!({ "name": "Kiln Ltd", "country": "DE" });
    let account = json!({ "holder": "Kiln", "currency": "EUR", "iban": "DE89370400440532013000" });
    for person in [clerk, manager] {
        for (operation, body) in [
            ("/invitations", &invite),
            ("/legal", &legal),
            ("/payout", &account),
            ("/submit", &Value::Null),
            ("/close", &Value::Null),
            (&*format!("/members/{clerk}/remove"), &Value::Null),
            (&*format!("/members/{person}/role"), &json!({ "role": "owner" })),
        ] {
            let reply = street.post(person, &shop.path(operation), body).send().await;
            reply.refused(403, "forbidden");
        }
        for path in ["/payout", "/invitations"] {
            street.get(person, &shop.path(path)).send().await.refused(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn a_shop_always_has_an_owner() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let manager = street.member(shop, "manager").await;
    let role = |account, role: &str| {
        let path = shop.path(&format!("/members/{account}/role"));
        street.post(shop.owner, &path, &json!({ "role": role }))
    };
    role(shop.owner, "clerk").send().await.refused(409, "last_owner");
    street.post(shop.owner, &shop.path("/leave"), &Value::Null).send().await.refused(409, "last_owner");
    role(manager, "manager").send().await.refused(409, "same_role");
    role(street.somebody(), "clerk").send().await.refused(404, "no_such_member");
    role(manager, "owner").send().await.expect(200);
    street.post(shop.owner, &shop.path("/leave"), &Value::Null).send().await.expect(204);
    street.get(shop.owner, &shop.path("")).send().await.refused(403, "forbidden");
    street.post(manager, &shop.path("/leave"), &Value::Null).send().await.refused(409, "last_owner");
    let facts = street.house.facts();
    let roles: Vec<_> = only::<MemberAdded>(&facts).iter().map(|added| added.role).collect();
    assert_eq!(roles.last(), Some(&MerchantRole::Owner));
    assert_eq!(only::<MemberRemoved>(&facts).len(), 1);
    street.is_sound().await;
}

#[tokio::test]
async fn an_account_that_is_closed_works_nowhere_and_is_heard_of_once() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let clerk = street.member(shop, "clerk").await;
    street.house.facts();
    street.hears_that_closed(clerk).await;
    street.hears_that_closed(clerk).await;
    street.hears_that_closed(street.somebody()).await;
    let facts = street.house.facts();
    assert_eq!((only::<MemberRemoved>(&facts).len(), facts.len()), (1, 1));
    assert_eq!(street.state(shop).await, "active");
    street.get(clerk, &shop.path("")).send().await.refused(403, "forbidden");
    street.is_sound().await;
}

#[tokio::test]
async fn a_shop_whose_last_owner_is_gone_waits_for_another() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let manager = street.member(shop, "manager").await;
    street.house.facts();
    street.hears_that_closed(shop.owner).await;
    let facts = street.house.facts();
    assert_eq!(only::<MerchantRestricted>(&facts)[0].reason, "owner_gone");
    assert_eq!(street.house.get(&shop.public_path("")).send().await.json()["state"], "restricted");
    street.admin(&shop.admin_path("/reinstate"), &Value::Null).send().await.refused(409, "no_owner");
    let appoint = json!({ "account": manager });
    street.admin(&shop.admin_path("/owners"), &appoint).send().await.expect(200);
    street.admin(&shop.admin_path("/reinstate"), &Value::Null).send().await.expect(200);
    street
        .post(manager, &shop.path("/contact"), &json!({ "email": "new@kiln.example" }))
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_draft_whose_last_owner_is_gone_is_closed() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    street.house.facts();
    street.hears_that_closed(shop.owner).await;
    assert_eq!(street.state(shop).await, "closed");
    let facts = street.house.facts();
    assert_eq!((only::<MemberRemoved>(&facts).len(), only::<MerchantClosed>(&facts).len()), (1, 1));
    street.is_sound().await;
}

#[tokio::test]
async fn a_program_of_the_shop_does_what_a_manager_does() {
    let street = Street::open().await;
    let (shop, other) = (street.draft().await, street.draft().await);
    let people = &street.house.people;
    let key = people.api_key(&["merchants:write"], auth::Tier::Free, Some(shop.id));
    let elsewhere = people.api_key(&["catalog:write"], auth::Tier::Free, Some(shop.id));
    let header = || http::HeaderName::from_static("x-api-key");
    let words = json!({ "locale": "ru", "name": "Печь" });
    let call = |path: String, key: &str| street.house.post(&path).header(header(), key).key("k").json(&words);
    call(shop.path("/describe"), &key).send().await.expect(200);
    call(other.path("/describe"), &key).send().await.refused(403, "forbidden");
    call(shop.path("/describe"), &elsewhere).send().await.refused(403, "forbidden");
    call(shop.path("/submit"), &key).send().await.refused(403, "forbidden");
    call(shop.path("/leave"), &key).send().await.refused(403, "forbidden");
    call("/merchants/shops".to_owned(), &key).send().await.refused(403, "forbidden");
    street.post(shop.owner, &shop.path("/close"), &Value::Null).send().await.expect(200);
    call(shop.path("/describe"), &key).send().await.refused(403, "forbidden");
}
