//! What suites over all rooms know of merchants.

mod furniture;
mod walk;

use facts::identity::AccountClosed;
use ids::{AccountId, Mint};
use lambda::Role;
use serde_json::{Value, json};
use testkit::event::{heard, notice, request};
use testkit::{BEGINS, Driver, FINAL, Function, Given, Known, ONLY_READS, Stage, role};

/// Merchants with its furniture.
pub fn driver() -> Driver {
    Driver {
        room: merchants::room(),
        document: merchants::OPENAPI,
        variables: &[],
        furnish: |at| Box::pin(furniture::furnish(at)),
        walk: |at| Box::pin(walk::walk(at)),
        ordinary: |at| Box::pin(walk::open(at)),
        events,
        choices,
        after: &[],
        refused: &[("accept_invitation", "bad_token", "what opens a place stands in a mail")],
        blind: &[
            (BEGINS, &["accept_invitation", "add_rule", "open_shop"]),
            (ONLY_READS, &["preview_commission"]),
            (FINAL, &["end_rule", "revoke_invitation"]),
        ],
        unversioned: &[("it is a link, and another one every time", &["get_document", "inspect_document"])],
        knows_sessions: false,
    }
}

fn choices(_: &Stage, operation: &str) -> Value {
    match operation {
        "add_rule" => {
            json!({ "product": null, "category": null, "fixed": null, "from": null, "until": null, "merchant": null })
        }
        "set_payout_account" => json!({ "other": null }),
        _ => json!({}),
    }
}

fn events<'a>(function: &Function, known: &'a Known, mint: &'a Mint) -> Vec<Given<'a>> {
    match role(function) {
        Role::Api => vec![(
            "a shop's face",
            Box::new(|_| request(&format!("/merchants/shops/{}", known["merchant"]), &json!({}))),
        )],
        Role::Worker => vec![(
            "an account was closed",
            Box::new(|n| {
                let account = AccountId::mint(mint);
                heard(account, n, &AccountClosed { account })
            }),
        )],
        Role::Uploads => {
            let bucket = function.environment["BUCKET"].clone();
            vec![(
                "a paper that is known",
                Box::new(move |n| {
                    notice(n, &bucket, &format!("documents/{}/{}", known["merchant"], known["paper"]))
                }),
            )]
        }
        role => panic!("say here what {role} is given"),
    }
}
