//! What a shop says of itself, in which languages, and at which address.

use http::header::ACCEPT_LANGUAGE;
use serde_json::{Value, json};

use crate::high_street::Street;

#[tokio::test]
async fn a_reader_gets_the_nearest_language_there_is() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let arabic = json!({ "locale": "ar", "name": "الفرن", "description": "أواني" });
    street.post(shop.owner, &shop.path("/describe"), &arabic).send().await.expect(200);
    let check = async |header: &str, query: &str, locale: &str, name: &str| {
        let call = street.house.get(&shop.public_path(query)).header(ACCEPT_LANGUAGE, header);
        let page = call.send().await.expect(200);
        assert_eq!(
            (page.json()["locale"].as_str(), page.json()["name"].as_str()),
            (Some(locale), Some(name))
        );
        assert_eq!(page.header("content-language"), Some(locale), "{header} {query}");
    };
    check("ar-EG", "", "ar", "الفرن").await;
    check("fr", "", "en", "The Kiln").await;
    check("en", "?locale=ar-SA", "ar", "الفرن").await;
    street.house.get(&shop.public_path("?locale=english!")).send().await.refused(400, "bad_locale");
    let own = json!({ "locale": "en" });
    street
        .post(shop.owner, &shop.path("/translations/remove"), &own)
        .send()
        .await
        .refused(409, "own_language");
    street
        .post(shop.owner, &shop.path("/language"), &json!({ "locale": "ru" }))
        .send()
        .await
        .refused(404, "no_such_translation");
    street.post(shop.owner, &shop.path("/language"), &json!({ "locale": "ar" })).send().await.expect(200);
    check("fr", "", "ar", "الفرن").await;
    street.post(shop.owner, &shop.path("/translations/remove"), &own).send().await.expect(200);
    check("en", "", "ar", "الفرن").await;
}

#[tokio::test]
async fn an_address_is_one_shops() {
    let mut street = Street::open().await;
    let (shop, other) = (street.active().await, street.active().await);
    let address = json!({ "slug": "the-kiln" });
    street.post(shop.owner, &shop.path("/address"), &address).send().await.expect(200);
    street.post(other.owner, &other.path("/address"), &address).send().await.refused(409, "slug_taken");
    let page = street.house.get("/merchants/addresses/the-kiln").send().await.expect(200).json();
    assert_eq!(page["id"], json!(shop.id));
    // To say it again changes nothing and is no theft.
    street.post(shop.owner, &shop.path("/address"), &address).send().await.expect(200);
    let moved = json!({ "slug": "теплая-печь" });
    street.post(shop.owner, &shop.path("/address"), &moved).send().await.expect(200);
    street.house.get("/merchants/addresses/the-kiln").send().await.refused(404, "no_such_shop");
    street
        .house
        .get("/merchants/addresses/%D1%82%D0%B5%D0%BF%D0%BB%D0%B0%D1%8F-%D0%BF%D0%B5%D1%87%D1%8C")
        .send()
        .await
        .expect(200);
    street.post(other.owner, &other.path("/address"), &address).send().await.expect(200);
    let page = street.house.get("/merchants/addresses/the-kiln").send().await.expect(200).json();
    assert_eq!(page["id"], json!(other.id));
    for bad in ["-kiln", "kiln-", "a--b"] {
        let body = json!({ "slug": bad });
        street.post(other.owner, &other.path("/address"), &body).send().await.refused(422, "bad_slug");
    }
    let taken = json!({ "locale": "en", "name": "Thief", "slug": "the-kiln" });
    street.post(street.somebody(), "/merchants/shops", &taken).send().await.refused(409, "slug_taken");
    street.is_sound().await;
}

#[tokio::test]
async fn a_shop_that_nobody_approved_takes_no_address_from_others() {
    let mut street = Street::open().await;
    let address = json!({ "slug": "the-kiln" });
    // A draft may wish for any free address, and does not get it.
    for n in 0..3 {
        let squatter = street.draft_of(street.somebody(), &format!("Squatter {n}")).await;
        street.post(squatter.owner, &squatter.path("/address"), &address).send().await.expect(200);
        let opened = json!({ "locale": "en", "name": "Squatter", "slug": "the-kiln" });
        street.post(street.somebody(), "/merchants/shops", &opened).send().await.expect(201);
    }
    let slow = street.complete().await;
    street.post(slow.owner, &slow.path("/address"), &address).send().await.expect(200);
    street.post(slow.owner, &slow.path("/submit"), &Value::Null).send().await.expect(200);
    street.house.get("/merchants/addresses/the-kiln").send().await.refused(404, "no_such_shop");

    let shop = street.active().await;
    street.post(shop.owner, &shop.path("/address"), &address).send().await.expect(200);
    let page = street.house.get("/merchants/addresses/the-kiln").send().await.expect(200).json();
    assert_eq!(page["id"], json!(shop.id));

    // A wish that has come to be another's is not granted, and stands in no shop's way.
    let approved = street.admin(&slow.admin_path("/approve"), &Value::Null).send().await.expect(200).json();
    let slug = approved["slug"].as_str().unwrap();
    assert_eq!(slug, format!("the-kiln-{}", &slow.id.to_string()[24..]));
    let page = street.house.get(&format!("/merchants/addresses/{slug}")).send().await.expect(200).json();
    assert_eq!(page["id"], json!(slow.id));
    street.is_sound().await;
}

