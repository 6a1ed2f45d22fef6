//! What suites over all rooms know of identity.

mod furniture;
mod walk;

use facts::merchants::{MemberAdded, MerchantRole};
use ids::{AccountId, MerchantId, Mint};
use lambda::Role;
use serde_json::{Value, json};
use testkit::event::{heard, request};
use testkit::{BEGINS, Driver, FINAL, Function, Given, Known, ONLY_READS, PROVEN, Stage, role};

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
        after: &[],
        refused: &[],
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

fn choices(_: &Stage, operation: &str) -> Value {
    match operation {
        _ => json!({}),
    }
}

fn events<'a>(function: &Function, _: &'a Known, mint: &'a Mint) -> Vec<Given<'a>> {
    match role(function) {
        Role::Api => {
            vec![("the key set", Box::new(|_| request("/identity/.well-known/jwks.json", &json!({}))))]
        }
        Role::Worker => vec![(
            "somebody works in a shop",
            Box::new(|n| {
                let (merchant, account) = (MerchantId::mint(mint), AccountId::mint(mint));
                heard(merchant, n, &MemberAdded { merchant, account, role: MerchantRole::Clerk })
            }),
        )],
        Role::Schedule => vec![("the signing key is looked at", Box::new(|_| json!({})))],
        role => panic!("say here what {role} is given"),
    }
}
