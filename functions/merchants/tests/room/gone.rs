//! What is deleted is deleted in the bucket too, and old links open nothing.

use facts::merchants::FilesDropped;
use jiff::SignedDuration;
use lambda::Role;
use serde_json::{Value, json};

use crate::high_street::{PDF, PNG, Shop, Street, only};

/// A paper and a logo that have come, and their names in the bucket.
async fn files(street: &mut Street, shop: Shop) -> [String; 2] {
    let paper = street.announce(shop, "/documents", "application/pdf", PDF).await;
    let logo = street.announce(shop, "/logo", "image/png", PNG).await;
    let names = [format!("documents/{}/{paper}", shop.id), format!("logos/{}/{logo}", shop.id)];
    street.send(&names[0], PDF).await;
    street.send(&names[1], PNG).await;
    names
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap()
}

impl Street {
    /// What lies in the bucket, when everything has been heard: what shops name, and nothing else.
    async fn bucket(&mut self) -> Vec<String> {
        self.house.settle().await;
        let lying = self.house.objects().await;
        assert_eq!(merchants::unnamed(self.house.items().await, lying.clone()).unwrap(), [""; 0]);
        lying
    }

    /// The answer to a link that was given out before.
    async fn follows(&self, name: &str) -> u16 {
        self.house.follows(Role::Api, name).await
    }

    async fn says(&self, shop: Shop, operation: &str) {
        self.post(shop.owner, &shop.path(operation), &Value::Null).send().await.expect(200);
    }
}

#[tokio::test]
async fn a_paper_that_is_taken_back_and_a_logo_that_is_taken_down_are_gone() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    let [paper, logo] = files(&mut street, shop).await;
    assert_eq!((street.follows(&paper).await, street.follows(&logo).await), (200, 200));
    street.says(shop, &format!("/documents/{}/remove", last(&paper))).await;
    assert_eq!(street.bucket().await, std::slice::from_ref(&logo));
    street.says(shop, "/logo/remove").await;
    assert_eq!(street.bucket().await, [""; 0]);
    assert_eq!((street.follows(&paper).await, street.follows(&logo).await), (404, 404));
}

#[tokio::test]
async fn a_logo_that_is_replaced_is_gone_and_the_present_one_stays_until_then() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let [_, first] = files(&mut street, shop).await;
    // One that never comes, one that is something else, and one that is a logo.
    street.announce(shop, "/logo", "image/png", PNG).await;
    let wrong = street.announce(shop, "/logo", "image/png", PNG).await;
    street.send(&format!("logos/{}/{wrong}", shop.id), PDF).await;
    assert!(street.bucket().await.contains(&first));
    let second = street.announce(shop, "/logo", "image/png", PNG).await;
    let second = format!("logos/{}/{second}", shop.id);
    street.send(&second, PNG).await;
    let logos: Vec<_> = street.bucket().await.into_iter().filter(|name| name.starts_with("logos/")).collect();
    assert_eq!(logos, [second]);
}

#[tokio::test]
async fn what_is_refused_by_its_content_is_not_kept_and_stays_refused() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    let paper = street.announce(shop, "/documents", "application/pdf", PDF).await;
    let name = format!("documents/{}/{paper}", shop.id);
    for _ in 0..2 {
        street.send(&name, PNG).await;
        assert_eq!(street.bucket().await, [""; 0]);
        assert_eq!(street.own(shop).await["documents"][0]["state"], "refused");
    }
}

#[tokio::test]
async fn what_comes_twice_stays_and_what_comes_after_it_was_taken_back_or_for_nobody_goes() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    let [paper, logo] = files(&mut street, shop).await;
    street.send(&paper, PDF).await;
    street.send(&logo, PNG).await;
    assert_eq!(street.bucket().await, [paper.clone(), logo.clone()]);
    let late = street.announce(shop, "/documents", "application/pdf", PDF).await;
    street.says(shop, &format!("/documents/{late}/remove")).await;
    street.house.settle().await;
    street.send(&format!("documents/{}/{late}", shop.id), PDF).await;
    let nobody = ids::MerchantId::mint(&street.house.mint);
    street.send(&format!("documents/{nobody}/{late}"), PDF).await;
    street.send(&format!("logos/{}/{}", shop.id, ids::MediaId::mint(&street.house.mint)), PNG).await;
    assert_eq!(street.bucket().await, [paper, logo]);
}

