//! How merchants fill their shelves: products and variants through the catalog, from which the
//! inventory hears that there is something to be stocked.

use std::collections::{BTreeMap, BTreeSet};

use dynamo::Item;
use facts::catalog::VariantNumbered;
use facts::{Fact, Spoken};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::judge::Broken;
use super::people::{Actor, Shop, TRIES};
use super::world::Answer;

impl Actor {
    /// Some products with one variant each, described, priced, put on the shelves and taken off.
    pub async fn fill_shelves(self, shop: std::rc::Rc<Shop>, products: usize) {
        for n in 0..products {
            let name = format!("{}-{n}", self.name);
            let words = json!({ "locale": "en", "title": name });
            let made = self.insist(&shop, "catalog/products", &format!("{name}-product"), &words).await;
            let Some(product) = made.and_then(|made| text(&made.json()["id"])) else { continue };
            let path = format!("catalog/products/{product}/variants");
            let mut words = json!({ "kind": "physical", "sku": name });
            if n % 2 == 1 {
                // Several shops want the same number; the one that publishes first has it.
                words["numeric_sku"] = json!(n);
            }
            self.diary.borrow_mut().variants.insert(name.clone(), None);
            let made = self.insist(&shop, &path, &format!("{name}-variant"), &words).await;
            let accepted = made.as_ref().map(|made| made.status.is_success());
            self.diary.borrow_mut().variants.insert(name.clone(), accepted);
            let Some(variant) = made.and_then(|made| text(&made.json()["variants"][0]["id"])) else {
                continue;
            };
            shop.variants.borrow_mut().push(variant.parse().expect("the catalog names its variants"));
            let price = json!({ "price": { "amount": self.world.chance.from(1, 9_999), "currency": "USD" } });
            self.tell(&shop, &format!("catalog/products/{product}/variants/{variant}/price"), &price).await;
            for step in ["propose", "publish", "archive", "restore"] {
                self.rest().await;
                let published = step == "publish";
                if !published {
                    shop.on_sale.borrow_mut().retain(|other| *other != variant);
                }
                let path = format!("catalog/products/{product}/{step}");
                let mut told = self.tell(&shop, &path, &Value::Null).await;
                for _ in 0..TRIES {
                    // The catalog may not have heard yet that the shop may sell.
                    if told.as_ref().is_none_or(|told| told.code() != "shop_not_open") {
                        break;
                    }
                    self.rest().await;
                    told = self.tell(&shop, &path, &Value::Null).await;
                }
                if published && told.is_some_and(|told| told.status.is_success()) {
                    shop.on_sale.borrow_mut().push(variant.clone());
                }
                if self.world.chance.permille(if published { 800 } else { 50 }) {
                    break;
                }
            }
        }
    }

    /// A command that may be given twice, since what it says is how it shall be. Now and then it is
    /// given by somebody who has seen an old version.
    async fn tell(&self, shop: &Shop, path: &str, body: &Value) -> Option<Answer> {
        let stale = self.world.chance.permille(100);
        for _ in 0..3 {
            let mut request = self.command(shop, path, "unused", body);
            if stale {
                let header = HeaderName::from_static("if-match");
                HeaderMap::insert(request.headers_mut(), header, HeaderValue::from_static("\"1\""));
            }
            let answer = self.send("catalog", request).await;
            if answer.is_some() {
                return answer;
            }
            self.rest().await;
        }
        None
    }
}

/// NUM-1: every number was given to one variant, and inventory knows it by no other.
pub fn judge(facts: &BTreeMap<String, Fact>, stock: &[Item]) -> Vec<Broken> {
    let mut given: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for fact in facts.values().filter(|fact| fact.name == VariantNumbered::NAME) {
        let numbered: VariantNumbered = fact.hear().expect("the catalog says what it means");
        given.entry(numbered.numeric_sku.get()).or_default().insert(numbered.variant.to_string());
    }
    let said = |item: &Item, name: &str| item.get(name)?.as_s().ok().cloned();
    let known = stock.iter().filter_map(|item| {
        let number = said(item, "pk")?.strip_prefix("num#")?.parse().ok()?;
        Some((number, BTreeSet::from([said(item, "variant")?])))
    });
    let known: BTreeMap<i64, BTreeSet<String>> = known.collect();
    let mut broken = Vec::new();
    if given.values().any(|variants| variants.len() != 1) || given != known {
        broken.push(Broken::of("NUM-1", format!("the catalog gave {given:?}, inventory knows {known:?}")));
    }
    broken
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
