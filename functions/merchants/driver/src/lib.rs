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
    // In the furnished room the shop sells, so what is done before is done in another.
    let drafts =
        ["approve_shop", "identify_shop", "reject_shop", "remove_document", "submit_shop", "withdraw_shop"];
    if drafts.contains(&operation) {
        *at = Stage::open(&driver(), &[]).await;
        walk::draft(at).await;
    }
    let first = match operation {
        "accept_invitation" => "invite_member",
        "approve_shop" | "reject_shop" | "withdraw_shop" => "submit_shop",
        "fail_payout_account" | "verify_payout_account" => "request_payout_verification",
        "leave_shop" => "appoint_owner",
        "reinstate_shop" => "restrict_shop",
        "remove_translation" | "set_language" => "describe_shop",
        _ => return,
    };
    at.does_as_shown(first).await;
    if operation == "accept_invitation" {
        at.reads_letter().await;
        at.person = at.house.people.token(&[auth::Role::Customer], &[]);
    }
}

fn choices(at: &Stage, operation: &str) -> Value {
    match operation {
        "accept_invitation" => json!({ "token": at.known.get("token") }),
        _ => json!({}),
    }
}

fn events(function: &Function, known: &Known, mint: &Mint, n: u64) -> Vec<Given> {
    let given = match role(function) {
        Role::Api => {
            let path = format!("/merchants/shops/{}", known["merchant"]);
            ("a shop's face", request(&path, &json!({})))
        }
        Role::Worker => {
            let account = AccountId::mint(mint);
            ("an account was closed", heard(account, n, &AccountClosed { account }))
        }
        Role::Uploads => {
            let name = format!("documents/{}/{}", known["merchant"], known["paper"]);
            ("a paper that is known", notice(n, &function.environment["BUCKET"], &name))
        }
        role => panic!("say here what {role} is given"),
    };
    vec![given]
}
