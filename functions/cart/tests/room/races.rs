//! Many at once. Nothing here is repeatable to the letter, and everything must hold however it goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use ids::VariantId;
use serde_json::{Value, json};

use crate::shop::{Shop, Who, more};

/// Lets so many do something at the same moment, and counts the answers by status.
async fn all_at_once<F, Fut>(n: usize, doing: F) -> BTreeMap<u16, usize>
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = u16> + Send + 'static,
{
    let tasks: Vec<_> = (0..n).map(|i| tokio::spawn(doing(i))).collect();
    let mut answers = BTreeMap::new();
    for task in tasks {
        *answers.entry(task.await.unwrap()).or_default() += 1;
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_additions_at_once_all_count_and_none_is_tried_again() {
    let shop = Arc::new(Shop::open().await);
    let (mug, lamp) = (shop.ware(990), shop.ware(2_500));
    for who in [shop.customer(), shop.guest_with(mug, 1).await] {
        let before = shop.lines(&who).await.get(&mug.to_string()).copied().unwrap_or(0);
        let answers = all_at_once(30, |i| {
            let (shop, who) = (shop.clone(), who.clone());
            async move {
                let reply = shop.puts(&who, if i % 3 == 0 { lamp } else { mug }, 2).await;
                assert_eq!(reply.spend.requests, 1);
                reply.status.as_u16()
            }
        });
        assert_eq!(answers.await, BTreeMap::from([(201, 30)]));
        let lines = shop.lines(&who).await;
        assert_eq!((lines[&mug.to_string()], lines[&lamp.to_string()]), (before + 40, 20));
    }
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_additions_with_keys_count_once_each_however_often_they_come() {
    let shop = Arc::new(Shop::open().await);
    let (mug, who) = (shop.ware(990), shop.customer());
    let answers = all_at_once(60, |i| {
        let (shop, who) = (shop.clone(), who.clone());
        async move {
            let call = shop.add(&who, &more(mug, 1)).key(&format!("k{}", i % 30));
            call.send().await.status.as_u16()
        }
    });
    let answers = answers.await;
    assert!(answers.keys().all(|status| [201, 409, 503].contains(status)), "{answers:?}");
    // Callers that were told to come back do, with the same key.
    for i in 0..30 {
        let call = shop.add(&who, &more(mug, 1)).key(&format!("k{i}"));
        call.send().await.expect(201);
    }
    assert_eq!(shop.lines(&who).await[&mug.to_string()], 30);
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_add_at_once_there_are_never_more_than_a_hundred_lines() {
    let shop = Arc::new(Shop::open().await);
    let who = shop.customer();
    for _ in 0..90 {
        shop.puts(&who, shop.ware(1), 1).await.expect(201);
    }
    let wares: Arc<Vec<VariantId>> = Arc::new((0..30).map(|_| shop.ware(1)).collect());
    let answers = all_at_once(30, |i| {
        let (shop, who, wares) = (shop.clone(), who.clone(), wares.clone());
        async move { shop.puts(&who, wares[i], 1).await.status.as_u16() }
    });
    assert_eq!(answers.await, BTreeMap::from([(201, 10), (409, 20)]));
    assert_eq!(shop.lines(&who).await.len(), 100);
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_add_at_once_no_line_goes_beyond_its_most_and_no_cart_has_two_currencies() {
    let shop = Arc::new(Shop::open().await);
    let both = [("EUR", 100), ("USD", 110)];
    let mug = shop.ware_of(facts::catalog::LineKind::Physical, None, &both, 1_000_000);
    let who = shop.customer();
    let answers = all_at_once(20, |i| {
        let (shop, who) = (shop.clone(), who.clone());
        let currency = ["EUR", "USD"][i % 2];
        async move {
            let body = json!({ "variant": mug, "quantity": 1_000, "currency": currency });
            shop.add(&who, &body).send().await.status.as_u16()
        }
    });
    let answers = answers.await;
    let put_in = answers[&201] as u64;
    assert!(answers.keys().all(|status| [201, 409].contains(status)) && put_in <= 9, "{answers:?}");
    assert_eq!(shop.lines(&who).await[&mug.to_string()], put_in * 1_000);
    assert_eq!(shop.sees(&who).await.json()["ready"], true);
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn quantities_set_while_others_add_lose_no_addition_to_another_line() {
    let shop = Arc::new(Shop::open().await);
    let (mug, lamp, who) = (shop.ware(990), shop.ware(2_500), shop.customer());
    shop.puts(&who, mug, 1).await.expect(201);
    let answers = all_at_once(24, |i| {
        let (shop, who) = (shop.clone(), who.clone());
        async move {
            match i % 4 {
                0 => shop.sets(&who, mug, i as u32 + 1).await.status.as_u16(),
                _ => shop.puts(&who, lamp, 1).await.status.as_u16(),
            }
        }
    });
    let answers = answers.await;
    assert!(answers.keys().all(|status| [200, 201].contains(status)), "{answers:?}");
    let lines = shop.lines(&who).await;
    assert_eq!(lines[&lamp.to_string()], 18);
    assert!((0..24).step_by(4).any(|i| lines[&mug.to_string()] == i + 1));
    shop.is_sound().await;
}

/// What a merge said that it moved, by line.
fn added(outcome: &Value) -> u64 {
    outcome["lines"].as_array().unwrap().iter().map(|line| line["added"].as_u64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_guest_adds_during_a_merge_is_in_one_of_the_two_carts() {
    for _ in 0..5 {
        let shop = Arc::new(Shop::open().await);
        let mug = shop.ware(990);
        let (customer, guest) = (shop.customer(), shop.guest_with(mug, 1).await);
        let answers = all_at_once(12, |i| {
            let (shop, customer, guest) = (shop.clone(), customer.clone(), guest.clone());
            async move {
                match i {
                    4 => shop.merges(&customer, &guest).await.status.as_u16(),
                    _ => shop.puts(&guest, mug, 1).await.status.as_u16(),
                }
            }
        });
        assert_eq!(answers.await, BTreeMap::from([(200, 1), (201, 11)]));
        let mine = shop.lines(&customer).await.get(&mug.to_string()).copied().unwrap_or(0);
        let left = shop.lines(&guest).await.get(&mug.to_string()).copied().unwrap_or(0);
        assert_eq!(mine + left, 12);
        let rest = shop.merges(&customer, &guest).await.expect(200).json();
        assert!(added(&rest) >= left);
        assert_eq!(shop.lines(&customer).await[&mug.to_string()], 12);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_merges_at_once_merge_once_and_say_the_same() {
    let shop = Arc::new(Shop::open().await);
    let mug = shop.ware(990);
    let (customer, guest) = (shop.customer(), shop.guest_with(mug, 4).await);
    shop.puts(&customer, mug, 1).await.expect(201);
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (shop, customer, guest) = (shop.clone(), customer.clone(), guest.clone());
            tokio::spawn(async move { shop.merges(&customer, &guest).await.expect(200).text() })
        })
        .collect();
    let mut answers = std::collections::BTreeSet::new();
    for task in tasks {
        answers.insert(task.await.unwrap());
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(shop.lines(&customer).await[&mug.to_string()], 5);
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_accounts_that_want_one_guest_s_cart_one_gets_it() {
    for _ in 0..5 {
        let shop = Arc::new(Shop::open().await);
        let mug = shop.ware(990);
        let guest = shop.guest_with(mug, 4).await;
        let customers = Arc::new([shop.customer(), shop.customer()]);
        let answers = all_at_once(2, |i| {
            let (shop, customers, guest) = (shop.clone(), customers.clone(), guest.clone());
            async move { shop.merges(&customers[i], &guest).await.status.as_u16() }
        });
        assert_eq!(answers.await, BTreeMap::from([(200, 1), (409, 1)]));
        let mut all = 0;
        for customer in customers.iter() {
            all += shop.lines(customer).await.values().sum::<u64>();
        }
        assert_eq!(all, 4);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guests_without_a_cart_who_come_at_once_get_a_cart_each() {
    let shop = Arc::new(Shop::open().await);
    let mug = shop.ware(990);
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move { shop.guest_with(mug, 1).await })
        })
        .collect();
    let mut values = std::collections::BTreeSet::new();
    for task in tasks {
        let Who::Guest(Some(value)) = task.await.unwrap() else { panic!("a guest has a value") };
        values.insert(value);
    }
    assert_eq!(values.len(), 10);
}
