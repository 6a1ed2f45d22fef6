//! A room of merchants with two shops in it: one that sells and has everything that a shop can have,
//! and another that was only opened.

use auth::{MerchantRole, Role};
use ids::{AccountId, MerchantId};
use serde_json::{Value, json};
use testkit::House;

use crate::furnish::{Furnished, text};

const PAPER: &[u8] = b"%PDF-1.7 and so on";

/// Whoever a shop belongs to, and the shop.
struct Owner {
    account: AccountId,
    token: String,
    shop: MerchantId,
}

impl Furnished {
    /// Two shops, the first of which may sell.
    pub async fn put_shops_in(&mut self) {
        let owner = open_a_shop(&self.house, "The Kiln").await;
        let rival = open_a_shop(&self.house, "The Loom").await;
        let account = owner.account;
        for (operation, status, body) in [
            ("describe", 200, json!({ "locale": "en", "name": "The Kiln", "description": "Pots." })),
            ("legal", 200, json!({ "name": "Kiln Ceramics Ltd", "country": "DE" })),
            ("contact", 200, json!({ "email": "hello@kiln.example" })),
            ("policies/returns", 200, json!({ "locale": "en", "text": "Within 30 days." })),
            (
                "payout",
                201,
                json!({ "holder": "Kiln Ceramics Ltd", "currency": "EUR", "iban": "DE89370400440532013000" }),
            ),
        ] {
            self.does(&owner, operation, status, &body).await;
        }
        let days = json!({ "from": "2026-12-01", "to": "2026-12-01" });
        let holiday = self.does(&owner, "holidays", 201, &days).await;
        let document = self.hand_in_a_paper(&owner).await;
        self.does(&owner, "submit", 200, &Value::Null).await;
        let approve = format!("/merchants/admin/shops/{}/approve", owner.shop);
        let shop = self.house.post(&approve).as_admin().send().await.expect(200).json();
        let offer = json!({ "email": "grace@kiln.example", "role": "clerk" });
        let invitation = self.does(&owner, "invitations", 201, &offer).await;
        let rule = json!({ "basis_points": 900, "merchant": owner.shop });
        let rules = self.house.post("/merchants/admin/commission/rules").as_admin();
        let rule = rules.key("rule").json(&rule).send().await.expect(201).json();
        let token_of = |owner: &Owner| {
            let shops = [(owner.shop, MerchantRole::Owner)];
            self.house.people.token_of(owner.account, &[Role::Customer], &shops)
        };
        self.right.member = token_of(&owner);
        self.right.rival = token_of(&rival);
        self.right.person = owner.token;
        (self.merchant, self.stranger) = (owner.shop, rival.shop);
        self.known.extend([
            ("account", account.to_string()),
            ("document", document),
            ("holiday", text(&holiday["id"])),
            ("invitation", text(&invitation["id"])),
            ("policy", "returns".to_owned()),
            ("rule", text(&rule["id"])),
            ("slug", text(&shop["slug"])),
        ]);
    }

    async fn does(&self, owner: &Owner, operation: &str, status: u16, body: &Value) -> Value {
        let call = self.house.post(&format!("/merchants/{}/{operation}", owner.shop)).bearer(&owner.token);
        call.key(operation).json(body).send().await.expect(status).json()
    }

    /// A paper that has come, and is one.
    async fn hand_in_a_paper(&mut self, owner: &Owner) -> String {
        let paper = json!({
            "kind": "register_extract", "content_type": "application/pdf", "bytes": PAPER.len(), "sha256": tests::sha256(PAPER),
        });
        let document = text(&self.does(owner, "documents", 201, &paper).await["document"]);
        let bucket = self.house.around.bucket("BUCKET").unwrap();
        let key = format!("documents/{}/{document}", owner.shop);
        bucket.put(&key, PAPER, "application/pdf").await.unwrap();
        self.house.settle().await;
        document
    }
}

async fn open_a_shop(house: &House, name: &str) -> Owner {
    let account = AccountId::mint(&house.mint);
    let token = house.people.token_of(account, &[Role::Customer], &[]);
    let words = json!({ "locale": "en", "name": name });
    let opened = house.post("/merchants/shops").bearer(&token).key("shop").json(&words).send().await;
    let shop = text(&opened.expect(201).json()["id"]).parse().unwrap();
    Owner { account, token, shop }
}
