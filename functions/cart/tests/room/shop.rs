//! A room with things on sale around it, and what tests do there.

use std::collections::BTreeMap;

use auth::Role;
use facts::catalog::LineKind;
use http::HeaderName;
use ids::{AccountId, MerchantId, ProductId, VariantId};
use serde_json::{Value, json};
use testkit::{Call, House, Reply};

use crate::street::{Street, Ware};

pub(crate) const X_CART: HeaderName = HeaderName::from_static("x-cart");

pub(crate) struct Shop {
    pub(crate) house: House,
    pub(crate) street: Street,
    pub(crate) merchant: MerchantId,
}

/// A guest or a customer.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// With this value, or none yet.
    Guest(Option<String>),
    /// With an account.
    Customer(AccountId),
}

impl Shop {
    pub(crate) async fn open() -> Shop {
        Shop::open_with(&[]).await
    }

    pub(crate) async fn open_with(variables: &[(&str, &str)]) -> Shop {
        Shop::of(House::open_with(cart::room(), variables).await)
    }

    pub(crate) fn of(house: House) -> Shop {
        let street = Street::default();
        house.neighbours.open("catalog", street.catalog());
        house.neighbours.open("inventory", street.inventory());
        let merchant = MerchantId::mint(&house.mint);
        Shop { house, street, merchant }
    }

    /// Something on sale, for so many cents, with plenty on the shelf.
    pub(crate) fn ware(&self, cents: i64) -> VariantId {
        self.ware_of(LineKind::Physical, None, &[("EUR", cents)], 1_000_000)
    }

    pub(crate) fn ware_of(
        &self,
        kind: LineKind,
        sku: Option<i64>,
        prices: &[(&str, i64)],
        free: u64,
    ) -> VariantId {
        let variant = VariantId::mint(&self.house.mint);
        let prices: BTreeMap<_, _> =
            prices.iter().map(|(code, minor)| ((*code).to_owned(), *minor)).collect();
        let product = ProductId::mint(&self.house.mint);
        let title = format!("Thing {}", self.street.known().wares.len());
        let ware = Ware { product, merchant: self.merchant, kind, sku, title, prices, on_sale: true, free };
        self.street.known().wares.insert(variant, ware);
        variant
    }

    /// Something about a ware changes.
    pub(crate) fn change(&self, variant: VariantId, change: impl FnOnce(&mut Ware)) {
        change(self.street.known().wares.get_mut(&variant).unwrap());
    }

    /// It costs so many cents from now on.
    pub(crate) fn costs(&self, variant: VariantId, cents: i64) {
        self.change(variant, |ware| ware.prices = BTreeMap::from([("EUR".to_owned(), cents)]));
    }

    pub(crate) fn customer(&self) -> Who {
        Who::Customer(AccountId::mint(&self.house.mint))
    }

    /// The call of somebody.
    pub(crate) fn by<'a>(&'a self, who: &Who, call: Call<'a>) -> Call<'a> {
        match who {
            Who::Guest(None) => call,
            Who::Guest(Some(value)) => call.header(X_CART, value),
            Who::Customer(account) => {
                call.bearer(&self.house.people.token_of(*account, &[Role::Customer], &[]))
            }
        }
    }

    pub(crate) fn add<'a>(&'a self, who: &Who, body: &Value) -> Call<'a> {
        self.by(who, self.house.post("/cart/lines").json(body))
    }

    /// So many more of it, in euros.
    pub(crate) async fn puts(&self, who: &Who, variant: VariantId, quantity: u32) -> Reply {
        self.add(who, &more(variant, quantity)).send().await
    }

    /// A guest whose first addition this is.
    pub(crate) async fn guest_with(&self, variant: VariantId, quantity: u32) -> Who {
        let reply = self.puts(&Who::Guest(None), variant, quantity).await.expect(201);
        Who::Guest(Some(reply.header("x-cart").unwrap().to_owned()))
    }

    pub(crate) async fn sees(&self, who: &Who) -> Reply {
        self.by(who, self.house.get("/cart")).send().await
    }

    /// What lies in the cart: each line's name with its quantity.
    pub(crate) async fn lines(&self, who: &Who) -> BTreeMap<String, u64> {
        let cart = self.sees(who).await.expect(200).json();
        let lines = cart["lines"].as_array().unwrap().iter();
        lines.map(|line| (text(&line["line"]), line["quantity"].as_u64().unwrap())).collect()
    }

    pub(crate) async fn sets(&self, who: &Who, line: impl ToString, quantity: u32) -> Reply {
        let path = format!("/cart/lines/{}", line.to_string());
        self.by(who, self.house.put(&path).json(&json!({ "quantity": quantity }))).send().await
    }

    pub(crate) async fn removes(&self, who: &Who, line: impl ToString) -> Reply {
        let path = format!("/cart/lines/{}", line.to_string());
        self.by(who, self.house.delete(&path)).send().await
    }

    pub(crate) async fn clears(&self, who: &Who) -> Reply {
        self.by(who, self.house.delete("/cart")).send().await
    }

    pub(crate) async fn accepts(&self, who: &Who, cents: i64) -> Reply {
        let body = json!({ "total": euros(cents) });
        self.by(who, self.house.post("/cart/accept-changes").json(&body)).send().await
    }

    /// Every cart in the table is as carts must be, whatever is in flight.
    pub(crate) async fn is_sound(&self) {
        assert_eq!(cart::audit(self.house.items().await).unwrap(), []);
    }

    /// A guest signs in as this customer.
    pub(crate) async fn merges(&self, customer: &Who, guest: &Who) -> Reply {
        let Who::Guest(Some(value)) = guest else { panic!("a guest without a cart has nothing to merge") };
        let body = json!({ "cart": value });
        self.by(customer, self.house.post("/cart/merge").json(&body)).send().await
    }
}

pub(crate) fn more(variant: VariantId, quantity: u32) -> Value {
    json!({ "variant": variant, "quantity": quantity, "currency": "EUR" })
}

pub(crate) fn euros(cents: i64) -> Value {
    json!({ "amount": cents, "currency": "EUR" })
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The changes of each line of a cart.
pub(crate) fn changes(cart: &Value) -> Vec<Value> {
    cart["lines"].as_array().unwrap().iter().map(|line| line["changes"].clone()).collect()
}
