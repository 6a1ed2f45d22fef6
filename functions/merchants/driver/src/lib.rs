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
        prepare: |at, operation| Box::pin(prepare(at, operation)),
        blind: &[
            (BEGINS, &["accept_invitation", "add_rule", "open_shop"]),
            (ONLY_READS, &["preview_commission"]),
            (FINAL, &["end_rule", "revoke_invitation"]),
        ],
        unversioned: &[("it is a link, and another one every time", &["get_document", "inspect_document"])],
        knows_sessions: false,
    }
}

async fn prepare(at: &mut Stage, operation: &str) {
    match operation {
        // In the furnished room the shop sells, so these are done in another.
        "identify_shop" | "remove_document" | "submit_shop" => {
            *at = Stage::open(&driver(), &[]).await;
            walk::draft(at).await;
        }
        "approve_shop" | "reject_shop" | "withdraw_shop" => {
            *at = Stage::open(&driver(), &[]).await;
            walk::draft(at).await;
            at.does_as_shown("submit_shop").await;
        }
        "accept_invitation" => {
            at.does_as_shown("invite_member").await;
            at.reads_letter().await;
            at.person = at.house.people.token(&[auth::Role::Customer], &[]);
        }
        "fail_payout_account" | "verify_payout_account" => {
            at.does_as_shown("request_payout_verification").await;
        }
        "leave_shop" => drop(at.does_as_shown("appoint_owner").await),
        "reinstate_shop" => drop(at.does_as_shown("restrict_shop").await),
        "remove_policy" => drop(at.does_as_shown("write_policy").await),
        "remove_translation" | "set_language" => drop(at.does_as_shown("describe_shop").await),
        _ => {}
    }
}

fn choices(at: &Stage, operation: &str) -> Value {
    match operation {
        "accept_invitation" => json!({ "token": at.known.get("token") }),
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
