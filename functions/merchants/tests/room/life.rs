//! Shops that are opened, submitted, approved, stopped and closed, through the door.

use facts::merchants::{MemberAdded, MerchantActivated, MerchantClosed, MerchantRestricted};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::high_street::{Street, only};

#[tokio::test]
async fn whoever_opens_a_shop_owns_it() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    let own = street.get(shop.owner, &shop.path("")).send().await.expect(200);
    assert_eq!((own.version(), own.json()["state"].as_str()), (1, Some("draft")));
    assert!(own.json()["slug"].as_str().unwrap().starts_with("the-kiln-"));
    let added = only::<MemberAdded>(&street.house.facts());
    assert_eq!((added.len(), added[0].account, added[0].merchant), (1, shop.owner, shop.id));
    let mine = street.get(shop.owner, "/merchants/mine").send().await.expect(200).json();
    assert_eq!(
        (mine["items"][0]["role"].as_str(), mine["items"].as_array().unwrap().len()),
        (Some("owner"), 1)
    );
}

#[tokio::test]
async fn a_shop_goes_from_the_draft_to_the_market_and_back() {
    let mut street = Street::open().await;
    let shop = street.submitted().await;
    let waiting = street.house.get("/merchants/admin/shops").as_admin().send().await.expect(200).json();
    assert_eq!(waiting["items"][0]["id"], json!(shop.id));
    street.house.get(&shop.public_path("")).send().await.refused(404, "no_such_shop");

    let reject = json!({ "note": "The extract is from last year." });
    street.admin(&shop.admin_path("/reject"), &reject).send().await.expect(200);
    assert_eq!(street.own(shop).await["note"], "The extract is from last year.");
    street.post(shop.owner, &shop.path("/submit"), &Value::Null).send().await.expect(200);
    street.admin(&shop.admin_path("/approve"), &Value::Null).send().await.expect(200);
    let page = street.house.get(&shop.public_path("")).send().await.expect(200);
    assert_eq!((page.json()["state"].as_str(), page.spend.requests), (Some("active"), 1));

    let restrict = json!({ "reason": "complaints", "note": "Nothing arrives." });
    street.admin(&shop.admin_path("/restrict"), &restrict).send().await.expect(200);
    let page = street.house.get(&shop.public_path("")).send().await.expect(200).json();
    assert_eq!(page["state"], "restricted");
    assert!(page.get("note").is_none() && page.get("restriction").is_none());
    street.admin(&shop.admin_path("/reinstate"), &Value::Null).send().await.expect(200);
    street.post(shop.owner, &shop.path("/close"), &Value::Null).send().await.expect(200);
    street.house.get(&shop.public_path("")).send().await.refused(404, "no_such_shop");
    street.get(shop.owner, &shop.path("")).send().await.refused(403, "forbidden");

    let facts = street.house.facts();
    assert_eq!(only::<MerchantActivated>(&facts).len(), 2);
    assert_eq!(only::<MerchantRestricted>(&facts)[0].reason, "complaints");
    assert_eq!(only::<MerchantClosed>(&facts).len(), 1);
    assert!(
        street.house.get("/merchants/admin/shops").as_admin().send().await.json()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_submission_that_lacks_something_says_what() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let reply = street.post(shop.owner, &shop.path("/submit"), &Value::Null).send().await;
    let codes: Vec<_> = reply.refused(422, "shop_incomplete").json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["legal_missing", "contact_missing", "description_missing", "document_missing"]);
    assert_eq!(street.state(shop).await, "draft");
}

#[tokio::test]
async fn what_is_submitted_can_be_taken_back_and_not_be_changed() {
    let mut street = Street::open().await;
    let shop = street.submitted().await;
    let words = json!({ "locale": "en", "name": "Another" });
    street.post(shop.owner, &shop.path("/describe"), &words).send().await.refused(409, "not_in_this_state");
    street.post(shop.owner, &shop.path("/withdraw"), &Value::Null).send().await.expect(200);
    street.post(shop.owner, &shop.path("/describe"), &words).send().await.expect(200);
    street.admin(&shop.admin_path("/approve"), &Value::Null).send().await.refused(409, "not_in_this_state");
}

#[tokio::test]
async fn a_restricted_shop_is_closed_by_the_market_alone() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let restrict = json!({ "reason": "suspected_fraud", "note": "We look into it." });
    street.admin(&shop.admin_path("/restrict"), &restrict).send().await.expect(200);
    street
        .post(shop.owner, &shop.path("/close"), &Value::Null)
        .send()
        .await
        .refused(409, "not_in_this_state");
    let gone = json!({ "reason": "owner_gone", "note": "That is found out, and not decided." });
    street.admin(&shop.admin_path("/restrict"), &gone).send().await.refused(400, "invalid_body");
    let shut = json!({ "note": "It was fraud." });
    let closed = street.admin(&shop.admin_path("/shut-down"), &shut).send().await.expect(200).json();
    assert_eq!((closed["state"].as_str(), closed["note"].as_str()), (Some("closed"), Some("It was fraud.")));
    assert_eq!(street.inspected(shop).await["members"], json!([]));
    // No other shop takes the place of one that customers knew.
    let other = street.draft().await;
    let address = json!({ "slug": closed["slug"] });
    street.post(other.owner, &other.path("/address"), &address).send().await.refused(409, "slug_taken");
}

