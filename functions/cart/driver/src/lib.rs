//! What suites over all rooms know of the cart.

mod walk;

use facts::identity::AccountClosed;
use ids::{AccountId, Mint};
use lambda::Role;
use serde_json::{Value, json};
use testkit::event::{heard, request};
use testkit::{ADDS, Driver, Function, Given, Known, Stage, role, text};

/// The cart with its furniture.
pub fn driver() -> Driver {
    Driver {
        room: cart::room(),
        document: cart::OPENAPI,
        variables: &[],
        furnish: |at| Box::pin(furnish(at)),
        walk: |at| Box::pin(walk::walk(at)),
        ordinary: |at| Box::pin(ordinary(at)),
        events,
        choices,
        prepare: |at, operation| Box::pin(prepare(at, operation)),
        blind: &[(ADDS, &["add_line", "merge_carts"])],
        unversioned: &[],
        knows_sessions: false,
    }
}

/// A customer means to buy what is on sale next door, and so does a guest.
async fn furnish(at: &mut Stage) {
    ordinary(at).await;
    let line = json!({ "variant": at.known["variant"], "quantity": 2, "currency": "EUR" });
    walk::by(at, "add_line", &line).send().await.expect(201);
    at.knows("line", at.known["variant"].clone());
    at.knows("user", 7);
}

async fn prepare(at: &mut Stage, operation: &str) {
    if operation == "loms_cart" {
        at.does_as_shown("loms_add_to_cart").await;
    }
}

/// A guest has put two things into a cart.
async fn ordinary(at: &mut Stage) {
    let variants = walk::opens_shop(at, 2).await;
    let line = |n: usize| json!({ "variant": variants[n], "quantity": 1, "currency": "EUR" });
    let guest = text(&at.step("add_line", &line(0)).await["cart"]);
    at.call("add_line", "").header(walk::X_CART, &guest).json(&line(1)).send().await.expect(201);
    at.knows("guest", guest);
    at.knows("variant", &variants[0]);
}

fn choices(at: &Stage, operation: &str) -> Value {
    match operation {
        "merge_carts" => json!({ "cart": at.known["guest"] }),
        _ => json!({}),
    }
}

fn events(function: &Function, known: &Known, mint: &Mint, n: u64) -> Vec<Given> {
    let given = match role(function) {
        Role::Api => ("a cart of 2 lines", request("/cart", &json!({ "x-cart": known["guest"] }))),
        Role::Worker => {
            let account = AccountId::mint(mint);
            ("an account was closed", heard(account, n, &AccountClosed { account }))
        }
        role => panic!("say here what {role} is given"),
    };
    vec![given]
}