#[tokio::test]
async fn of_a_shop_that_is_closed_or_shut_down_nothing_is_left() {
    let mut street = Street::open().await;
    let (draft, sold, shut) = (street.draft().await, street.active().await, street.active().await);
    let mut links = Vec::new();
    for shop in [draft, sold, shut] {
        links.extend(files(&mut street, shop).await);
    }
    let awaited = street.announce(sold, "/documents", "application/pdf", PDF).await;
    street.says(draft, "/close").await;
    street.says(sold, "/close").await;
    let note = json!({ "note": "It was fraud." });
    street.admin(&shut.admin_path("/shut-down"), &note).send().await.expect(200);
    assert_eq!(street.bucket().await, [""; 0]);
    for link in links {
        assert_eq!(street.follows(&link).await, 404);
    }
    street.send(&format!("documents/{}/{awaited}", sold.id), PDF).await;
    assert_eq!(street.bucket().await, [""; 0]);
}

#[tokio::test]
async fn who_withdraws_or_is_rejected_keeps_the_papers_to_mend_them() {
    let mut street = Street::open().await;
    let (withdrawn, rejected) = (street.submitted().await, street.submitted().await);
    let before = street.bucket().await;
    street.says(withdrawn, "/withdraw").await;
    let note = json!({ "note": "The extract is from last year." });
    street.admin(&rejected.admin_path("/reject"), &note).send().await.expect(200);
    assert_eq!(street.bucket().await, before);
    for shop in [withdrawn, rejected] {
        street.says(shop, "/submit").await;
    }
}

#[tokio::test]
async fn the_papers_of_a_closed_account_are_gone_unless_the_market_looks_into_them() {
    let mut street = Street::open().await;
    let draft = street.complete().await;
    let (sells, watched) = (street.active().await, street.active().await);
    let [_, logo] = files(&mut street, sells).await;
    let restrict = json!({ "reason": "suspected_fraud", "note": "We look into it." });
    street.admin(&watched.admin_path("/restrict"), &restrict).send().await.expect(200);
    for shop in [draft, sells, watched] {
        street.hears_that_closed(shop.owner).await;
    }
    let left = street.bucket().await;
    let of = |shop: Shop| left.iter().filter(|name| name.contains(&shop.id.to_string())).collect::<Vec<_>>();
    assert_eq!((of(draft).len(), of(sells)), (0, vec![&logo]), "a sign is the shop's own");
    assert_eq!(of(watched).len(), 1);
    let note = json!({ "note": "It was fraud." });
    street.admin(&watched.admin_path("/shut-down"), &note).send().await.expect(200);
    assert_eq!(street.bucket().await, [logo]);
}

#[tokio::test]
async fn a_shop_that_sells_again_under_another_owner_keeps_no_papers_of_the_one_who_is_gone() {
    let mut street = Street::open().await;
    let shop = street.active().await;
    let restrict = json!({ "reason": "papers", "note": "They have run out." });
    street.admin(&shop.admin_path("/restrict"), &restrict).send().await.expect(200);
    street.house.advance(SignedDuration::from_secs(1));
    street.hears_that_closed(shop.owner).await;
    let heir = Shop { owner: street.somebody(), ..shop };
    street.admin(&shop.admin_path("/owners"), &json!({ "account": heir.owner })).send().await.expect(200);
    street.house.advance(SignedDuration::from_secs(1));
    let paper = street.announce(heir, "/documents", "application/pdf", PDF).await;
    let paper = format!("documents/{}/{paper}", shop.id);
    street.send(&paper, PDF).await;
    assert_eq!(street.bucket().await.len(), 2, "the market still looks into both");
    street.admin(&shop.admin_path("/reinstate"), &Value::Null).send().await.expect(200);
    assert_eq!(street.bucket().await, [paper]);
}

#[tokio::test]
async fn a_function_that_dies_after_the_save_leaves_no_file_behind_for_ever() {
    let mut street = Street::open().await;
    let shop = street.draft().await;
    let [paper, _] = files(&mut street, shop).await;
    street.says(shop, &format!("/documents/{}/remove", last(&paper))).await;
    // Nothing was deleted on the way: the fact is what does it, and it may be heard twice.
    assert!(street.house.objects().await.contains(&paper));
    let facts = street.house.facts();
    assert_eq!(only::<FilesDropped>(&facts).len(), 1);
    for _ in 0..2 {
        assert_eq!(street.house.hear(&facts).await, [""; 0]);
        assert!(!street.house.objects().await.contains(&paper));
    }
}
