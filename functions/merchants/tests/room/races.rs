//! Many at once. Nothing here is repeatable to the letter, and everything must hold however it goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use facts::merchants::{MemberAdded, MemberRemoved};
use serde_json::{Value, json};
use testkit::{House, Reply, TRANSACTIONS};

use crate::high_street::{Street, only};

/// Lets so many ask at the same moment.
async fn all_at_once<F>(street: &Arc<Street>, n: usize, ask: impl Fn(Arc<Street>, usize) -> F) -> Vec<Reply>
where
    F: Future<Output = Reply> + Send + 'static,
{
    let asks: Vec<_> = (0..n).map(|i| tokio::spawn(ask(street.clone(), i))).collect();
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(ask.await.unwrap());
    }
    answers
}

fn counted(answers: &[Reply]) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status.as_u16()).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_who_accept_one_invitation_bring_one_in() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let (_, token) = street.invited(shop, "clerk").await;
    let street = Arc::new(street);
    let answers = all_at_once(&street, 30, |street, _| {
        let token = token.clone();
        async move { street.accept(street.somebody(), &token).await }
    })
    .await;
    assert_eq!(counted(&answers), BTreeMap::from([(201, 1), (409, 29)]));
    let members = street.inspected(shop).await["members"].as_array().unwrap().len();
    assert_eq!(members, 2);
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_who_open_shops_with_one_account_own_ten() {
    let street = Arc::new(Street::open().await);
    let owner = street.somebody();
    let answers = all_at_once(&street, 20, |street, i| async move {
        let body = json!({ "locale": "en", "name": format!("Shop {i}") });
        street.post(owner, "/merchants/shops", &body).send().await
    })
    .await;
    assert_eq!(counted(&answers), BTreeMap::from([(201, 10), (409, 10)]));
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_owners_who_leave_at_once_leave_one_behind() {
    for _ in 0..5 {
        let mut street = Street::open().await;
        let shop = street.active().await;
        let second = street.member(shop, "owner").await;
        let owners = [shop.owner, second];
        let mut street = Arc::new(street);
        let answers = all_at_once(&street, 2, |street, i| async move {
            street.post(owners[i], &shop.path("/leave"), &Value::Null).send().await
        })
        .await;
        assert_eq!(counted(&answers), BTreeMap::from([(204, 1), (409, 1)]));
        let removed = only::<MemberRemoved>(&Arc::get_mut(&mut street).unwrap().house.facts());
        assert_eq!(removed.len(), 1);
        street.is_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_that_ten_shops_want_is_one_shops() {
    let mut street = Street::open().await;
    let mut shops = Vec::new();
    for _ in 0..10 {
        shops.push(street.active().await);
    }
    let street = Arc::new(street);
    let answers = all_at_once(&street, 10, |street, i| {
        let shop = shops[i];
        async move {
            let body = json!({ "slug": "the-best" });
            street.post(shop.owner, &shop.path("/address"), &body).send().await
        }
    })
    .await;
    assert_eq!(counted(&answers), BTreeMap::from([(200, 1), (409, 9)]));
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_shops_that_wish_for_one_address_and_are_approved_at_once_one_has_it() {
    let mut street = Street::open().await;
    let mut shops = Vec::new();
    for _ in 0..10 {
        let shop = street.complete().await;
        let body = json!({ "slug": "the-best" });
        street.post(shop.owner, &shop.path("/address"), &body).send().await.expect(200);
        street.post(shop.owner, &shop.path("/submit"), &Value::Null).send().await.expect(200);
        shops.push(shop);
    }
    let street = Arc::new(street);
    let answers = all_at_once(&street, 10, |street, i| {
        let shop = shops[i];
        async move { street.admin(&shop.admin_path("/approve"), &Value::Null).send().await }
    })
    .await;
    assert_eq!(counted(&answers), BTreeMap::from([(200, 10)]));
    let got = answers.iter().filter(|answer| answer.json()["slug"] == "the-best").count();
    assert_eq!(got, 1, "the others got the one that is made of their name and their id");
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_letters_to_one_stranger_that_are_sent_at_once_by_ten_shops_five_are_written() {
    let mut street = Street::open().await;
    let mut shops = Vec::new();
    for _ in 0..10 {
        shops.push(street.active().await);
    }
    let street = Arc::new(street);
    let answers = all_at_once(&street, 10, |street, i| {
        let shop = shops[i];
        async move {
            let body = json!({ "email": "stranger@elsewhere.example", "role": "clerk" });
            street.post(shop.owner, &shop.path("/invitations"), &body).send().await
        }
    })
    .await;
    assert_eq!(counted(&answers), BTreeMap::from([(201, 5), (429, 5)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_rules_about_the_same_sales_become_one() {
    let street = Arc::new(Street::open().await);
    let path = "/merchants/admin/commission/rules";
    let answers = all_at_once(&street, 10, |street, i| async move {
        street.admin(path, &json!({ "basis_points": 100 + i })).send().await
    })
    .await;
    assert_eq!(counted(&answers), BTreeMap::from([(201, 1), (409, 9)]));
    let list = street.house.get(path).as_admin().send().await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twelve_languages_that_are_written_at_once_are_all_there() {
    let street = Street::open().await;
    let shop = street.draft().await;
    let street = Arc::new(street);
    let tags = ["ru", "ar", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv"];
    let answers = all_at_once(&street, 22, |street, i| async move {
        let locale = tags[i / 2];
        match i % 2 {
            0 => {
                let body = json!({ "locale": locale, "name": format!("Kiln {locale}") });
                street.post(shop.owner, &shop.path("/describe"), &body).send().await
            }
            _ => {
                let body = json!({ "locale": locale, "text": format!("Thirty days, {locale}.") });
                street.post(shop.owner, &shop.path("/policies/returns"), &body).send().await
            }
        }
    })
    .await;
    // A request that lost too many races was told so and changed nothing.
    let done = counted(&answers);
    assert!(done.keys().all(|status| [200, 503].contains(status)), "{done:?}");
    let own = street.own(shop).await;
    let wrote =
        |kind: usize| answers.iter().enumerate().filter(|(i, a)| i % 2 == kind && a.status == 200).count();
    assert_eq!(own["words"].as_object().unwrap().len(), wrote(0) + 1);
    assert_eq!(own["policies"]["returns"].as_array().map_or(0, Vec::len), wrote(1));
    street.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_removed_while_they_act_acts_before_or_not_at_all() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let manager = street.member(shop, "manager").await;
    let mut street = Arc::new(street);
    let answers = all_at_once(&street, 9, |street, i| async move {
        if i == 4 {
            let path = shop.path(&format!("/members/{manager}/remove"));
            return street.post(shop.owner, &path, &Value::Null).send().await;
        }
        let locale = ["ru", "ar", "de", "fr", "x", "es", "it", "pt", "nl"][i];
        let body = json!({ "locale": locale, "name": "Kiln" });
        street.post(manager, &shop.path("/describe"), &body).send().await
    })
    .await;
    let removed = street.inspected(shop).await["members"].as_array().unwrap().len() == 1;
    assert_eq!(removed, answers[4].status == 200);
    assert!(answers.iter().all(|a| [200, 403, 503].contains(&a.status.as_u16())), "{:?}", counted(&answers));
    let words = street.own(shop).await["words"].as_object().unwrap().len();
    let wrote = answers.iter().enumerate().filter(|(i, a)| *i != 4 && a.status == 200).count();
    assert_eq!(words, wrote + 1);
    let added = only::<MemberAdded>(&Arc::get_mut(&mut street).unwrap().house.facts());
    assert!(added.len() <= 2);
    street.is_sound().await;
}

/// What an owner asks for beside the shop stands before the table when they are let go.
async fn is_let_go_before(list: &str, command: impl Fn(&str) -> String, body: Value) {
    let (house, sky) = House::open_under_a_sky(merchants::room(), &[]).await;
    let mut street = Street { house };
    let shop = street.active().await;
    let other = street.member(shop, "owner").await;
    let (invitation, _) = street.invited(shop, "clerk").await;
    let (street, path) = (Arc::new(street), shop.path(&command(invitation["id"].as_str().unwrap())));
    let before = street.get(shop.owner, &shop.path(list)).send().await.expect(200).json();
    let mut held = sky.holds(TRANSACTIONS, 0);
    let asks = street.clone();
    let command = tokio::spawn(async move { asks.post(other, &path, &body).send().await });
    held.comes().await;
    let gone = street.post(shop.owner, &shop.path(&format!("/members/{other}/remove")), &Value::Null);
    gone.send().await.expect(200);
    held.goes_on();
    command.await.unwrap().refused(403, "forbidden");
    assert_eq!(street.get(shop.owner, &shop.path(list)).send().await.expect(200).json(), before);
}

#[tokio::test]
async fn whoever_is_let_go_meanwhile_writes_no_holiday() {
    let days = json!({ "from": "2026-12-24", "to": "2026-12-26" });
    is_let_go_before("/holidays", |_| "/holidays".into(), days).await;
}

#[tokio::test]
async fn whoever_is_let_go_meanwhile_takes_no_invitation_back() {
    let revoke = |invitation: &str| format!("/invitations/{invitation}/revoke");
    is_let_go_before("/invitations", revoke, Value::Null).await;
}
