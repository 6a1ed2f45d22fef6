//! Two shops: one that sells and has everything that a shop can have, somebody who works there included,
//! and another that was only opened.

use auth::{MerchantRole, Role};
use ids::{AccountId, MerchantId};
use serde_json::json;
use testkit::{Stage, text};

use crate::walk::{invited, logo, open};

/// Two shops, the first of which may sell.
pub async fn furnish(at: &mut Stage) {
    let rival = AccountId::mint(&at.house.mint);
    at.person = at.house.people.token_of(rival, &[Role::Customer], &[]);
    let theirs = at.step("open_shop", &json!({ "locale": "en", "name": "The Loom" })).await;
    at.stranger = text(&theirs["id"]).parse().expect("a shop has an id");
    at.rival = token_of(at, rival, at.stranger);
    open(at).await;
    at.member = token_of(at, at.id("account"), at.merchant());
    logo(at).await;
    let clerk = invited(at, "ann@kiln.example").await;
    at.knows("account", clerk);
    let payout =
        json!({ "holder": "Kiln Ceramics Ltd", "currency": "EUR", "iban": "DE89370400440532013000" });
    at.step("set_payout_account", &payout).await;
    let offer = json!({ "email": "grace@kiln.example", "role": "clerk" });
    let invitation = at.step("invite_member", &offer).await;
    let rule = json!({ "basis_points": 900, "merchant": at.merchant() });
    let rule = at.step("add_rule", &rule).await;
    at.knows("invitation", text(&invitation["id"]));
    at.knows("rule", text(&rule["id"]));
}

fn token_of(at: &Stage, owner: AccountId, shop: MerchantId) -> String {
    at.house.people.token_of(owner, &[Role::Customer], &[(shop, MerchantRole::Owner)])
}
