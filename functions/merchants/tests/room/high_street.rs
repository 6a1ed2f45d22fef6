//! A room with shops in it, and what tests do with them.

use auth::{MerchantRole, Role};
use facts::identity::AccountClosed;
use facts::{Fact, Spoken};
use ids::{AccountId, MerchantId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Call, House, Reply};

pub(crate) const PDF: &[u8] = b"%PDF-1.7 and so on";
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

pub(crate) struct Street {
    pub(crate) house: House,
}

/// A shop and whom it belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shop {
    pub(crate) id: MerchantId,
    pub(crate) owner: AccountId,
}

impl Shop {
    pub(crate) fn path(&self, operation: &str) -> String {
        format!("/merchants/{}{operation}", self.id)
    }

    pub(crate) fn admin_path(&self, operation: &str) -> String {
        format!("/merchants/admin/shops/{}{operation}", self.id)
    }

    pub(crate) fn public_path(&self, operation: &str) -> String {
        format!("/merchants/shops/{}{operation}", self.id)
    }
}

impl Street {
    pub(crate) async fn open() -> Street {
        Street { house: House::open(merchants::room()).await }
    }

    pub(crate) fn somebody(&self) -> AccountId {
        AccountId::mint(&self.house.mint)
    }

    pub(crate) fn fresh_key(&self) -> String {
        self.house.mint.uuid().to_string()
    }

    /// A token without a word about any shop: the room must find out by itself.
    pub(crate) fn token(&self, account: AccountId) -> String {
        self.house.people.token_of(account, &[Role::Customer], &[])
    }

    /// A token that says more than is true.
    pub(crate) fn boasting_token(&self, account: AccountId, shop: Shop) -> String {
        self.house.people.token_of(account, &[Role::Customer], &[(shop.id, MerchantRole::Owner)])
    }

    pub(crate) fn get(&self, account: AccountId, path: &str) -> Call<'_> {
        self.house.get(path).bearer(&self.token(account))
    }

    /// With a key that no other command has.
    pub(crate) fn post(&self, account: AccountId, path: &str, body: &Value) -> Call<'_> {
        self.house.post(path).bearer(&self.token(account)).key(&self.fresh_key()).json(body)
    }

    pub(crate) fn admin(&self, path: &str, body: &Value) -> Call<'_> {
        self.house.post(path).as_admin().key(&self.fresh_key()).json(body)
    }

    pub(crate) async fn draft(&self) -> Shop {
        self.draft_of(self.somebody(), "The Kiln").await
    }

    pub(crate) async fn draft_of(&self, owner: AccountId, name: &str) -> Shop {
        let body = json!({ "locale": "en", "name": name });
        let made = self.post(owner, "/merchants/shops", &body).send().await.expect(201).json();
        Shop { id: made["id"].as_str().unwrap().parse().unwrap(), owner }
    }

    /// A draft that lacks nothing.
    pub(crate) async fn complete(&mut self) -> Shop {
        let shop = self.draft().await;
        let said = [
            (
                "/describe",
                json!({ "locale": "en", "name": "The Kiln", "description": "Pots, thrown by hand." }),
            ),
            ("/legal", json!({ "name": "Kiln Ceramics Ltd", "country": "DE" })),
            ("/contact", json!({ "email": "hello@kiln.example" })),
        ];
        for (operation, body) in said {
            self.post(shop.owner, &shop.path(operation), &body).send().await.expect(200);
        }
        let document = self.announce(shop, "/documents", "application/pdf", PDF).await;
        self.send(&format!("documents/{}/{document}", shop.id), PDF).await;
        assert_eq!(self.own(shop).await["missing"], json!([]));
        shop
    }

    pub(crate) async fn submitted(&mut self) -> Shop {
        let shop = self.complete().await;
        self.post(shop.owner, &shop.path("/submit"), &Value::Null).send().await.expect(200);
        shop
    }

    /// A shop that sells.
    pub(crate) async fn active(&mut self) -> Shop {
        let shop = self.submitted().await;
        self.admin(&shop.admin_path("/approve"), &Value::Null).send().await.expect(200);
        shop
    }

    /// The shop as its owner sees it.
    pub(crate) async fn own(&self, shop: Shop) -> Value {
        self.get(shop.owner, &shop.path("")).send().await.expect(200).json()
    }

    /// The shop as the market sees it.
    pub(crate) async fn inspected(&self, shop: Shop) -> Value {
        self.house.get(&shop.admin_path("")).as_admin().send().await.expect(200).json()
    }

    pub(crate) async fn state(&self, shop: Shop) -> String {
        self.inspected(shop).await["shop"]["state"].as_str().unwrap().to_owned()
    }

    /// Announces a file, and returns the id under which it is awaited.
    pub(crate) async fn announce(&self, shop: Shop, operation: &str, kind: &str, bytes: &[u8]) -> String {
        let reply = self.announced(shop, operation, kind, bytes).await.json();
        let id = reply["document"].as_str().or(reply["media"].as_str());
        id.unwrap().to_owned()
    }

    pub(crate) async fn announced(&self, shop: Shop, operation: &str, kind: &str, bytes: &[u8]) -> Reply {
        let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut body = json!({ "content_type": kind, "bytes": bytes.len(), "sha256": digest });
        if operation == "/documents" {
            body["kind"] = json!("register_extract");
        }
        self.post(shop.owner, &shop.path(operation), &body).send().await.expect(201)
    }

    /// Puts a file where its permit leads, and lets the room hear of it.
    pub(crate) async fn send(&mut self, key: &str, bytes: &'static [u8]) {
        let bucket = self.house.around.bucket("BUCKET").unwrap();
        bucket.put(key, bytes, "application/octet-stream").await.unwrap();
        self.house.settle().await;
    }

    /// Invites a new member, and returns what the mail would bring.
    pub(crate) async fn invited(&mut self, shop: Shop, role: &str) -> (Value, String) {
        let email = format!("{}@kiln.example", self.house.mint.uuid().simple());
        let body = json!({ "email": email, "role": role });
        let invitation =
            self.post(shop.owner, &shop.path("/invitations"), &body).send().await.expect(201).json();
        let fact =
            self.house.facts().into_iter().find(|fact| fact.data["invitation"] == invitation["id"]).unwrap();
        let letter = self.letter(fact.data["letter"].as_str().unwrap()).await.expect(200).json();
        (invitation, letter["token"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn letter(&self, letter: &str) -> Reply {
        self.house.ask("letter", &self.fresh_key(), &json!({ "letter": letter })).await
    }

    pub(crate) async fn accept(&self, account: AccountId, token: &str) -> Reply {
        self.post(account, "/merchants/invitations/accept", &json!({ "token": token })).send().await
    }

    /// A new member.
    pub(crate) async fn member(&mut self, shop: Shop, role: &str) -> AccountId {
        let (_, token) = self.invited(shop, role).await;
        let account = self.somebody();
        self.accept(account, &token).await.expect(201);
        account
    }

    /// Everything in the table says what it must.
    pub(crate) async fn is_sound(&self) {
        assert_eq!(merchants::audit(self.house.items().await).unwrap(), []);
    }

    pub(crate) async fn hears_that_closed(&self, account: AccountId) {
        self.house.hears(account, 9, &AccountClosed { account }).await;
    }
}

/// The facts of one kind among others.
pub(crate) fn only<F: Spoken>(facts: &[Fact]) -> Vec<F> {
    facts.iter().filter(|fact| fact.name == F::NAME).map(|fact| fact.hear().unwrap()).collect()
}
