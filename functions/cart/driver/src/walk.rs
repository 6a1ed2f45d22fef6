//! What carts cost, with what they ask of catalog and inventory.

use catalog_driver::number;
use facts::identity::AccountClosed;
use http::HeaderName;
use ids::{AccountId, OrderId};
use serde_json::{Value, json};

use testkit::{LAPTOP, Stage, done, text};

pub const X_CART: HeaderName = HeaderName::from_static("x-cart");

/// Opens the catalog and inventory next door, with so many things on sale. Returns their variants.
pub async fn opens_shop(at: &mut Stage, things: usize) -> Vec<String> {
    let now = at.house.clock.now();
    let mut catalog = Stage::open_at(now, &catalog_driver::driver(), LAPTOP).await;
    let mut inventory = Stage::open_at(now, &inventory_driver::driver(), LAPTOP).await;
    catalog_driver::opens(&mut catalog).await;
    let merchant = catalog.merchant();
    let mut variants = Vec::new();
    for n in 0..things {
        let variant = catalog_driver::on_sale(&mut catalog, n).await;
        inventory_driver::stock(&mut inventory, merchant, &variant, number(n)).await;
        variants.push(variant);
    }
    at.knows("sku", number(0));
    at.opens(catalog);
    at.opens(inventory);
    variants
}

pub async fn walk(at: &mut Stage) {
    let on_shelf = opens_shop(at, 10).await;
    let line = |n: usize| json!({ "variant": on_shelf[n], "quantity": 1, "currency": "EUR" });

    // Somebody was here before, so the shop and the cards of its stock are known.
    let before = at.step("add_line", &line(0)).await;
    let cart = text(&before["cart"]);
    done("show_cart", &at.call("show_cart", "").header(X_CART, &cart).send().await);
    let first = at.does_so("add_line", "a guest's first", &line(0)).await;
    let guest = text(&first["cart"]);
    let next = at.call("add_line", "").header(X_CART, &guest).json(&line(1)).send().await;
    at.row("add_line", "a guest's next", &next);

    let account = AccountId::mint(&at.house.mint);
    at.person = at.house.people.token_of(account, &[auth::Role::Customer], &[]);
    let add = by(at, "add_line", &line(2)).send().await;
    at.row("add_line", "a customer's", &add);
    let add = by(at, "add_line", &line(3)).key("line").send().await;
    at.row("add_line", "with a key", &add);
    for n in 4..10 {
        done("add_line", &by(at, "add_line", &line(n)).send().await);
    }
    let shown = by(at, "show_cart", &Value::Null).send().await;
    at.row("show_cart", "8 lines of variants not seen lately", &shown);
    let shown = by(at, "show_cart", &Value::Null).send().await;
    at.row("show_cart", "8 lines", &shown);
    at.does_so("merge_carts", "2 lines into 8", &json!({ "cart": guest })).await;
    at.knows("line", &on_shelf[2]);
    let set = by(at, "set_quantity", &json!({ "quantity": 3 })).send().await;
    at.row("set_quantity", "", &set);

    // Something costs more since it was put in.
    let dearer = json!({ "price": { "amount": 2099, "currency": "EUR" } });
    at.next_door[0].step("change_price", &dearer).await;
    let seen = done("show_cart", &by(at, "show_cart", &Value::Null).send().await);
    let total = json!({ "total": seen["merchants"][0]["total"] });
    let accepted = by(at, "accept_changes", &total).send().await;
    at.row("accept_changes", "10 lines", &accepted);
    let removed = by(at, "remove_line", &Value::Null).send().await;
    at.row("remove_line", "", &removed);

    let version = done("show_cart", &by(at, "show_cart", &Value::Null).send().await)["version"].clone();
    at.does_so("read_cart", "9 lines", &json!({ "owner": account, "version": version })).await;
    let order = OrderId::mint(&at.house.mint);
    at.does("empty_cart", &json!({ "owner": account, "version": version, "order": order })).await;
    done("add_line", &by(at, "add_line", &line(0)).send().await);
    let cleared = by(at, "clear_cart", &Value::Null).send().await;
    at.row("clear_cart", "", &cleared);
    done("add_line", &by(at, "add_line", &line(0)).send().await);
    at.hears(account, 1, &AccountClosed { account }).await;

    at.knows("user", 7);
    at.does("loms_add_to_cart", &json!({ "count": 1 })).await;
    at.calls("loms_cart").await;
    at.calls("loms_remove_from_cart").await;
    at.step("loms_add_to_cart", &json!({ "count": 1 })).await;
    at.calls("loms_clear_cart").await;
}

/// The call of the customer: the document leaves the door of a cart open to everybody.
pub fn by<'a>(at: &'a Stage, id: &str, body: &Value) -> testkit::Call<'a> {
    let call = at.call(id, "").bearer(&at.person);
    match body {
        Value::Null => call,
        body => call.json(body),
    }
}
