//! Guests, the wrong people and the wrong shop at every door.

use auth::Role;
use serde_json::{Value, json};

use crate::high_street::Street;

#[tokio::test]
async fn nobody_and_strangers_are_refused_everywhere() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let other = street.draft().await;
    let document = serde_json::from_str::<serde_json::Value>(merchants::OPENAPI).unwrap();
    let before = street.inspected(shop).await;
    let mut doors = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let tag = operation["tags"][0].as_str().unwrap();
            let path = path.replace("{merchant}", &shop.id.to_string());
            let path = path.replace("{account}", &shop.owner.to_string()).replace("{policy}", "returns");
            let path = path.split('/').map(|part| match part {
                "{document}" => ids::DocumentId::mint(&street.house.mint).to_string(),
                "{holiday}" => ids::HolidayId::mint(&street.house.mint).to_string(),
                "{invitation}" => ids::InvitationId::mint(&street.house.mint).to_string(),
                "{rule}" => ids::RuleId::mint(&street.house.mint).to_string(),
                "{slug}" => "nowhere".to_owned(),
                part => part.to_owned(),
            });
            let path = path.collect::<Vec<_>>().join("/");
            let call = || {
                let method = method.to_uppercase().parse().unwrap();
                street.house.call(method, &path).key(&street.fresh_key()).json(&json!({}))
            };
            if !["merchant", "admin", "account"].contains(&tag) {
                continue;
            }
            doors += 1;
            call().send().await.refused(401, "unauthorized");
            call().bearer("x.y.z").send().await.refused(401, "unauthorized");
            let nothing = street.house.people.token_of(shop.owner, &[], &[]);
            match tag {
                "account" => call().bearer(&nothing).send().await.refused(403, "forbidden"),
                "merchant" => {
                    call().as_customer().send().await.refused(403, "forbidden");
                    call().as_manager(shop.id).send().await.refused(403, "forbidden");
                    call().as_admin().send().await.refused(403, "forbidden");
                    call().bearer(&street.token(other.owner)).send().await.refused(403, "forbidden")
                }
                _ => {
                    call().as_customer().send().await.refused(403, "forbidden");
                    call().bearer(&street.token(shop.owner)).send().await.refused(403, "forbidden")
                }
            };
        }
    }
    assert_eq!(doors, 51);
    assert_eq!(street.inspected(shop).await, before);
}

#[tokio::test]
async fn a_shop_that_is_not_there_is_one_where_nobody_works() {
    let street = Street::open().await;
    let nowhere = ids::MerchantId::mint(&street.house.mint);
    let account = street.somebody();
    street.get(account, &format!("/merchants/{nowhere}")).send().await.refused(403, "forbidden");
    street.house.get(&format!("/merchants/shops/{nowhere}")).send().await.refused(404, "no_such_shop");
    let path = format!("/merchants/admin/shops/{nowhere}");
    street.house.get(&path).as_admin().send().await.refused(404, "no_such_shop");
    street.admin(&format!("{path}/approve"), &Value::Null).send().await.refused(404, "no_such_shop");
}

#[tokio::test]
async fn the_things_of_another_shop_are_not_there() {
    let mut street = Street::open().await;
    let (shop, other) = (street.complete().await, street.draft().await);
    let document = street.own(shop).await["documents"][0]["id"].as_str().unwrap().to_owned();
    let path = other.path(&format!("/documents/{document}"));
    street.get(other.owner, &path).send().await.refused(404, "no_such_document");
    let remove = other.path(&format!("/documents/{document}/remove"));
    street.post(other.owner, &remove, &Value::Null).send().await.refused(404, "no_such_document");
    let holiday = json!({ "from": "2026-12-24", "to": "2026-12-26" });
    let made = street.post(shop.owner, &shop.path("/holidays"), &holiday).send().await.expect(201).json();
    let remove = other.path(&format!("/holidays/{}/remove", made["id"].as_str().unwrap()));
    street.post(other.owner, &remove, &Value::Null).send().await.refused(404, "no_such_holiday");
    let role = json!({ "role": "clerk" });
    let path = other.path(&format!("/members/{}/role", shop.owner));
    street.post(other.owner, &path, &role).send().await.refused(404, "no_such_member");
}

#[tokio::test]
async fn somebody_without_a_confirmed_address_opens_no_shop() {
    let street = Street::open().await;
    let account = street.somebody();
    let fresh = street.house.people.token_of(account, &[], &[]);
    let body = json!({ "locale": "en", "name": "The Kiln" });
    street
        .house
        .post("/merchants/shops")
        .bearer(&fresh)
        .key("k")
        .json(&body)
        .send()
        .await
        .refused(403, "forbidden");
    let operator = street.house.people.token_of(account, &[Role::Operator], &[]);
    street.house.get("/merchants/mine").bearer(&operator).send().await.refused(403, "forbidden");
}

#[tokio::test]
async fn who_runs_the_market_no_more_decides_nothing_whatever_the_token_says() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let admin = street.somebody();
    let token = street.house.people.token_of(admin, &[Role::Admin], &[]);
    let halt = async || {
        let body = json!({ "reason": "papers", "note": "Show us the invoices." });
        let call = street.house.post(&shop.admin_path("/restrict")).bearer(&token).key(&street.fresh_key());
        call.json(&body).send().await
    };
    street.house.people.dismiss(admin);
    halt().await.refused(403, "forbidden");
    street.house.get("/merchants/admin/shops").bearer(&token).send().await.refused(403, "forbidden");
    street.house.people.sign_out(admin);
    halt().await.refused(401, "signed_out");
    assert_eq!(street.state(shop).await, "active");
    street.house.people.token_of(admin, &[Role::Admin], &[]);
    halt().await.expect(200);
}