#[tokio::test]
async fn one_account_owns_ten_shops_and_room_is_made_by_closing_one() {
    let street = Street::open().await;
    let owner = street.somebody();
    let mut shops = Vec::new();
    for n in 0..10 {
        shops.push(street.draft_of(owner, &format!("Shop {n}")).await);
    }
    let body = json!({ "locale": "en", "name": "One too many" });
    street.post(owner, "/merchants/shops", &body).send().await.refused(409, "too_many_shops");
    street.post(owner, &shops[3].path("/close"), &Value::Null).send().await.expect(200);
    street.post(owner, "/merchants/shops", &body).send().await.expect(201);
    let mine = street.get(owner, "/merchants/mine?limit=4").send().await.expect(200);
    assert_eq!(mine.json()["items"].as_array().unwrap().len(), 4);
    let mut names = 0;
    let mut path = "/merchants/mine?limit=4".to_owned();
    loop {
        let page = street.get(owner, &path).send().await.expect(200).json();
        names += page["items"].as_array().unwrap().len();
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/merchants/mine?limit=4&cursor={next}");
    }
    assert_eq!(names, 10);
    street.is_sound().await;
}

#[tokio::test]
async fn the_market_reads_its_pile_from_the_oldest_on() {
    let mut street = Street::open().await;
    let mut shops = Vec::new();
    for _ in 0..3 {
        shops.push(street.submitted().await.id.to_string());
        street.house.advance(SignedDuration::from_mins(1));
    }
    let mut found = Vec::new();
    let mut path = "/merchants/admin/shops?state=submitted&limit=2".to_owned();
    loop {
        let page = street.house.get(&path).as_admin().send().await.expect(200).json();
        found.extend(
            page["items"].as_array().unwrap().iter().map(|shop| shop["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/merchants/admin/shops?state=submitted&limit=2&cursor={next}");
    }
    assert_eq!(found, shops);
}

#[tokio::test]
async fn the_same_key_opens_one_shop() {
    let street = Street::open().await;
    let owner = street.somebody();
    let body = json!({ "locale": "en", "name": "The Kiln" });
    let call = || street.house.post("/merchants/shops").bearer(&street.token(owner)).key("one").json(&body);
    let (first, again) = (call().send().await.expect(201), call().send().await.expect(201));
    assert_eq!(
        (first.body.clone(), again.header("idempotency-replayed")),
        (again.body.clone(), Some("true"))
    );
    let other = json!({ "locale": "en", "name": "Another" });
    let reused = street.house.post("/merchants/shops").bearer(&street.token(owner)).key("one").json(&other);
    reused.send().await.refused(422, "idempotency_key_reused");
    let keyless = street.house.post("/merchants/shops").bearer(&street.token(owner)).json(&body);
    keyless.send().await.refused(400, "idempotency_key_missing");
    let mine = street.get(owner, "/merchants/mine").send().await.json();
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_has_seen_an_older_version_is_told_so() {
    let mut street = Street::open().await;
    let shop = street.complete().await;
    let seen = street.get(shop.owner, &shop.path("")).send().await.version();
    let stale = street.post(shop.owner, &shop.path("/submit"), &Value::Null).if_match(seen - 1);
    stale.send().await.refused(412, "stale_version");
    street.post(shop.owner, &shop.path("/submit"), &Value::Null).if_match(seen).send().await.expect(200);
    let stale = street.admin(&shop.admin_path("/approve"), &Value::Null).if_match(seen);
    stale.send().await.refused(412, "stale_version");
    street.admin(&shop.admin_path("/approve"), &Value::Null).if_match(seen + 1).send().await.expect(200);
}

#[tokio::test]
async fn a_command_of_a_member_costs_three_requests_with_its_authorisation() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let words = json!({ "locale": "ru", "name": "Печь" });
    let describe = street.post(shop.owner, &shop.path("/describe"), &words).send().await.expect(200);
    assert_eq!(describe.spend.requests, 2);
    let body = json!({ "email": "ann@kiln.example", "role": "clerk" });
    let invite = street.post(shop.owner, &shop.path("/invitations"), &body).send().await.expect(201);
    // One of these four is the claim of the key.
    assert_eq!(invite.spend.requests, 4);
}
