//! How merchants fill their shelves: products and variants through the catalog, from which the
//! inventory hears that there is something to be stocked.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

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
            let words = json!({ "kind": "physical", "sku": name });
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

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
