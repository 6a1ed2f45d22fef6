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
        after: &[],
        refused: &[],
        blind: &[(ADDS, &["add_line", "merge_carts"])],
        unversioned: &[],
        knows_sessions: false,
    }
}

/// A customer means to buy what is on sale next door.
async fn furnish(at: &mut Stage) {
    let variants = walk::opens_shop(at, 1).await;
    let line = json!({ "variant": variants[0], "quantity": 2, "currency": "EUR" });
    walk::by(at, "add_line", &line).send().await.expect(201);
    at.knows("variant", &variants[0]);
    at.knows("line", &variants[0]);
    at.knows("user", 7);
}

/// A guest has put two things into a cart.
async fn ordinary(at: &mut Stage) {
    let variants = walk::opens_shop(at, 2).await;
    let line = |n: usize| json!({ "variant": variants[n], "quantity": 1, "currency": "EUR" });
    let guest = text(&at.step("add_line", &line(0)).await["cart"]);
    at.call("add_line", "").header(walk::X_CART, &guest).json(&line(1)).send().await.expect(201);
    at.knows("guest", guest);
}

fn choices(_: &Stage, operation: &str) -> Value {
    match operation {
        "add_line" => json!({ "currency": "EUR", "slot": null, "quote": null }),
        _ => json!({}),
    }
}

fn events<'a>(function: &Function, known: &'a Known, mint: &'a Mint) -> Vec<Given<'a>> {
    match role(function) {
        Role::Api => {
            vec![("a cart of 2 lines", Box::new(|_| request("/cart", &json!({ "x-cart": known["guest"] }))))]
        }
        Role::Worker => vec![(
            "an account was closed",
            Box::new(|n| {
                let account = AccountId::mint(mint);
                heard(account, n, &AccountClosed { account })
            }),
        )],
        role => panic!("say here what {role} is given"),
    }
}
