//! What suites over all rooms know of identity.

mod furniture;
mod walk;

use facts::merchants::{MemberAdded, MerchantRole};
use ids::{AccountId, MerchantId, Mint};
use lambda::Role;
use serde_json::{Value, json};
use testkit::event::{heard, request};
use testkit::{BEGINS, Driver, FINAL, Function, Given, Known, ONLY_READS, PROVEN, Stage, role, text};

const PASSWORD: &str = "a snail on the way home";
const ANOTHER: &str = "another snail entirely";

/// Identity with its furniture.
pub fn driver() -> Driver {
    Driver {
        room: identity::room(),
        document: identity::OPENAPI,
        // Little work for a hash: the door is what is tried, and units do not depend on it.
        variables: &[("PASSWORD_MEMORY_KIB", "64"), ("PASSWORD_PASSES", "1")],
        furnish: |at| Box::pin(furniture::furnish(at)),
        walk: |at| Box::pin(walk::walk(at)),
        // The key set is there when the room opens.
        ordinary: |_| Box::pin(async {}),
        events,
        choices,
        prepare: |at, operation| Box::pin(prepare(at, operation)),
        blind: &[
            (
                BEGINS,
                &[
                    "create_api_key",
                    "create_shop_api_key",
                    "forgot_password",
                    "refresh_session",
                    "register_account",
                    "request_confirmation",
                    "sign_in",
                ],
            ),
            (ONLY_READS, &["find_account"]),
            (
                PROVEN,
                &["change_email", "change_password", "close_account", "confirm_email", "reset_password"],
            ),
            (
                FINAL,
                &[
                    "end_other_sessions",
                    "end_session",
                    "revoke_api_key",
                    "revoke_shop_api_key",
                    "rotate_api_key",
                    "rotate_shop_api_key",
                    "sign_out_account",
                ],
            ),
            ("nobody is shown the ring of a shop's keys as one thing", &["set_shop_tier"]),
        ],
        unversioned: &[
            ("it is many things, each with a life of its own", &["list_api_keys", "list_shop_api_keys"]),
            ("it is kept for five minutes by whoever has read it", &["read_jwks"]),
        ],
        knows_sessions: true,
    }
}

async fn prepare(at: &mut Stage, operation: &str) {
    let bob = json!({ "email": "bob@example.org", "password": PASSWORD });
    match operation {
        "confirm_email" => {
            at.step("register_account", &bob).await;
            at.reads_letter().await;
        }
        "refresh_session" => {
            let tokens = at.step("sign_in", &json!({ "email": furniture::ADA, "password": PASSWORD })).await;
            at.knows("refresh token", text(&tokens["refresh_token"]));
        }
        "request_confirmation" => {
            at.step("register_account", &bob).await;
            at.person = text(&at.step("sign_in", &bob).await["access_token"]);
        }
        "reset_password" => {
            at.step("forgot_password", &json!({ "email": furniture::ADA })).await;
            at.reads_letter().await;
        }
        _ => {}
    }
}

fn choices(at: &Stage, operation: &str) -> Value {
    match operation {
        "confirm_email" | "reset_password" => json!({ "token": at.known.get("token") }),
        "refresh_session" => json!({ "refresh_token": at.known.get("refresh token") }),
        _ => json!({}),
    }
}

fn events(function: &Function, _: &Known, mint: &Mint, n: u64) -> Vec<Given> {
    let given = match role(function) {
        Role::Api => ("the key set", request("/identity/.well-known/jwks.json", &json!({}))),
        Role::Worker => {
            let (merchant, account) = (MerchantId::mint(mint), AccountId::mint(mint));
            let added = MemberAdded { merchant, account, role: MerchantRole::Clerk };
            ("somebody works in a shop", heard(merchant, n, &added))
        }
        Role::Schedule => ("the signing key is looked at", json!({})),
        role => panic!("say here what {role} is given"),
    };
    vec![given]
}