#[tokio::test]
async fn no_squatter_stands_in_the_way_of_an_approval() {
    let mut street = Street::open().await;
    let wish = |slug: &str| json!({ "slug": slug });
    let slow = street.complete().await;
    street.post(slow.owner, &slow.path("/address"), &wish("the-kiln")).send().await.expect(200);
    street.post(slow.owner, &slow.path("/submit"), &Value::Null).send().await.expect(200);
    let id = slow.id.to_string();
    for squatted in ["the-kiln".to_owned(), format!("the-kiln-{}", &id[24..])] {
        let squatter = street.active().await;
        let address = squatter.path("/address");
        street.post(squatter.owner, &address, &wish(&squatted)).send().await.expect(200);
        let whole = wish(&format!("the-kiln-{}", &id[4..]));
        street.post(squatter.owner, &address, &whole).send().await.refused(409, "slug_taken");
    }
    let whole = json!({ "locale": "en", "name": "Squatter", "slug": &id[4..] });
    street.post(street.somebody(), "/merchants/shops", &whole).send().await.refused(409, "slug_taken");
    let approved = street.admin(&slow.admin_path("/approve"), &Value::Null).send().await.expect(200).json();
    assert_eq!(approved["slug"], json!(format!("the-kiln-{}", &id[4..])));
    street.is_sound().await;
}

#[tokio::test]
async fn an_address_is_let_go_by_who_never_sold_and_kept_by_who_did() {
    let mut street = Street::open().await;
    let wish = |slug: &str| json!({ "slug": slug });
    let (rejected, closed, sold) = (street.submitted().await, street.draft().await, street.active().await);
    let note = json!({ "note": "The extract is from last year." });
    street.admin(&rejected.admin_path("/reject"), &note).send().await.expect(200);
    street.post(rejected.owner, &rejected.path("/address"), &wish("rejected")).send().await.expect(200);
    street.post(closed.owner, &closed.path("/address"), &wish("closed")).send().await.expect(200);
    street.post(sold.owner, &sold.path("/address"), &wish("sold")).send().await.expect(200);
    for shop in [closed, sold] {
        street.post(shop.owner, &shop.path("/close"), &Value::Null).send().await.expect(200);
    }
    let heir = street.active().await;
    let heir = |slug: &str| street.post(heir.owner, &heir.path("/address"), &wish(slug));
    heir("rejected").send().await.expect(200);
    heir("closed").send().await.expect(200);
    heir("sold").send().await.refused(409, "slug_taken");
    street.is_sound().await;
}

#[tokio::test]
async fn a_shop_promises_things_in_its_languages() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let path = shop.public_path("/policies/returns");
    street.house.get(&path).send().await.refused(404, "no_such_policy");
    let say = |policy: &str, locale: &str, text: &str| {
        let body = json!({ "locale": locale, "text": text });
        street.post(shop.owner, &shop.path(&format!("/policies/{policy}")), &body)
    };
    say("returns", "en", "Within 30 days.").send().await.expect(200);
    let own = say("returns", "ru", "В течение 30 дней.").send().await.expect(200);
    assert_eq!(own.json()["policies"], json!({ "returns": ["en", "ru"] }));
    let page = street.house.get(&path).header(ACCEPT_LANGUAGE, "ru-RU").send().await.expect(200);
    assert_eq!((page.json()["text"].as_str(), page.spend.requests), (Some("В течение 30 дней."), 1));
    assert_eq!(page.version(), own.version());
    assert_eq!(street.house.get(&shop.public_path("")).send().await.json()["policies"], json!(["returns"]));
    say("slavery", "en", "x").send().await.refused(404, "no_such_policy");
    let remove = |locale: &str| {
        let body = json!({ "locale": locale });
        street.post(shop.owner, &shop.path("/policies/returns/remove"), &body)
    };
    remove("de").send().await.refused(404, "no_such_translation");
    remove("en").send().await.expect(200);
    assert_eq!(street.house.get(&path).send().await.json()["locale"], "ru");
    remove("ru").send().await.expect(200);
    street.house.get(&path).send().await.refused(404, "no_such_policy");
    let hidden = street.draft().await;
    street.house.get(&hidden.public_path("/policies/returns")).send().await.refused(404, "no_such_shop");
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let page = street.house.get(&shop.public_path("")).send().await.expect(200);
    let etag = page.header("etag").unwrap().to_owned();
    let again = street.house.get(&shop.public_path("")).header(http::header::IF_NONE_MATCH, &etag);
    again.send().await.expect(304);
    street
        .post(shop.owner, &shop.path("/time-zone"), &json!({ "time_zone": "Asia/Tokyo" }))
        .send()
        .await
        .expect(200);
    let again = street.house.get(&shop.public_path("")).header(http::header::IF_NONE_MATCH, &etag);
    assert_eq!(again.send().await.expect(200).json()["time_zone"], "Asia/Tokyo");
}

#[tokio::test]
async fn a_shop_that_sells_is_who_it_was_approved_as() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let legal = json!({ "name": "Somebody Else Ltd", "country": "PA" });
    street.post(shop.owner, &shop.path("/legal"), &legal).send().await.refused(409, "not_in_this_state");
    let restrict = json!({ "reason": "papers", "note": "Show yourself again." });
    street.admin(&shop.admin_path("/restrict"), &restrict).send().await.expect(200);
    street.post(shop.owner, &shop.path("/legal"), &legal).send().await.expect(200);
    let page: Value = street.house.get(&shop.public_path("")).send().await.json();
    assert_eq!(
        (page["legal_name"].as_str(), page["country"].as_str()),
        (Some("Somebody Else Ltd"), Some("PA"))
    );
}
